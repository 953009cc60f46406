"""Alarms on queues that are on, on a database."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, String, Text, bindparam, delete, select

from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm, Notice
from ivr.store.statements import Each, Rows
from ivr.store.tables import queue_alarm as table
from ivr.store.types import JSON_VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store.database import Database

_PUT = Rows(
    0,
    table,
    lambda bind: {
        "name": bind("name", String),
        "condition": bind("condition", Text),
        "state": bind("state", String),
        "since": bind("since", BigInteger),
        "fired_at": bind("fired_at", BigInteger),
        "told_at": bind("told_at", BigInteger),
        "acknowledged_by": bind("acknowledged_by", Text),
        "acknowledged_at": bind("acknowledged_at", BigInteger),
        "unsent": bind("unsent", JSON_VALUE),
    },
    replaces=("name",),
)
_REMOVE = Each(
    0,
    delete(table).where(table.c.name == bindparam("name", type_=String)).returning(table.c.name),
)
_ALL = select(table).order_by(table.c.name)


class SqlQueueAlarms:
    """The port `KeptAlarms` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[KeptAlarm]:
        """All, by name."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return [_alarm(KeptAlarm(*row)) for row in rows]

    async def put(self, alarm: KeptAlarm) -> None:
        """Keep it, in place of an earlier one."""
        await self._database.write([(_PUT, asdict(alarm))], alone=True)

    async def remove(self, name: str) -> bool:
        """It is over."""
        return bool(await self._database.write([(_REMOVE, {"name": name})], alone=True))


def _alarm(row: KeptAlarm) -> KeptAlarm:
    """With its notices, which lie as JSON in the row."""
    return replace(row, unsent=tuple(Notice(**each) for each in row.unsent))  # type: ignore[arg-type]
