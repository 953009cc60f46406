"""Contacts that began or ended and were not told of yet: found in the record, told once each.

A step of a call writes only its own rows, so the event follows: soon while the server runs, after
a crash by the next run. Found and written in one transaction, no contact is told of twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, literal, select

from ivr.store.outbox_events import Telling, tell
from ivr.store.tables import interaction, outbox_event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from ivr.runtime.ports.deliveries import ContactEvent
    from ivr.store.database import Database
    from ivr.store.outbox_events import Receiver

STARTED, ENDED = "interaction.started", "interaction.ended"
AGGREGATE = "interaction"
_MINE = interaction.c
_MOMENTS = {STARTED: _MINE.started_at, ENDED: _MINE.ended_at}


class SqlContactEvents:
    """The port `ContactEvents`. receivers: who is told."""

    def __init__(self, database: Database, receivers: Sequence[Receiver]) -> None:
        self._database = database
        self._telling = Telling(tuple(receivers))

    async def untold(self, since: datetime, limit: int) -> Sequence[ContactEvent]:
        """See the port."""
        return await self._database.read(lambda it: _untold(it, since, limit))

    async def tell(self, event: ContactEvent, data: Mapping[str, object]) -> bool:
        """See the port."""
        return await self._database.change(lambda it: _tell(it, event, data, self._telling))


def _untold(connection: Connection, since: datetime, limit: int) -> list[ContactEvent]:
    found: list[ContactEvent] = []
    for kind, moment in _MOMENTS.items():
        question = (
            select(literal(kind), _MINE.public_id, moment)
            .where(moment >= since, ~_told(kind))
            .order_by(moment)
            .limit(limit)
        )
        found += [(row[0], row[1], row[2]) for row in connection.execute(question)]
    return sorted(found, key=lambda each: (each[2], each[0] == ENDED))


def _told(kind: str) -> ColumnElement[bool]:
    its = outbox_event.c
    same = (its.tenant_id == _MINE.tenant_id, its.aggregate == AGGREGATE, its.type == kind)
    return exists().where(*same, its.aggregate_id == _MINE.public_id)


def _tell(
    connection: Connection, event: ContactEvent, data: Mapping[str, object], telling: Telling
) -> bool:
    kind, call, at = event
    free = select(_MINE.id).where(_MINE.public_id == call, ~_told(kind)).with_for_update()
    if connection.scalar(free) is None:
        return False
    tell(connection, kind, AGGREGATE, call, data, at, telling=telling)
    return True
