"""What the port `Tickets` promises whatever the database: tenants never see each other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.tickets import NewArticle, TicketFilter
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.ports.tickets import TicketRow

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
async def desk(address: str) -> AsyncIterator[Desk]:
    """A desk on each kind of database; nobody keeps tickets in memory."""
    if address == "memory":
        pytest.skip("tickets are kept in a database only")
    store = open_fresh(address, create=True)
    yield Desk(store)
    await store.close()


async def _twins(desk: Desk) -> tuple[TicketRow, TicketRow]:
    """Two tickets with the same number, origin and words, of two tenants."""
    found = []
    for tenant in (1, 2):
        who = await desk.add_customer(f"{tenant}" * 26, tenant, customer_no="C-7")
        found.append(
            await desk.open(tenant, origin_key="k", customer=who, category="card", tags=("t",))
        )
    return found[0], found[1]


async def test_equal_natural_keys_of_two_tenants_stay_apart(desk: Desk) -> None:
    mine, theirs = await _twins(desk)
    assert mine.number == theirs.number
    assert mine.id != theirs.id
    for tenant, ticket in ((1, mine), (2, theirs)):
        assert await desk.tickets.get(ticket.number, tenant=tenant) == ticket
        page = await desk.tickets.list(TicketFilter(tags=("t",)), tenant=tenant)
        assert page.rows == (ticket,)
        assert await desk.tickets.count(TicketFilter(customer="C-7"), tenant=tenant) == 1
    assert await desk.tickets.get(theirs.id, tenant=1) is None


async def test_no_operation_reaches_the_ticket_of_another_tenant(desk: Desk) -> None:
    mine, theirs = await _twins(desk)
    tickets, act = desk.tickets, desk.act(reason="r", supervisor=True)
    for doing in (
        tickets.change(theirs.id, {"team": "x"}, act),
        tickets.reopen(theirs.id, act),
        tickets.tag(theirs.id, act, add=["x"]),
        tickets.check(theirs.id, 1, True, act),
        tickets.merge(theirs.id, mine.id, act),
        tickets.merge(mine.id, theirs.id, act),
        tickets.unmerge(theirs.id, act),
        tickets.set_target(theirs.id, "sla::resolution:1", 1, act),
        tickets.callback_promised(theirs.id, NOON, act),
        tickets.callback_tried(theirs.id, True, act),
        tickets.timeline(theirs.id),
        tickets.articles(theirs.id),
        tickets.clocks(theirs.id),
        tickets.children(theirs.id),
        tickets.links(theirs.id),
        tickets.checklist(theirs.id),
    ):
        with pytest.raises(NotFoundError):
            await doing
    assert await desk.tickets.get(theirs.id, tenant=2) == theirs


async def test_a_change_of_one_changes_nothing_of_the_other(desk: Desk) -> None:
    mine, theirs = await _twins(desk)
    await desk.change(mine.number, "why", status="resolved", team="other", priority="urgent")
    await desk.tickets.append(mine.number, _mail(desk), desk.act())
    assert await desk.tickets.get(theirs.number, tenant=2) == theirs
    found = await desk.tickets.append(theirs.number, _mail(desk), desk.act(), tenant=2)
    assert found.fresh
    assert await desk.tickets.of_messages(["m@x"], tenant=2) == {"m@x": theirs.number}


async def test_clocks_of_all_tenants_are_looked_at(desk: Desk) -> None:
    await _twins(desk)
    found = await desk.tickets.tick(desk.later(days=20).at)
    assert len({number for number, _ in found.breached}) == 1
    assert len(found.breached) % 2 == 0
    assert len(found.breached) > 0
    assert await desk.tickets.drift() == []


def _mail(desk: Desk) -> NewArticle:

    return NewArticle("message", "customer", "a@b", "Merhaba", desk.at, message_id="m@x")
