"""Customers whom we call over the provider: rung up by REST, served by webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from ivr.app.callbacks import open_dialer
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.domain.outbound import Placed
from ivr.runtime.callbacks.placing import Outgoing, place
from ivr.runtime.callbacks.promised import Booking
from tests.fakes.twilio_floor import AYSE, CALLER, Centre
from tests.fakes.twilio_legs import Habit
from tests.fakes.twilio_rest import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.callbacks.keeper import Keeper
    from ivr.runtime.ports import Entry
    from ivr.runtime.ports.desk import CallbackRow
    from tests.fakes.twilio_floor import Open

OURS = "+908502220000"


def keeper_of(centre: Centre) -> Keeper:
    found = centre.server.keeper
    assert found is not None
    return found


async def promised(centre: Centre) -> CallbackRow:
    """Somebody is to be called back as soon as an agent is free."""
    keeper = keeper_of(centre)
    now = keeper.now_ns()
    wanted = Booking(CALLER, "help", "main", since=now, dnis=OURS, flow="line", language="en")
    row, _again = await keeper.book(wanted)
    return row


async def row_of(centre: Centre) -> CallbackRow:
    (row,) = await centre.store.callbacks.recent(9)
    return row


async def test_a_customer_is_rung_up_presses_1_and_gets_the_agent(opened: Open) -> None:
    centre = await opened("ayse")
    await promised(centre)
    await centre.run(12)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    (asked,) = [form for kind, _path, form in centre.rest.asked if form.get("To") == CALLER]
    assert (asked["From"], asked["Timeout"]) == (OURS, "30")
    customer = centre.exchange.agent(CALLER)
    assert customer.words[0].startswith("You asked us to call you back.")
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DONE, 1)
    await centre.exchange.hang_up(customer)
    await centre.run(2)
    assert (centre.agent("ayse"), centre.exchange.together()) == ("wrapup", [])
    assert (await centre.row(CallId(row.call))).outcome == "handled"


@pytest.mark.parametrize(
    ("habit", "reason"),
    [
        (Habit(status="busy"), "busy"),
        (Habit(status="failed"), "unreachable"),
        (Habit(answers_s=None), "no_answer"),
        (Habit(presses=""), "no_confirm"),
    ],
)
async def test_whoever_is_not_reached_has_been_tried_once(
    opened: Open, habit: Habit, reason: str
) -> None:
    centre = await opened("ayse")
    centre.habit(CALLER, habit)
    await promised(centre)
    await centre.run(60)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DUE, 1)
    assert row.promise.reason == reason
    assert centre.agent("ayse") == "available"
    assert not centre.server.switch.calls
    centre.habit(CALLER, Habit())
    await centre.run(600)
    assert centre.exchange.rung(CALLER) == 2
    assert (await row_of(centre)).promise.state == CallbackState.DONE


async def test_requests_that_are_sent_again_get_the_same_answer(opened: Open) -> None:
    centre = await opened("ayse")
    centre.provider.repeats = 2
    await promised(centre)
    await centre.run(12)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert (centre.exchange.rung(CALLER), (await row_of(centre)).promise.tries) == (1, 1)


async def test_a_call_whose_answer_was_lost_makes_itself_known(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(lost=True))
    await promised(centre)
    await centre.run(12)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert centre.exchange.rung(CALLER) == 1


async def test_a_number_that_the_provider_refuses_is_a_try(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(status=400, code=21211))
    await promised(centre)
    await centre.run(5)
    row = await row_of(centre)
    assert (row.promise.tries, row.promise.reason) == (1, "unreachable")
    assert (await centre.row(CallId(row.call))).outcome == "failed"


async def test_who_calls_by_himself_meanwhile_is_not_rung_up_any_more(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(CALLER, Habit(answers_s=20.0))
    await promised(centre)
    await centre.run(3)
    await centre.ring()
    await centre.run(6)
    called = centre.exchange.agent(CALLER)
    assert (called.status, centre.rest.ended_by_us(called)) == ("canceled", ["canceled"])
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert (await row_of(centre)).promise.state == CallbackState.RETURNED


async def test_a_customer_who_hangs_up_in_the_menu_is_tried_again(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(CALLER, Habit(presses=""))
    await promised(centre)
    await centre.run(4)
    await centre.exchange.hang_up(centre.exchange.agent(CALLER))
    await centre.run(2)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.DUE, "no_confirm")


@pytest.mark.parametrize("after_s", [0.0, 1.0, 2.3, 4.0, 8.0, 15.0])
async def test_a_restart_at_any_moment_loses_nothing(opened: Open, after_s: float) -> None:
    centre = await opened("ayse")
    await promised(centre)
    await centre.run(after_s)
    await centre.restart()
    await centre.run(30)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert centre.exchange.rung(CALLER) == 1
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DONE, 1)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(5)
    assert not centre.server.switch.calls
    assert centre.exchange.agent(CALLER).is_over


async def test_a_call_that_never_began_before_the_restart_is_a_try(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(dropped=True))
    await promised(centre)
    await centre.run(0.1)
    await centre.restart()
    await centre.run(50)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DUE, 1)
    assert not centre.server.switch.calls
    await centre.run(620)
    assert (await row_of(centre)).promise.state == CallbackState.DONE


async def test_an_answer_to_a_call_that_is_given_up_is_hung_up(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(CALLER, Habit(answers_s=3.0))
    centre.rest.fails("create", Fault(lost=True))
    centre.rest.fails("end", *(Fault(status=500) for _ in range(20)))
    row = await promised(centre)
    await centre.run(1)
    await keeper_of(centre).cancel(row.promise.token, "desk")
    await centre.run(5)
    customer = centre.exchange.agent(CALLER)
    assert (customer.words, customer.is_over) == ([], True)
    assert (await row_of(centre)).promise.state == CallbackState.CANCELLED


async def test_an_answer_while_the_database_is_away_is_served_when_it_is_back(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await opened("ayse")
    await promised(centre)
    await centre.run(1)
    append = centre.store.journal.append

    async def away(_entry: Entry) -> None:
        raise StoreError("away", retryable=True)

    monkeypatch.setattr(centre.store.journal, "append", away)
    await centre.run(3)
    monkeypatch.setattr(centre.store.journal, "append", append)
    await centre.run(4)
    await centre.exchange.agent(CALLER).press("1")
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert (await row_of(centre)).promise.state == CallbackState.DONE


# the agent first

FIRST = {"ring_timeout: 12s": "ring_timeout: 12s, callback: {mode: agent_first}"}


async def test_with_the_agent_first_the_customer_is_rung_up_when_the_agent_has_the_call(
    opened: Open,
) -> None:
    centre = await opened("ayse", changes=FIRST)
    centre.provider.repeats = 1
    centre.habit(CALLER, Habit(answers_s=6.0))
    await promised(centre)
    await centre.run(2.0)
    assert (centre.exchange.rung(AYSE), centre.exchange.rung(CALLER)) == (1, 0)
    await centre.run(4)
    assert (centre.agent("ayse"), centre.exchange.rung(CALLER)) == ("dialing", 1)
    await centre.run(10)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert centre.agent("ayse") == "talking"
    assert (await row_of(centre)).promise.state == CallbackState.DONE
    await centre.exchange.hang_up(centre.exchange.agent(CALLER))
    await centre.run(3)
    assert (centre.agent("ayse"), centre.exchange.together()) == ("wrapup", [])
    assert not centre.server.switch.calls


@pytest.mark.parametrize(
    ("habit", "reason"),
    [
        (Habit(status="busy"), "busy"),
        (Habit(answers_s=None), "no_answer"),
        (Habit(presses=""), "no_confirm"),
    ],
)
async def test_an_agent_whose_customer_is_not_reached_is_free_again(
    opened: Open, habit: Habit, reason: str
) -> None:
    centre = await opened("ayse", changes=FIRST)
    centre.habit(CALLER, habit)
    await promised(centre)
    await centre.run(50)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DUE, 1)
    assert row.promise.reason == reason
    assert centre.agent("ayse") == "available"
    assert centre.exchange.agent(AYSE).is_over
    assert not centre.server.switch.calls


@pytest.mark.parametrize("after_s", [0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 15.0])
async def test_with_the_agent_first_a_restart_loses_nothing(opened: Open, after_s: float) -> None:
    centre = await opened("ayse", changes=FIRST)
    await promised(centre)
    await centre.run(after_s)
    await centre.restart()
    for _second in range(90):
        await centre.run(10)
        if centre.agent("ayse") == "not_responding":
            await centre.server.floor.ask("ayse", "set_available", by="ayse")
    row = await row_of(centre)
    assert row.promise.state == CallbackState.DONE
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert row.promise.tries <= 2


# what agents dial

DIAL = {"acd: {breaks": "dial: {trunk: main}\nacd: {breaks"}


async def test_an_agent_dials_and_the_customer_joins_him(opened: Open) -> None:
    centre = await opened("ayse", changes=DIAL)
    centre.provider.repeats = 1
    call = await open_dialer(centre.server).dial("ayse", CALLER)
    await centre.run(1)
    assert (centre.agent("ayse"), centre.exchange.rung(CALLER)) == ("dialing", 0)
    await centre.run(9)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert centre.agent("ayse") == "talking"
    assert centre.exchange.agent(CALLER).sender == OURS
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(5)
    assert (centre.agent("ayse"), centre.exchange.agent(CALLER).is_over) == ("wrapup", True)
    assert ((await centre.row(call)).direction, centre.server.switch.calls) == ("outbound", {})


async def test_an_agent_whose_number_is_busy_is_free_again(opened: Open) -> None:
    centre = await opened("ayse", changes=DIAL)
    centre.habit(CALLER, Habit(status="busy"))
    await open_dialer(centre.server).dial("ayse", CALLER)
    await centre.run(8)
    assert (centre.agent("ayse"), centre.exchange.agent(AYSE).is_over) == ("available", True)


def rung(centre: Centre) -> Mapping[str, str]:
    """The fields by which the customer was rung up."""
    (asked,) = [form for _kind, _path, form in centre.rest.asked if form.get("To") == CALLER]
    return asked


async def surveyed(centre: Centre) -> CallId:
    """Somebody is called who is to be asked, and the flow plays to him."""
    call = CallId(centre.server.switch.ports.new_id())
    wanted = Outgoing(call, "main", CALLER, OURS, "line", "line", placed=Placed(survey="I1"))
    await place(centre.server.switch, wanted)
    return call


async def heard(centre: Centre, who: str, sid: str = "") -> int:
    """The provider says who has answered; the status of our answer."""
    leg = centre.exchange.agent(CALLER)
    form = (
        ("AccountSid", centre.provider.account),
        ("CallSid", sid or leg.sid),
        ("AnsweredBy", who),
    )
    url = rung(centre)["AsyncAmdStatusCallback"]
    answer = await centre.provider.send(url, form)
    await centre.run(2)
    return answer.status


async def test_an_answering_machine_is_hung_up_and_a_person_is_not(opened: Open) -> None:
    centre = await opened("ayse")
    call = await surveyed(centre)
    await centre.run(4)
    asked = rung(centre)
    assert (asked["MachineDetection"], asked["AsyncAmd"]) == ("Enable", "true")
    for person in ("human", "unknown"):
        assert await heard(centre, person) == 204
    assert call in centre.server.switch.calls
    assert await heard(centre, "machine_start", "CA" + "9" * 32) == 403
    assert await heard(centre, "machine_start") == 204
    assert centre.exchange.agent(CALLER).is_over
    row = await centre.row(call)
    assert (row.cause, row.ended_by) == ("machine", "lost")


async def test_whoever_is_called_back_is_not_taken_for_a_machine(opened: Open) -> None:
    centre = await opened("ayse")
    await promised(centre)
    await centre.run(5)
    asked = rung(centre)
    assert "MachineDetection" not in asked
