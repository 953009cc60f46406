"""Customers who are called back once an agent has their call: the whole server, on virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from ivr.runtime.callbacks.promised import Booking
from tests.fakes.call_centre import CallCentre, Telephone
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports.desk import CallbackRow

NUMBER = "+905321112233"
QUEUE = "  general:\n    title: {tr: Genel, en: General}"
CHANGES = {QUEUE: f"{QUEUE}\n    callback: {{mode: agent_first}}"}


async def opened(folder: Path, first: CallCentre | None = None) -> CallCentre:
    """The call centre whose agents are called first; or once more, after the first has died."""
    if first is None:
        shipped(folder, CHANGES)
        return await CallCentre.open(folder)
    return await first.killed(folder)


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await opened(tmp_path)
    yield made
    await made.close()


async def promised(centre: CallCentre) -> CallbackRow:
    """Somebody is to be called back."""
    keeper = centre.served.server.keeper
    assert keeper is not None
    row, _again = await keeper.book(Booking(NUMBER, "general", "", keeper.now_ns(), by="sule"))
    await centre.clock.advance(1)
    return row


async def row_of(centre: CallCentre) -> CallbackRow:
    (row,) = await centre.served.server.switch.store.callbacks.recent()
    return row


def customer(centre: CallCentre) -> Telephone:
    return Telephone(NUMBER, centre.trunk).plug_in()


async def presses(centre: CallCentre, phone: Telephone, key: str) -> None:
    assert phone.station is not None
    assert phone.station.phone is not None
    centre.trunk.typed(phone.station.phone, key=key)
    await centre.clock.advance(1)


async def taken(centre: CallCentre) -> Telephone:
    """An agent has taken the call, and the customer's telephone rings."""
    await centre.works("ayse")
    phone = customer(centre)
    await promised(centre)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert phone.rings
    return phone


async def test_the_agent_takes_the_call_and_then_the_customer_is_rung_up(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    phone = customer(centre)
    row = await promised(centre)
    assert (centre.phones["ayse"].rings, phone.rings) == (True, False)
    (offer,) = centre.floor.offers("ayse")
    assert offer["caller"] == NUMBER
    assert (await row_of(centre)).promise.state == CallbackState.RESERVED
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert (centre.state("ayse"), phone.rings) == ("dialing", True)
    assert (await row_of(centre)).promise.state == CallbackState.DIALING
    phone.answer()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "dialing", "nobody has shown yet that he is a person"
    await presses(centre, phone, "1")
    assert (centre.state("ayse"), phone.talks) == ("talking", True)
    kept = await row_of(centre)
    assert (kept.promise.state, kept.promise.tries) == (CallbackState.DONE, 1)
    await centre.clock.advance(20)
    phone.hang_up()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "wrapup"
    record = await centre.record(kept.call)  # type: ignore[arg-type]
    assert (record.outcome, record.flow) == ("handled", "@agent_first.general")
    assert {one.kind for one in record.segments} == {"ivr", "offer", "talk"}
    assert row.promise.token == kept.promise.token


async def test_the_agent_who_hangs_up_first_leaves_the_customer_with_a_goodbye(
    centre: CallCentre,
) -> None:
    phone = await taken(centre)
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "1")
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(10)
    assert (centre.state("ayse"), phone.talks) == ("wrapup", False)
    assert any("Goodbye" in str(one) or "Hoşça" in str(one) for one in phone.said)


@pytest.mark.parametrize(("way", "reason"), [("rings", "no_answer"), ("rejects", "rejected")])
async def test_an_agent_whose_customer_is_not_reached_is_free_again(
    centre: CallCentre, way: str, reason: str
) -> None:
    phone = await taken(centre)
    if way == "rejects":
        phone.hang_up()
    await centre.clock.advance(31)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.tries) == (CallbackState.DUE, 1)
    assert row.promise.reason == reason
    assert (centre.state("ayse"), centre.phones["ayse"].talks) == ("available", False)
    await centre.clock.advance(9 * 60)
    assert not centre.phones["ayse"].rings
    await centre.clock.advance(62)
    assert centre.phones["ayse"].rings


