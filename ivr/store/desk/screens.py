"""The keys of screens on walls, on a database."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, bindparam, delete, select

from ivr.domain.errors import PortError, StoreError
from ivr.runtime.ports.desk import ScreenRow
from ivr.store.statements import Each, Rows
from ivr.store.tables import screen as table
from ivr.store.types import JSON_VALUE, UTC
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ivr.store.database import Database

_KEY = bindparam("key", type_=String)
_ADD = Rows(
    0,
    table,
    lambda bind: {
        "key": bind("id", String),
        "name": bind("name", String),
        "digest": bind("digest", String),
        "queues": bind("queues", JSON_VALUE),
        "language": bind("language", String),
        "created_by": bind("created_by", Text),
        "created_at": bind("created_at", UTC),
    },
)
_REMOVE = Each(0, delete(table).where(table.c.key == _KEY).returning(table.c.key))
_TAKEN = Each(0, select(table.c.id).where(table.c.key == _KEY))
_ONE = select(table).where(table.c.digest == bindparam("digest", type_=String))
_ALL = select(table)


class SqlScreens:
    """The port `Screens`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, digest: str) -> ScreenRow | None:
        """The key with this hash."""
        params = {"digest": digest}
        row = await self._database.read(lambda it: it.execute(_ONE, params).one_or_none())
        return None if row is None else _screen(row)

    async def all(self) -> Sequence[ScreenRow]:
        """All, by name, then id."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return sorted((_screen(row) for row in rows), key=lambda one: (one.name, one.id))

    async def add(self, screen: ScreenRow) -> None:
        """Keep a new one. Raises StoreError if it is known already."""
        row = {**asdict(screen), "queues": list(screen.queues)}
        await self._database.write([(_ADD, row)], explain=partial(_explain, screen), alone=True)

    async def remove(self, screen: str) -> bool:
        """Forget a key by its id."""
        return bool(await self._database.write([(_REMOVE, {"key": screen})], alone=True))


def _explain(screen: ScreenRow, ask: Ask, reason: str) -> PortError | None:
    if ask(_TAKEN, {"key": screen.id}):
        return StoreError(f"the screen {screen.id} is known already")
    return plainly(ask, reason)


def _screen(row: Row[Any]) -> ScreenRow:
    return ScreenRow(
        *(row.key, row.name, row.digest, tuple(row.queues), row.language),
        *(row.created_by, row.created_at),
    )
