"""Solved tickets that are not: opened again, or followed up by another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.tickets.resolving import Offer
from ivr.tickets.states import TicketStateError

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_opening_again_counts_and_the_clock_goes_on(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    desk.later(hours=1)
    await desk.change(ticket.number, status="resolved", first_contact_resolved=True)
    desk.later(hours=5)
    call = await desk.add_call("call-2")
    after = await desk.tickets.reopen(ticket.number, desk.act(), interaction=call)
    assert (after.state, after.reopen_count) == ("open", 1)
    assert (after.first_contact_resolved, after.resolved_at) == (False, None)
    assert after.contact_count == 1
    assert await desk.ledger(ticket.number, "resolution") == ["start", "meet", "reopen"]
    assert await desk.ledger(ticket.number, "first_resolution") == ["start", "meet"]
    assert [row["type"] for row in await desk.rows("outbox_event")][-1] == "ticket.reopened"


async def test_only_a_solved_one_is_opened_again(desk: Desk) -> None:
    ticket = await desk.open()
    with pytest.raises(TicketStateError, match="only a solved one"):
        await desk.tickets.reopen(ticket.number, desk.act())


async def test_the_solved_ticket_of_the_same_customer_and_family_is_offered(desk: Desk) -> None:
    ali, ece = [await desk.add_customer(letter * 26) for letter in "AE"]
    ticket = await desk.open(category="card", customer=ali)
    offer = desk.tickets.reopen_offer
    assert await offer(ali, "card.lost", desk.at) is None
    await desk.change(ticket.number, status="resolved")
    assert await offer(ali, "card.lost", desk.at) == Offer(ticket.number, reopen=True)
    assert await offer(ali, "billing", desk.at) is None
    assert await offer(ece, "card", desk.at) is None
    assert await offer(ali, "card", desk.later(days=14).at) == Offer(ticket.number, reopen=True)
    late = desk.later(seconds=1).at
    assert await offer(ali, "card", late) == Offer(ticket.number, reopen=False)