async def test_a_machine_never_gets_to_the_agent(centre: CallCentre) -> None:
    phone = await taken(centre)
    phone.answer()
    await centre.clock.advance(25)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.DUE, "no_confirm")
    assert (centre.state("ayse"), phone.talks) == ("available", False)


async def test_9_means_no_more_calls(centre: CallCentre) -> None:
    phone = await taken(centre)
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "9")
    await centre.clock.advance(10)
    row = await row_of(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.CANCELLED, "customer")
    assert centre.state("ayse") == "available"


@pytest.mark.parametrize("answered", [False, True])
async def test_an_agent_who_hangs_up_before_the_talk_lets_the_customer_go(
    centre: CallCentre, *, answered: bool
) -> None:
    phone = await taken(centre)
    if answered:
        phone.answer()
        await centre.clock.advance(1)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(12)
    assert (phone.rings, phone.talks, centre.state("ayse")) == (False, False, "available")
    row = await row_of(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.DUE, "not_reached")


async def test_who_calls_by_himself_while_the_promise_waits_gets_its_place(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    phone = customer(centre)
    await promised(centre)
    call = await centre.calls(NUMBER)
    await centre.clock.advance(1)
    assert not phone.rings
    assert call in centre.served.server.switch.calls


async def test_a_promise_given_up_while_the_telephone_rings_frees_the_agent(
    centre: CallCentre,
) -> None:
    phone = await taken(centre)
    keeper = centre.served.server.keeper
    assert keeper is not None
    await keeper.cancel((await row_of(centre)).promise.token, "by sule")
    await centre.clock.advance(1)
    assert (phone.rings, centre.state("ayse")) == (False, "available")
    assert not centre.served.server.switch.calls


async def test_the_promise_waits_while_all_agents_talk_and_comes_before_later_callers(
    centre: CallCentre,
) -> None:
    phone = await taken(centre)
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "1")
    keeper = centre.served.server.keeper
    assert keeper is not None
    other = "+905321112244"
    await keeper.book(Booking(other, "general", "", keeper.now_ns()))
    await centre.clock.advance(1)
    assert [row["caller"] for row in centre.floor.waiting("general")] == [other]


@pytest.mark.parametrize("dies_at", ["waiting", "ringing", "dialing", "answered", "talking"])
async def test_a_server_that_dies_keeps_its_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await opened(tmp_path)
    await so_far(first, dies_at)
    second = await opened(tmp_path, first)
    second.phones["ayse"].plug_in()
    again = customer(second)
    for _step in range(200):
        await second.clock.advance(5)
        await goes_on(second, again)
    row = await row_of(second)
    assert row.promise.state == CallbackState.DONE
    assert again.rang == (0 if dies_at == "talking" else 1)
    await second.close()
    await first.close()


async def so_far(centre: CallCentre, moment: str) -> None:
    """The call is kept up to this moment."""
    phone = customer(centre)
    moments = ("waiting", "ringing", "dialing", "answered", "talking")
    steps = moments.index(moment)
    if steps:
        await centre.works("ayse")
    await promised(centre)
    if steps > 1:
        centre.phones["ayse"].answer()
        await centre.clock.advance(1)
    if steps > 2:
        phone.answer()
        await centre.clock.advance(1)
    if steps > 3:
        await presses(centre, phone, "1")


async def goes_on(centre: CallCentre, phone: Telephone) -> None:
    """The agent is at work, and he and the customer take what rings."""
    wishes = {"offline": "login", "wrapup": "wrapup_done", "not_responding": "set_available"}
    what = wishes.get(centre.state("ayse"))
    if what is not None:
        code = {"code": "solved"} if what == "wrapup_done" else {}
        await centre.floor.ask("ayse", what, by="ayse", **code)
    await centre.clock.advance(1)
    if centre.phones["ayse"].rings:
        centre.phones["ayse"].answer()
        await centre.clock.advance(1)
    if phone.rings:
        phone.answer()
        await centre.clock.advance(1)
        await presses(centre, phone, "1")


async def test_the_agent_sees_that_it_is_a_promise(centre: CallCentre) -> None:
    await centre.works("ayse")
    customer(centre)
    row = await promised(centre)
    pops = await centre.served.server.switch.store.pops.after("ayse", 0)
    assert any(row.promise.code in str(pop) for pop in pops)
