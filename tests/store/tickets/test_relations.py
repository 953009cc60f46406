"""Links, tags and checklists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_a_link_is_seen_from_both_ends_and_taken_away(desk: Desk) -> None:
    one, two = await desk.open(), await desk.open()
    link, unlink = desk.tickets.link, desk.tickets.unlink
    [mine] = await link(one.number, "causes", two.number, desk.act())
    assert (mine.kind, mine.other, mine.mine, mine.status) == ("causes", two.number, True, "new")
    assert await link(one.number, "causes", two.number, desk.act()) == [mine]
    [theirs] = await desk.tickets.links(two.number)
    assert (theirs.other, theirs.mine) == (one.number, False)
    assert await unlink(one.number, "causes", two.number, desk.act()) == []
    assert await unlink(one.number, "causes", two.number, desk.act()) == []
    changes = [row for row in await desk.rows("ticket_change") if row["field"] == "links"]
    assert [(row["before"], row["after"]) for row in changes] == [
        ("", f"causes {two.number}"),
        (f"causes {two.number}", ""),
    ]


async def test_a_link_needs_another_ticket_and_a_kind(desk: Desk) -> None:
    ticket = await desk.open()
    for kind, other in (("causes", ticket.number), ("likes", ticket.number), ("causes", "1")):
        with pytest.raises(NotValidError):
            await desk.tickets.link(ticket.number, kind, other, desk.act())


async def test_tags_come_and_go_and_policies_hear_of_it(desk: Desk) -> None:
    ticket = await desk.open(tags=("a",))
    after = await desk.tickets.tag(ticket.number, desk.act(), add=[" b  c ", "d"], remove=["a"])
    assert (after.tags, after.version) == (("b c", "d"), 2)
    same = await desk.tickets.tag(ticket.number, desk.act(), add=["d"], remove=["z"])
    assert same.version == 2
    assert (await desk.tickets.tag(ticket.number, desk.act(), remove=["b c", "d"])).tags == ()


async def test_items_are_ticked_off_and_back(desk: Desk) -> None:
    ticket = await desk.open(category="card.lost")
    [item] = await desk.tickets.check(ticket.number, 1, True, desk.act("ali"))
    assert (item.done_at, item.done_by, item.mandatory) == (desk.at, "ali", True)
    await desk.tickets.check(ticket.number, 1, True, desk.act("veli"))
    [item] = await desk.tickets.checklist(ticket.number)
    assert item.done_by == "ali"
    [item] = await desk.tickets.check(ticket.number, 1, False, desk.act())
    assert (item.done_at, item.done_by) == (None, "")
    with pytest.raises(NotFoundError, match="no item 9"):
        await desk.tickets.check(ticket.number, 9, True, desk.act())


async def test_a_ticket_that_is_not_there_has_nothing(desk: Desk) -> None:
    tickets = desk.tickets
    for ask in (tickets.links, tickets.children, tickets.checklist, tickets.timeline):
        with pytest.raises(NotFoundError):
            await ask("260000019")
