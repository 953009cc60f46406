"""Every category that a ticket has is known, whoever's it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.store.tickets.used import categories_used
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from ivr.store import SqlStore


async def test_each_category_of_a_ticket_counts_by_its_code(store: SqlStore) -> None:
    desk = Desk(store)
    assert await categories_used(store.database) == frozenset()
    await desk.open()
    await desk.open(category="card")
    await desk.open(tenant=2, category="card.lost")
    await desk.open(category="card")
    assert await categories_used(store.database) == {"C-1", "card.lost"}
