"""What hangs on the category of a ticket, and children that hold it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.store.tickets.family import blocking_children

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_only_blocking_children_that_are_under_way_hold_a_ticket_up(desk: Desk) -> None:
    above = await desk.open()
    holding = await desk.open(parent=above.number, blocking=True)
    done = await desk.open(parent=above.number, blocking=True)
    await desk.open(parent=above.number)
    await desk.change(done.number, status="cancelled")
    row = {each["number"]: each["id"] for each in await desk.rows("ticket")}[above.number]
    found = await desk.store.database.read(lambda it: blocking_children(it, row))
    assert found == (holding.number,)


async def test_a_further_category_that_becomes_the_first_is_there_once(desk: Desk) -> None:
    ticket = await desk.open(category="billing")
    after = await desk.change(ticket.number, categories=["card", "billing", "card"])
    assert after.categories == ("card",)
    after = await desk.change(ticket.number, category="card")
    assert (after.category, after.categories) == ("card", ())
    assert [row["path"] for row in await desk.rows("ticket_category")] == ["C-1"]
    assert (await desk.change(ticket.number, category="")).category == ""


async def test_choosing_a_category_again_keeps_what_is_done_and_drops_what_nobody_asks_for(
    desk: Desk,
) -> None:
    ticket = await desk.open(category="billing.wrong_amount")
    await desk.tickets.check(ticket.number, 2, True, desk.act())
    await desk.change(ticket.number, category="billing")
    left = await desk.tickets.checklist(ticket.number)
    assert [(each.seq, each.text, each.mandatory) for each in left] == [(2, "Refund opened", False)]
    await desk.change(ticket.number, category="billing.wrong_amount")
    items = await desk.tickets.checklist(ticket.number)
    assert [each.text for each in items] == ["Refund opened", "Invoice checked"]
