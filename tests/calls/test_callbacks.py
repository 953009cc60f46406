"""Callers who are called back instead of waiting: the whole server, on virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from ivr.runtime.switch import Offered
from tests.fakes.call_centre import KNOWN, CallCentre, Telephone
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.runtime.ports.desk import CallbackRow

BACK = "+908502220009"
FLOW = """\
flow: back
version: 1
languages: [tr, en]
start: begin
uses: {queues: [general]}
rescue: {error: bye}
nodes:
  begin:
    - menu: hello
      keys: {"1": wait, "2": book}
      giveup: wait
  wait:
    - queue: general
      pop: {reason: card}
      callback: {key: "1", after: 10s, say: shall_we, done: booked}
      full: bye
      timeout: bye
      nobody: bye
      done: bye
  book:
    - callback: general
      say: we_will
      failed: bye
    - hangup: goodbye
  booked:
    - hangup: we_will
  bye:
    - hangup: goodbye
"""
PROMPTS = """\
hello: {tr: "Merhaba.", en: "Hello."}
shall_we: {tr: "Sizi arayalım mı? 1'i tuşlayın.", en: "Shall we call you back? Press 1."}
we_will:
  tr: "Sizi {callback.at|datetime:at} arayacağız."
  en: "We will call {callback.at|datetime:at}."
goodbye: {tr: "Hoşça kalın.", en: "Goodbye."}
"""
PLAIN = '  "+908502220001": {flow: pharmacy}'
SURE = {"    provider: simulator\n": "    provider: simulator\n    attested: true\n"}
NUMBERS = {PLAIN: f'{PLAIN}\n  "{BACK}": {{flow: back}}'}


async def opened(
    folder: Path, first: CallCentre | None = None, *, attested: bool = True
) -> CallCentre:
    """The call centre with the flow above; or once more, after the first has died."""
    if first is None:
        shipped(folder, {**NUMBERS, **(SURE if attested else {})})
        (folder / "flows" / "back.yaml").write_text(FLOW, encoding="utf-8")
        (folder / "flows" / "back.prompts.yaml").write_text(PROMPTS, encoding="utf-8")
        return await CallCentre.open(folder)
    return await first.killed(folder)


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await opened(tmp_path)
    yield made
    await made.close()


async def rings_in(centre: CallCentre, ani: str | None = KNOWN, key: str = "1") -> CallId:
    """A caller of the flow above, who has pressed a key in its menu."""
    centre._callers += 1
    heard: list[object] = []
    offered = Offered("browser", "simulator", f"ref{centre._callers}", BACK, ani, "back")
    call = await centre.trunk.dial(offered, heard.append)
    assert call is not None
    centre.heard[call] = heard  # type: ignore[assignment]
    await centre.clock.advance(1)
    await centre.trunk.press(call, key)
    await centre.clock.advance(0)
    return call


async def booked(centre: CallCentre, ani: str = KNOWN) -> CallId:
    """A caller who has waited and wants to be called back; the agents all talk or are away."""
    call = await rings_in(centre, ani)
    await centre.clock.advance(15)
    await centre.trunk.press(call, "1")
    await centre.clock.advance(10)
    return call


def customer(centre: CallCentre, number: str = KNOWN) -> Telephone:
    """The customer's own telephone, plugged in."""
    return Telephone(number, centre.trunk).plug_in()


async def presses(centre: CallCentre, phone: Telephone, key: str) -> None:
    assert phone.station is not None
    assert phone.station.phone is not None
    centre.trunk.typed(phone.station.phone, key=key)
    await centre.clock.advance(0)


async def promises(centre: CallCentre) -> list[CallbackRow]:
    return list(await centre.served.server.switch.store.callbacks.recent())


async def state_of(centre: CallCentre) -> tuple[str, int]:
    (row,) = await promises(centre)
    return row.promise.state, row.promise.tries


async def busy(centre: CallCentre) -> CallId:
    """The only agent talks to somebody else."""
    await centre.works("ayse")
    call = await rings_in(centre, "+905320000001")
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    return call


async def free(centre: CallCentre) -> None:
    """The agent can take a call again."""
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(1)
    await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    await centre.clock.advance(1)


