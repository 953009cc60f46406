"""Callers who choose when they are called back: the whole server, on virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from ivr.domain.queue import Ticket
from tests.calls.test_callbacks import (
    FLOW,
    NUMBERS,
    PROMPTS,
    SURE,
    booked,
    busy,
    customer,
    free,
    presses,
    promises,
    rings_in,
)
from tests.fakes.call_centre import KNOWN, CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId

CHOOSES = {"  general:\n    title:": "  general:\n    callback: {window: choose}\n    title:"}
HOUR = 3600
SECOND = 10**9
TEN_THIRTY = 27_000
"""When the clock of the tests begins, in seconds of the day in UTC: 10:30 in Istanbul."""


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    shipped(tmp_path, {**NUMBERS, **SURE, **CHOOSES})
    (tmp_path / "flows" / "back.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "flows" / "back.prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def chosen(centre: CallCentre, key: str, ani: str = KNOWN) -> CallId:
    """A caller who has waited some 25 s, wants to be called back, and has said when."""
    call = await booked(centre, ani)
    await centre.trunk.press(call, key)
    await centre.clock.advance(15)
    return call


def said(centre: CallCentre, call: CallId) -> str:
    """All that the caller was told."""
    return " ".join(text["text"] for one in centre.heard[call] for text in one.get("hears", ()))


async def slot_of(centre: CallCentre) -> tuple[float, float]:
    """From when to when it is promised, in hours of the day in Istanbul."""
    (row,) = await promises(centre)
    day = row.promise.from_ns // SECOND // 86_400 * 86_400
    hours = [(at / SECOND - day) / HOUR + 3 for at in (row.promise.from_ns, row.promise.until_ns)]
    return hours[0], hours[1]


async def test_the_caller_is_asked_when_and_is_promised_that(centre: CallCentre) -> None:
    await busy(centre)
    call = await booked(centre)
    assert await promises(centre) == [], "he has not chosen yet"
    await centre.trunk.press(call, "2")
    await centre.clock.advance(15)
    assert "Bugün saat on iki ile on dört arasında aramamız için 2 tuşuna basın." in said(
        centre, call
    )
    assert "Sizi bugün saat on ikide arayacağız." in said(centre, call)
    assert await slot_of(centre) == (12.0, 14.0)
    record = await centre.record(call)
    assert record.outcome == "callback"
    assert [one.detail for one in record.segments if one.kind == "queue"] == ["general callback"]


async def test_nobody_is_called_before_his_time_and_then_in_the_place_that_it_gives(
    centre: CallCentre,
) -> None:
    """acd-cti.md 7.4: v = slot start - time already waited - head start."""
    await busy(centre)
    await chosen(centre, "2")
    phone = customer(centre)
    await free(centre)
    await centre.clock.advance(HOUR)
    assert (phone.rang, centre.state("ayse")) == (0, "available")
    (row,) = await promises(centre)
    await centre.clock.advance(row.promise.from_ns / SECOND - centre.clock.now().timestamp())
    assert phone.rings
    phone.answer()
    await centre.clock.advance(1)
    await presses(centre, phone, "1")
    (row,) = await promises(centre)
    assert row.promise.waited_ns is not None
    assert 20 * SECOND < row.promise.waited_ns < 40 * SECOND
    waits = centre.floor.host.group.calls
    (placed,) = [one for one in waits.values() if one.call == row.call]
    assert placed.enqueued_at == row.promise.from_ns - row.promise.waited_ns
    assert placed.v == placed.enqueued_at
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert (await promises(centre))[0].promise.state is CallbackState.DONE


async def test_who_is_not_reached_is_tried_within_his_time_alone(centre: CallCentre) -> None:
    await busy(centre)
    await chosen(centre, "2")
    phone = customer(centre)
    await free(centre)
    rang = {}
    for half in range(10, 17):
        rang[half] = phone.rang
        await centre.clock.leap(HOUR)
    assert rang[11] == 0
    (row,) = await promises(centre)
    assert 1 <= phone.rang <= 3
    assert phone.rang == rang[15], "the time is over at two"
    assert (row.promise.state, row.promise.reason) == (CallbackState.EXPIRED, "no_answer")


@pytest.mark.parametrize("way", ["silence", "hangs_up", "key"])
async def test_who_does_not_choose_keeps_his_place(centre: CallCentre, way: str) -> None:
    await busy(centre)
    call = await booked(centre)
    (waits,) = centre.floor.host.group.calls.values()
    since, ticket = waits.enqueued_at, Ticket(waits.ticket)
    if way == "silence":
        await centre.clock.advance(60)
    elif way == "key":
        await centre.trunk.press(call, "1")
        await centre.clock.advance(15)
    else:
        await centre.leaves(call)
        await centre.clock.advance(1)
    (row,) = await promises(centre)
    assert (row.promise.waited_ns, row.promise.enqueued_ns) == (None, since)
    assert (await centre.record(call)).outcome == "callback"
    assert ticket not in centre.floor.host.group.calls
    phone = customer(centre)
    await free(centre)
    assert phone.rings


async def test_who_calls_again_before_his_time_is_as_old_as_he_was_when_he_chose(
    centre: CallCentre,
) -> None:
    await busy(centre)
    await chosen(centre, "4")
    await centre.clock.advance(600)
    before = await rings_in(centre, "+905320000002")
    await centre.clock.advance(10)
    again = await rings_in(centre)
    later = await rings_in(centre, "+905320000003")
    assert [row["call"] for row in centre.floor.waiting("general")] == [again, before, later]
    (row,) = await promises(centre)
    assert row.promise.state is CallbackState.RETURNED


async def test_a_server_that_dies_while_he_chooses_keeps_the_promise(
    centre: CallCentre, tmp_path: Path
) -> None:
    await busy(centre)
    call = await booked(centre)
    after = await centre.killed(tmp_path)
    await after.clock.advance(120)
    (row,) = await promises(after)
    assert (row.promise.number, row.promise.waited_ns) == (KNOWN, None)
    assert (await after.record(call)).outcome == "callback"
    await after.close()
