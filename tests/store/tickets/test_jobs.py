"""Operations run with the rules and the receivers of their moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.store.outbox_events import Receiver
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.tickets.catalogue.model import Catalogue

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_rules_are_asked_for_with_each_operation(desk: Desk) -> None:
    first = await desk.open()
    desk.rules = replace(desk.rules, catalogue=Catalogue())
    second = await desk.open()
    assert first.due_at is not None
    assert second.due_at is None


async def test_receivers_are_told_of_all_but_their_own_changes(desk: Desk) -> None:
    receivers: list[Receiver] = []
    jobs = Jobs(desk.store.database, lambda: desk.rules, receivers=lambda: receivers)
    tickets = SqlTickets(jobs)
    ticket = await desk.open()
    receivers.append(Receiver("crm"))
    await tickets.change(ticket.number, {"team": "cards"}, desk.act())
    await tickets.change(ticket.number, {"team": "billing"}, desk.act(system="crm"))
    rows = await desk.rows("outbox_delivery")
    assert [(row["endpoint"], row["ordering_key"]) for row in rows] == [
        ("crm", f"ticket:{ticket.id}")
    ]
