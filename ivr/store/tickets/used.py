"""Which categories tickets have, so that none of them disappears from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.store.tables import ticket

if TYPE_CHECKING:
    from collections.abc import Collection

    from ivr.store.database import Database


async def categories_used(database: Database) -> Collection[str]:
    """Their codes, those of all tenants."""
    question = select(ticket.c.category).where(ticket.c.category != "").distinct()
    return frozenset(await database.read(lambda it: list(it.scalars(question))))
