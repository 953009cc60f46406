"""The outbox: commands that must leave even if we die between deciding and sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, Text, bindparam, select, update

from ivr.runtime.ports import Effect, Entry
from ivr.store.statements import Each, Rows, Write
from ivr.store.tables import outbox_message
from ivr.store.types import UTC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.store.database import Database

_PENDING = "pending"
_DONE = "done"

_QUEUED = Rows(
    40,
    outbox_message,
    lambda bind: {
        "event_id": bind("effect_id", String),
        "type": bind("kind", String),
        "payload": bind("body", Text),
        "state": bind("state", String),
        "attempts": bind("attempts", Integer),
        "next_at": bind("at", UTC),
        "reason": bind("reason", Text),
    },
)
_STILL_PENDING = update(outbox_message).where(
    outbox_message.c.event_id == bindparam("effect_id", type_=String),
    outbox_message.c.state == _PENDING,
)
_DELIVERED = Each(
    60, _STILL_PENDING.values(state=_DONE, attempts=outbox_message.c.attempts + 1, reason="")
)
_FAILED = Each(
    60,
    _STILL_PENDING.values(
        attempts=outbox_message.c.attempts + 1,
        next_at=bindparam("again_at", type_=UTC),
        reason=bindparam("why", type_=Text),
    ),
)
_DUE = (
    select(outbox_message.c.event_id, outbox_message.c.type, outbox_message.c.payload)
    .where(
        outbox_message.c.state == _PENDING,
        outbox_message.c.next_at <= bindparam("now", type_=UTC),
        bindparam("kind", type_=String).in_(["", outbox_message.c.type]),
    )
    .order_by(outbox_message.c.id)
    .limit(bindparam("limit", type_=Integer))
)


class SqlOutbox:
    """The outbox on a database. Delivery is at least once: `done` may be lost with the process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int = 100, kind: str = "") -> Sequence[Effect]:
        """Undelivered ones whose time has come, oldest first."""
        params = {"now": now, "limit": limit, "kind": kind}
        rows = await self._database.read(lambda reader: reader.execute(_DUE, params).all())
        return [Effect(row.event_id, row.type, row.payload) for row in rows]

    async def done(self, effect_id: str) -> None:
        """Delivered; never offered again."""
        await self._database.write([(_DELIVERED, {"effect_id": effect_id})])

    async def failed(self, effect_id: str, next_at: datetime, reason: str) -> None:
        """Not delivered; offered again at next_at."""
        row = {"effect_id": effect_id, "again_at": next_at, "why": reason}
        await self._database.write([(_FAILED, row)])


def effect_writes(entry: Entry) -> list[Write]:
    """The durable commands of a step, due at once."""
    return [
        (
            _QUEUED,
            {
                "effect_id": effect.effect_id,
                "kind": effect.kind,
                "body": effect.body,
                "state": _PENDING,
                "attempts": 0,
                "at": entry.at,
                "reason": "",
            },
        )
        for effect in entry.effects
    ]
