"""Clocks in the database: the worked ledger, and that what is kept is what the ledger comes to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.domain.errors import IvrError
from tests.fakes.ticket_house import HOUR, ISTANBUL

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.fakes.ticket_house import Desk

WORKED = (
    ("05-25 17:30", {"status": "waiting_customer"}, 3000, None),
    ("05-26 10:00", {"status": "open"}, 3000, "06-01 14:40"),
    ("05-26 11:00", {"priority": "urgent"}, 6600, "06-01 09:40"),
    ("06-01 09:20", {"status": "resolved"}, 13200, None),
    ("06-02 10:00", {"status": "open"}, 13200, "06-02 10:20"),
)
"""At, what happens, counted seconds, due: the worked ledger of tickets.md 9."""


def there(text: str) -> datetime:
    """A moment of 2026 in Istanbul."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ISTANBUL)


async def test_the_worked_ledger_goes_through_the_store(desk: Desk) -> None:
    desk.at = there("05-25 16:40")
    ticket = await desk.open(category="card", team="office")
    assert (await desk.clock(ticket.number, "resolution")).due_at == there("06-01 12:10")
    for moment, changes, counted, due in WORKED:
        desk.at = there(moment)
        after = await desk.change(ticket.number, "as the table says", **changes)
        clock = await desk.clock(ticket.number, "resolution")
        assert clock.due_at == (there(due) if due else None), moment
        if clock.state != "running":
            assert clock.counted_s == counted, moment
        assert after.due_at is None or clock.due_at is None or after.due_at <= clock.due_at
    assert clock.policy == "urgent"
    assert await desk.ledger(ticket.number, "resolution") == [
        "start",
        "pause customer",
        "resume customer",
        "retarget policy",
        "meet",
        "reopen",
    ]
    assert await desk.tickets.drift() == []


async def test_the_ticket_is_due_when_its_first_clock_is(desk: Desk) -> None:
    ticket = await desk.open()
    assert ticket.due_at == min(
        each.due_at for each in await desk.tickets.clocks(ticket.number) if each.due_at
    )
    await desk.change(ticket.number, assignee="ali")
    assert (await desk.clock(ticket.number, "accept")).verdict == "met"


async def test_an_inner_promise_runs_beside_the_one_to_the_customer(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    found = {each.id: each for each in await desk.tickets.clocks(ticket.number)}
    assert found["ola:inner:resolution:1"].target_s == HOUR
    assert found["sla::resolution:1"].policy == "usual"
    await desk.change(ticket.number, team="billing")
    found = {each.id: each for each in await desk.tickets.clocks(ticket.number)}
    assert found["ola:inner:resolution:1"].verdict == "cancelled"
    assert found["sla::resolution:1"].state == "running"


async def test_a_breach_is_told_to_other_systems_at_its_due_moment(desk: Desk) -> None:
    ticket = await desk.open(category="card", team="billing")
    due = (await desk.clock(ticket.number, "first_response")).due_at
    desk.later(hours=3)
    await desk.say(ticket.number, "reply")
    clock = await desk.clock(ticket.number, "first_response")
    assert (clock.verdict, clock.breached_at) == ("breached_closed", due)
    breaches = [row for row in await desk.rows("outbox_event") if row["type"] == "sla.breached"]
    assert due.isoformat() in breaches[-1]["payload"]


DOINGS = st.sampled_from(
    (
        *("open", "waiting_customer", "waiting_supplier", "resolved", "cancelled", "closed"),
        *("low", "urgent", "cards", "billing", "ali", "pool", "reply", "message", "tick"),
        *("callback", "merge", "unmerge"),
    )
)


@pytest.mark.unmeasured
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(doings=st.lists(st.tuples(DOINGS, st.integers(1, 50_000)), max_size=9))
def test_what_is_kept_is_what_the_ledger_comes_to(
    lasting: tuple[Desk, Callable[[Coroutine[Any, Any, None]], None]], doings: list[tuple[str, int]]
) -> None:
    """P10, after any happenings."""
    desk, run = lasting
    run(_live_through(desk, doings))


async def _live_through(desk: Desk, doings: list[tuple[str, int]]) -> None:
    ticket, other = await desk.open(category="card"), await desk.open(category="card")
    for doing, seconds in doings:
        desk.later(seconds=seconds)
        try:
            await _do(desk, doing, ticket.number, other.number)
        except IvrError:
            continue
    assert await desk.tickets.drift() == []


async def _do(desk: Desk, doing: str, ref: str, other: str) -> None:
    act = desk.act(reason="because", supervisor=True)
    if doing in {"low", "urgent"}:
        await desk.tickets.change(ref, {"priority": doing}, act)
    elif doing in {"cards", "billing"}:
        await desk.tickets.change(ref, {"team": doing}, act)
    elif doing in {"ali", "pool"}:
        await desk.tickets.change(ref, {"assignee": "ali" if doing == "ali" else ""}, act)
    elif doing in {"reply", "message"}:
        await desk.say(ref, doing, "agent" if doing == "reply" else "customer")
    else:
        await _other(desk, doing, ref, other)


async def _other(desk: Desk, doing: str, ref: str, other: str) -> None:
    act = desk.act(reason="because", supervisor=True)
    if doing == "tick":
        await desk.tickets.tick(desk.at)
    elif doing == "callback":
        await desk.tickets.callback_promised(ref, desk.at, act)
    elif doing == "merge":
        await desk.tickets.merge(ref, other, act)
    elif doing == "unmerge":
        await desk.tickets.unmerge(ref, act)
    else:
        await desk.tickets.change(ref, {"status": doing}, act)


@pytest.mark.parametrize("waiting", ["waiting_customer", "waiting_supplier"])
@pytest.mark.parametrize("back", ["open", "resolved", "cancelled"])
async def test_leaving_a_pause_never_leaves_the_clock_in_it(
    desk: Desk, waiting: str, back: str
) -> None:
    ticket = await desk.open(category="card", team="billing")
    await desk.change(ticket.number, status=waiting)
    assert (await desk.clock(ticket.number, "resolution")).state == "paused"
    desk.later(days=1)
    await desk.change(ticket.number, status=back)
    assert (await desk.clock(ticket.number, "resolution")).paused_by == ()