async def test_a_promise_is_kept_in_place_and_the_customer_gets_the_agent(
    centre: CallCentre,
) -> None:
    await busy(centre)
    call = await booked(centre)
    row = await centre.record(call)
    assert (row.outcome, row.ended_by) == ("callback", "hangup")
    assert [one.detail for one in row.segments if one.kind == "queue"] == ["general callback"]
    assert await state_of(centre) == (CallbackState.DUE, 0)
    phone = customer(centre)
    await centre.clock.advance(60)
    assert not phone.rings, "nobody is free yet"
    await free(centre)
    assert phone.rings
    phone.answer()
    await centre.clock.advance(1)
    assert not centre.phones["ayse"].rings, "nobody has shown yet that he is a person"
    await presses(centre, phone, "1")
    assert centre.phones["ayse"].rings
    (offer,) = centre.floor.offers("ayse")
    assert offer["caller"] == KNOWN
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert (centre.state("ayse"), phone.talks) == ("talking", True)
    assert await state_of(centre) == (CallbackState.DONE, 1)
    await centre.clock.advance(30)
    phone.hang_up()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "wrapup"
    placed = (await promises(centre))[0].call
    record = await centre.record(placed)
    assert (record.outcome, record.flow) == ("handled", "@callback.general")
    assert {one.kind for one in record.segments} >= {"queue", "offer", "talk"}


async def test_the_old_place_comes_before_callers_who_came_later(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await free(centre)
    assert phone.rings
    first = await rings_in(centre, "+905320000002")  # the agent is free: this one is quicker
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.floor.call("ayse")["call"] == first  # type: ignore[index]
    later = await rings_in(centre, "+905320000003")
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "1")
    (row,) = await promises(centre)
    assert [one["call"] for one in centre.floor.waiting("general")] == [row.call, later]
    await free(centre)
    (offer,) = centre.floor.offers("ayse")
    assert offer["call"] == row.call


