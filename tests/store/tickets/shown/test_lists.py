"""Lists of tickets: every filter, every order, and pages that neither repeat nor leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import Scope, TicketFilter

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import TicketRow
    from tests.fakes.ticket_house import Desk


async def _numbers(desk: Desk, **which: object) -> list[int]:
    """The serials of what is listed, the newest first."""
    wanted = replace(TicketFilter(), **which)  # type: ignore[arg-type]  # its fields
    page = await desk.tickets.list(wanted)
    assert len(page.rows) == await desk.tickets.count(wanted)
    return [int(row.number[2:8]) for row in page.rows]


async def test_each_filter_finds_its_own(desk: Desk) -> None:
    ali = await desk.add_customer("A" * 26)
    await desk.open(category="billing.wrong_amount", customer=ali, tags=("x", "y"))
    await desk.later(hours=1).open(category="card", assignee="ali", emergency=True, tags=("x",))
    await desk.open(kind="fault", description="Işık yanmıyor", source="email")
    done = await desk.open(category="card.lost", by="veli")
    await desk.change(done.number, status="cancelled")
    for which, expected in (
        ({}, [4, 3, 2, 1]),
        ({"statuses": ("cancelled",)}, [4]),
        ({"states": ("new",)}, [3, 2, 1]),
        ({"teams": ("cards",)}, [4, 2]),
        ({"assignees": ("ali",)}, [2]),
        ({"unassigned": True, "is_open": True}, [3, 1]),
        ({"kinds": ("complaint", "fault")}, [3, 1]),
        ({"priorities": (3, 4)}, [2, 1]),
        ({"categories": ("billing",)}, [1]),
        ({"categories": ("card",)}, [4, 2]),
        ({"tags": ("x",)}, [2, 1]),
        ({"tags": ("x", "y")}, [1]),
        ({"sources": ("email",)}, [3]),
        ({"customer": ali}, [1]),
        ({"emergency": True}, [2]),
        ({"emergency": False}, [4, 3, 1]),
        ({"is_open": False}, [4]),
        ({"words": "IŞIK"}, [3]),
        ({"words": "yan işik"}, [3]),
        ({"words": "260000019"}, [1]),
        ({"opened_since": desk.at}, [4, 3, 2]),
        ({"opened_before": desk.at}, [1]),
        ({"product": "none"}, []),
        ({"scope": Scope("veli")}, [4]),
        ({"scope": Scope("ali", ("billing",))}, [2, 1]),
    ):
        assert await _numbers(desk, **which) == expected, which
    due = desk.at + timedelta(days=30)
    assert await _numbers(desk, due_before=due) == [3, 2, 1]


async def test_merged_ones_are_left_out_unless_asked_for(desk: Desk) -> None:
    one, two = await desk.open(), await desk.open()
    await desk.tickets.merge(one.number, two.number, desk.act())
    assert await _numbers(desk) == [2]
    assert await _numbers(desk, merged=True) == [2, 1]


@pytest.mark.parametrize("sort", ["opened", "activity", "due", "priority", "number"])
async def test_pages_follow_one_another_in_every_order(desk: Desk, sort: str) -> None:
    for n in range(7):
        ticket = await desk.open(priority=1 + n % 3)
        if n % 2:
            await desk.change(ticket.number, status="cancelled")  # it has no due time
        if n % 3:
            desk.later(minutes=7)
    whole = await desk.tickets.list(TicketFilter(), sort=sort)
    assert whole.next == ""
    found: list[TicketRow] = []
    cursor = ""
    while cursor or not found:
        page = await desk.tickets.list(TicketFilter(), sort=sort, cursor=cursor, limit=2)
        found += page.rows
        cursor = page.next
    assert tuple(found) == whole.rows
    assert len({row.id for row in found}) == 7


async def test_those_due_first_come_first_and_those_without_last(desk: Desk) -> None:
    late = await desk.later(hours=1).open()
    done = await desk.open()
    await desk.change(done.number, status="cancelled")
    soon = await desk.open(priority=4)
    page = await desk.tickets.list(TicketFilter(), sort="due")
    assert [row.number for row in page.rows] == [soon.number, late.number, done.number]


@pytest.mark.parametrize("cursor", ["x", "ÿ", "WyJkdWUiLCAxLCAieCJd", "bnVsbA==", "WzFd"])
async def test_a_cursor_that_is_none_is_refused(desk: Desk, cursor: str) -> None:
    with pytest.raises(NotValidError, match="cursor"):
        await desk.tickets.list(TicketFilter(), cursor=cursor)
