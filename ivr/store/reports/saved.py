"""The port `SavedReports` on a database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.reports import SavedReport
from ivr.store.tables import saved_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ivr.store.database import Database

_MINE = saved_report.c


class SqlSavedReports:
    """Questions that people keep, on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, who: str, *, tenant: int = 1) -> Sequence[SavedReport]:
        """See the port."""
        asked = (
            select(saved_report)
            .where(_MINE.tenant_id == tenant, or_(_MINE.owner == who, _MINE.shared))
            .order_by(_MINE.name, _MINE.owner)
        )
        rows = await self._database.read(lambda it: it.execute(asked).all())
        return [
            SavedReport(row.public_id, row.owner, row.name, row.query, row.shared, row.saved_at)
            for row in rows
        ]

    async def save(self, new: SavedReport, most: int, *, tenant: int = 1) -> SavedReport:
        """See the port."""
        await self._database.change(partial(_save, new, most, tenant))
        return new

    async def remove(self, key: str, who: str, *, tenant: int = 1) -> bool:
        """See the port."""
        mine = (_MINE.tenant_id == tenant, _MINE.public_id == key, _MINE.owner == who)
        asked = delete(saved_report).where(*mine)
        return bool(await self._database.change(lambda it: it.execute(asked).rowcount))


def _save(new: SavedReport, most: int, tenant: int, connection: Connection) -> None:
    mine = (_MINE.tenant_id == tenant, _MINE.owner == new.owner)
    values = {
        "public_id": new.id,
        "query": new.query,
        "shared": new.shared,
        "saved_at": new.saved_at,
    }
    again = update(saved_report).where(*mine, _MINE.name == new.name).values(values)
    if connection.execute(again).rowcount:
        return
    if connection.execute(select(func.count()).where(*mine)).scalar_one() >= most:
        raise NotValidError(f"you keep {most} reports already; take one away first")
    row = {"tenant_id": tenant, "owner": new.owner, "name": new.name, **values}
    connection.execute(insert(saved_report).values(row))
