"""Two tickets about one matter, merged and taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError
from ivr.runtime.ports.tickets import ArticleRow, ChangeRow
from ivr.tickets.merging import AlreadyMergedError
from ivr.tickets.states import TicketStateError

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_the_old_number_leads_to_the_one_that_stays(desk: Desk) -> None:
    old, new = await desk.open(), await desk.open()
    merged = await desk.tickets.merge(old.number, new.number, desk.act(reason="same matter"))
    assert merged.number == new.number
    found = await desk.tickets.get(old.number)
    assert (found.number, found.asked) == (new.number, old.number)
    itself = await desk.tickets.get(old.number, follow=False)
    assert (itself.state, itself.merged_into) == ("merged", new.number)
    changed = await desk.change(old.number, team="cards")
    assert changed.number == new.number
    assert "ticket.merged" in {row["type"] for row in await desk.rows("outbox_event")}


async def test_the_timeline_shows_both(desk: Desk) -> None:
    old, new = await desk.open(), await desk.open()
    await desk.say(old.number, "note")
    await desk.later(minutes=1).say(new.number, "note")
    await desk.tickets.merge(old.number, new.number, desk.later(minutes=1).act())
    found = await desk.tickets.timeline(new.number)
    assert found == await desk.tickets.timeline(old.number)
    said = [each.ticket for each in found if isinstance(each.what, ArticleRow)]
    assert said == [old.number, new.number]
    moved = [each.what.field for each in found if isinstance(each.what, ChangeRow)]
    assert {"merged", "merged_into", "status"} <= set(moved)


async def test_clocks_of_the_one_stand_still_and_the_other_keeps_the_earlier_promise(
    desk: Desk,
) -> None:
    old = await desk.open(category="card", team="billing")
    new = await desk.later(hours=2).open(category="card", team="billing")
    due = (await desk.clock(old.number, "resolution")).due_at
    await desk.tickets.merge(old.number, new.number, desk.act())
    assert (await desk.clock(new.number, "resolution")).due_at == due
    row = {each["number"]: each["id"] for each in await desk.rows("ticket")}[old.number]
    lost = [each for each in await desk.rows("sla_clock") if each["ticket_id"] == row]
    assert {(each["state"], *each["paused_by"]) for each in lost} == {("paused", "merged")}
    assert await desk.tickets.drift() == []


async def test_taken_back_both_are_what_they_were(desk: Desk) -> None:
    old = await desk.open(category="card", team="billing")
    new = await desk.later(hours=1).open(category="card", team="billing")
    before = await desk.clock(new.number, "resolution")
    await desk.tickets.merge(old.number, new.number, desk.act())
    back = await desk.tickets.unmerge(old.number, desk.act())
    assert (back.number, back.state, back.merged_into) == (old.number, "new", "")
    assert (await desk.clock(new.number, "resolution")).due_at == before.due_at
    assert (await desk.clock(old.number, "resolution")).state == "running"
    with pytest.raises(IllegalTransitionError, match="not merged"):
        await desk.tickets.unmerge(old.number, desk.act())
    assert await desk.tickets.drift() == []


async def test_a_solved_one_keeps_its_closing_over_a_merge_taken_back(desk: Desk) -> None:
    old, new = await desk.open(category="card"), await desk.open()
    await desk.change(old.number, status="resolved")
    close_at = await desk.tickets.next_due()
    await desk.tickets.merge(old.number, new.number, desk.act())
    assert await desk.tickets.close_due(desk.later(days=30).at) == []
    await desk.tickets.unmerge(old.number, desk.act())
    after = await desk.tickets.get(old.number)
    assert (after.state, after.resolved_at is not None) == ("resolved", True)
    rows = {each["number"]: each["close_at"] for each in await desk.rows("ticket")}
    assert rows[old.number] is not None
    assert close_at is not None


async def test_a_chain_of_three_resolves_and_comes_apart(desk: Desk) -> None:
    one, two, three = [await desk.open() for _ in range(3)]
    merge = desk.tickets.merge
    await merge(one.number, two.number, desk.act())
    await merge(two.number, three.number, desk.act())
    assert (await desk.tickets.get(one.number)).number == three.number
    assert len({each.ticket for each in await desk.tickets.timeline(one.number)}) == 3
    await desk.tickets.unmerge(two.number, desk.act())
    assert (await desk.tickets.get(one.number)).number == two.number


async def test_the_target_is_the_root_and_circles_are_refused(desk: Desk) -> None:
    one, two, three = [await desk.open() for _ in range(3)]
    merge = desk.tickets.merge
    await merge(one.number, two.number, desk.act())
    assert (await merge(three.number, one.number, desk.act())).number == two.number
    with pytest.raises(AlreadyMergedError):
        await merge(two.number, three.number, desk.act())
    with pytest.raises(AlreadyMergedError):
        await merge(one.number, three.number, desk.act())
    with pytest.raises(AlreadyMergedError):
        await merge(two.number, two.number, desk.act())


async def test_a_cancelled_one_is_not_merged(desk: Desk) -> None:
    one, two = await desk.open(), await desk.open()
    await desk.change(one.number, status="cancelled")
    with pytest.raises(TicketStateError):
        await desk.tickets.merge(one.number, two.number, desk.act())
