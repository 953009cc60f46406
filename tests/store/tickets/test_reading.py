"""Questions about tickets change nothing and see one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.tickets import TicketFilter

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import Tickets
    from tests.fakes.ticket_house import Desk


async def test_no_question_writes(desk: Desk) -> None:
    tickets: Tickets = desk.tickets
    ref = (await desk.open(category="card", interaction=await desk.add_call("call-1"))).number
    names = ("ticket", "ticket_change", "sla_clock", "sla_clock_event", "outbox_event", "audit_log")
    before = [await desk.rows(name) for name in names]
    await tickets.get(ref)
    await tickets.list(TicketFilter())
    await tickets.count(TicketFilter())
    for ask in (tickets.timeline, tickets.articles, tickets.clocks, tickets.children):
        await ask(ref)
    await tickets.links(ref)
    await tickets.checklist(ref)
    assert len(await tickets.of_interaction("call-1")) == 1
    assert await tickets.next_due() is not None
    assert await tickets.drift() == []
    assert [await desk.rows(name) for name in names] == before


async def test_nothing_is_there_before_the_first_ticket(desk: Desk) -> None:
    tickets: Tickets = desk.tickets
    assert (await tickets.list(TicketFilter())).rows == ()
    assert await tickets.of_interaction("call-1") == []
    assert await tickets.next_due() is None
    assert (await tickets.tick(desk.at)).breached == ()
    assert await tickets.close_due(desk.at) == []
    assert await tickets.review(desk.at) == 0