async def test_who_does_not_press_1_is_tried_again_ten_minutes_later(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await free(centre)
    phone.answer()
    await centre.clock.advance(40)
    (row,) = await promises(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.DUE, "no_confirm")
    assert (row.promise.tries, phone.rings, phone.talks) == (1, False, False)
    assert centre.state("ayse") == "available"
    await centre.clock.advance(8 * 60)
    assert not phone.rings
    await centre.clock.advance(2 * 60)
    assert phone.rings


async def test_nobody_is_tried_more_than_three_times(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await free(centre)
    rang = []
    for _quarter in range(8):
        await centre.clock.advance(15 * 60)
        rang.append(phone.rang)
    assert rang[-1] == 3
    (row,) = await promises(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.EXPIRED, "no_answer")


async def test_a_telephone_that_is_busy_or_not_there_is_a_try(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    await free(centre)
    (row,) = await promises(centre)
    assert (row.promise.tries, row.promise.reason) == (1, "unreachable")
    record = await centre.record(row.call)  # type: ignore[arg-type]
    assert (record.outcome, record.cause) == ("failed", "unreachable")


async def test_9_means_no_more_calls(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await free(centre)
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "9")
    await centre.clock.advance(20)
    (row,) = await promises(centre)
    assert (row.promise.state, row.promise.reason) == (CallbackState.CANCELLED, "customer")


async def test_who_asks_twice_has_one_promise(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    await rings_in(centre, key="2")
    await centre.clock.advance(1)
    assert len(await promises(centre)) == 1


async def test_nobody_is_called_at_night(centre: CallCentre) -> None:
    await centre.works("ayse")
    await centre.clock.leap(13 * 3600)  # 10:30 to 23:30
    phone = customer(centre)
    call = await rings_in(centre, key="2")
    await centre.clock.advance(20)
    assert (await centre.record(call)).outcome == "callback"
    (row,) = await promises(centre)
    assert row.promise.next_ns // 10**9 % 86400 == 5 * 3600, "8 o'clock in Istanbul is 5 in UTC"
    await centre.clock.leap(8 * 3600)
    assert phone.rang == 0
    await centre.clock.advance(3600)
    assert phone.rang > 0


async def test_who_calls_again_meanwhile_gets_the_old_place(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    other = await rings_in(centre, "+905320000002")
    again = await rings_in(centre)
    waits = [row["call"] for row in centre.floor.waiting("general")]
    assert waits == [again, other]
    assert await state_of(centre) == (CallbackState.RETURNED, 0)


async def test_a_number_that_anybody_may_write_takes_nobodys_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a stranger could have a customer never called back."""
    monkeypatch.chdir(tmp_path)
    centre = await opened(tmp_path, attested=False)
    await busy(centre)
    await booked(centre)
    stranger = await rings_in(centre)
    assert stranger in [row["call"] for row in centre.floor.waiting("general")]
    assert (await state_of(centre))[0] is not CallbackState.RETURNED
    await centre.close()


async def test_who_calls_while_we_call_him_never_has_two_agents(centre: CallCentre) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await centre.works("can")
    assert phone.rings
    again = await rings_in(centre)
    await centre.clock.advance(1)
    assert (phone.rings, await state_of(centre)) == (False, (CallbackState.RETURNED, 1))
    (offer,) = centre.floor.offers("can")
    assert offer["call"] == again


async def test_who_has_confirmed_and_calls_by_another_telephone_is_one_demand(
    centre: CallCentre,
) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await free(centre)
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "1")
    assert centre.phones["ayse"].rings
    again = await rings_in(centre)
    await centre.clock.advance(12)
    assert not phone.talks
    assert [row["call"] for row in centre.floor.waiting("general")] == [again]
    (offer,) = centre.floor.offers("ayse")
    assert offer["call"] == again


async def test_a_promise_is_tried_before_its_time_is_over_even_if_nobody_is_there(
    centre: CallCentre,
) -> None:
    await busy(centre)
    await booked(centre)
    phone = customer(centre)
    await centre.clock.advance(2 * 3600)
    assert phone.rang > 0
    assert (await state_of(centre))[1] > 0


async def test_nobody_is_promised_a_call_without_a_number(centre: CallCentre) -> None:
    await busy(centre)
    call = await rings_in(centre, None)
    await centre.clock.advance(60)
    await centre.trunk.press(call, "1")
    await centre.clock.advance(1)
    assert await promises(centre) == []
    assert [row["call"] for row in centre.floor.waiting("general")] == [call]


@pytest.mark.parametrize("dies_at", ["booked", "ringing", "answered", "confirmed", "talking"])
async def test_a_server_that_dies_keeps_its_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await opened(tmp_path)
    await busy(first)
    await booked(first)
    phone = customer(first)
    steps: dict[str, Callable[[], Awaitable[None] | None]] = {
        "booked": lambda: None,
        "ringing": lambda: free(first),
        "answered": phone.answer,
        "confirmed": lambda: presses(first, phone, "1"),
        "talking": first.phones["ayse"].answer,
    }
    for step in list(steps)[: list(steps).index(dies_at) + 1]:
        done = steps[step]()
        if done is not None:
            await done
        await first.clock.advance(1)
    second = await opened(tmp_path, first)
    second.phones["ayse"].plug_in()
    again = customer(second)
    for _step in range(150):
        await second.clock.advance(5)
        await back_to_work(second)
        await answers(second, again)
    (row,) = await promises(second)
    assert row.promise.state == CallbackState.DONE
    assert row.promise.tries >= 1
    assert again.rang == (0 if dies_at == "talking" else 1)
    await second.close()
    await first.close()


async def back_to_work(centre: CallCentre) -> None:
    """The agent is there again after the server has come back."""
    state = centre.state("ayse")
    if state == "wrapup":
        await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    elif state == "offline":
        await centre.floor.ask("ayse", "login", by="ayse")
    await centre.clock.advance(1)


async def answers(centre: CallCentre, phone: Telephone) -> None:
    """Customer and agent take what rings."""
    if phone.rings:
        phone.answer()
        await centre.clock.advance(1)
        await presses(centre, phone, "1")
    if centre.phones["ayse"].rings:
        centre.phones["ayse"].answer()
        await centre.clock.advance(1)
