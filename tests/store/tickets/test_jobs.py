"""Operations run with the rules and the receivers of their moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StaleVersionError
from ivr.runtime.ports.tickets import NewArticle, NewTicket, Touched
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


def listening(desk: Desk) -> tuple[SqlTickets, list[Touched]]:
    """Tickets whose changes are heard."""
    heard: list[Touched] = []
    jobs = Jobs(desk.store.database, lambda: desk.rules, hears=heard.extend)
    return SqlTickets(jobs), heard


async def test_a_change_is_heard_with_who_had_it_and_who_has_it(desk: Desk) -> None:
    tickets, heard = listening(desk)
    ticket = await desk.open(team="cards", assignee="ayşe")
    await tickets.change(ticket.number, {"team": "billing"}, desk.act("ali"))
    [touched] = heard
    assert (touched.what, touched.thing) == ("ticket", ticket.number)
    assert touched.teams == {"cards", "billing"}
    assert touched.people == {"ayşe", ticket.opened_by}


async def test_opening_and_saying_are_heard_and_what_changes_nothing_is_not(desk: Desk) -> None:
    tickets, heard = listening(desk)
    opened = await tickets.open(NewTicket("k", "Kart", "voice"), desk.act())
    number = opened.ticket.number
    assert {each.thing for each in heard} == {number}
    heard.clear()
    await tickets.open(NewTicket("k", "Kart", "voice"), desk.act())
    await tickets.change(number, {"subject": "Kart"}, desk.act())
    assert heard == []
    await tickets.append(number, NewArticle("note", "agent", "ayşe", "x", desk.at), desk.act())
    await tickets.tag(number, desk.act(), add=["vip"])
    assert [each.thing for each in heard] == [number, number]


async def test_what_was_refused_is_not_heard(desk: Desk) -> None:
    tickets, heard = listening(desk)
    ticket = await desk.open()
    with pytest.raises(StaleVersionError):
        await tickets.change(ticket.number, {"team": "billing"}, desk.act(), version=99)
    assert heard == []
