"""The life of a ticket in the order it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.tickets import ArticleRow, ChangeRow, ClockLine, ContactLink

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_everything_stands_in_it_oldest_first(desk: Desk) -> None:
    ticket = await desk.open(interaction=await desk.add_call("call-1"))
    await desk.later(minutes=1).say(ticket.number, "reply")
    await desk.later(minutes=1).change(ticket.number, "hurry", priority="urgent")
    found = await desk.tickets.timeline(ticket.number)
    assert [each.at for each in found] == sorted(each.at for each in found)
    kinds = list(dict.fromkeys(type(each.what) for each in found))
    assert kinds == [ContactLink, ClockLine, ArticleRow, ChangeRow]
    [change] = [each.what for each in found if isinstance(each.what, ChangeRow)]
    assert (change.by, change.field, change.before, change.after) == ("ayşe", "priority", 2, 4)
    assert change.reason == "hurry"
    lines = [each.what for each in found if isinstance(each.what, ClockLine)]
    start = next(each for each in lines if each.clock == "sla::resolution:1")
    assert (start.kind, start.target_s, start.data["policy"]) == ("start", 8 * 3600, "usual")


async def test_clocks_are_shown_with_what_they_came_to(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.later(minutes=10).change(ticket.number, status="waiting_customer")
    clock = await desk.clock(ticket.number, "resolution")
    assert (clock.state, clock.paused_by, clock.counted_s) == ("paused", ("customer",), 600)
    assert (clock.running_since, clock.due_at, clock.verdict) == (None, None, "")
    assert (await desk.clock(ticket.number, "accept")).running_since == ticket.opened_at
