"""Switches that are set by hand, on a database."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, String, Text, bindparam, delete, select

from ivr.runtime.ports.supervision.switches import HandSwitch
from ivr.store.statements import Each, Rows
from ivr.store.tables import hand_switch as table
from ivr.store.types import UTC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store.database import Database

_PUT = Rows(
    0,
    table,
    lambda bind: {
        "name": bind("name", String),
        "is_on": bind("on", Boolean),
        "by": bind("by", Text),
        "why": bind("why", Text),
        "since": bind("since", UTC),
        "until": bind("until", UTC),
    },
    replaces=("name",),
)
_REMOVE = Each(
    0,
    delete(table).where(table.c.name == bindparam("name", type_=String)).returning(table.c.name),
)
_ALL = select(
    table.c.name, table.c.is_on, table.c.by, table.c.why, table.c.since, table.c.until
).order_by(table.c.name)


class SqlSwitches:
    """The port `HandSwitches` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[HandSwitch]:
        """All, by name."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return [HandSwitch(*row) for row in rows]

    async def put(self, switch: HandSwitch) -> None:
        """Keep it, in place of an earlier one."""
        await self._database.write([(_PUT, asdict(switch))], alone=True)

    async def remove(self, name: str) -> bool:
        """Take it back."""
        return bool(await self._database.write([(_REMOVE, {"name": name})], alone=True))
