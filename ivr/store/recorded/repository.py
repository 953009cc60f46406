"""The port `Recordings` on SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ivr.domain.call import CallId
from ivr.runtime.ports.recorded.recordings import FAILED, PENDING, READY
from ivr.store.recorded.rows import EVERY, row_of
from ivr.store.recorded.untaped import LEAST_TALK, untaped
from ivr.store.tables import interaction, recording, ticket, ticket_interaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from ivr.runtime.ports.recorded.recordings import RecordingRow, Sound
    from ivr.store.database import Database

_R = recording.c
_IN_ORDER = EVERY.order_by(_R.id)
MOST = 200


class SqlRecordings:
    """The port `Recordings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> Sequence[RecordingRow]:
        """See the port."""
        return await self._found(_IN_ORDER.where(_R.next_at <= now).limit(limit))

    async def ready(self, recording_id: str, sound: Sound, at: datetime) -> bool:
        """See the port."""
        values = {
            "state": READY,
            "uri": sound.uri,
            "size_bytes": sound.size_bytes,
            "sha256": sound.sha256,
            "duration_ms": sound.duration_ms,
            "sealed_key": sound.key,
            "partial": sound.partial,
            "ready_at": at,
            "next_at": at,
            "tries": 0,
            "reason": "",
        }
        return await self._changed(recording_id, _R.state == PENDING, values)

    async def later(self, recording_id: str, at: datetime, reason: str) -> None:
        """See the port."""
        values = {"next_at": at, "reason": reason, "tries": _R.tries + 1}
        await self._changed(recording_id, _R.next_at.isnot(None), values)

    async def forgotten(self, recording_id: str) -> None:
        """See the port."""
        values = {"source": "", "next_at": None, "reason": ""}
        await self._changed(recording_id, _R.state != PENDING, values)

    async def failed(self, recording_id: str, reason: str) -> None:
        """See the port."""
        values = {"state": FAILED, "next_at": None, "reason": reason}
        await self._changed(recording_id, _R.state == PENDING, values)

    async def named(self, addresses: Sequence[str]) -> AbstractSet[str]:
        """See the port."""
        kept = select(_R.uri).where(_R.uri.in_(addresses))
        awaited = select(_R.source).where(_R.state == PENDING, _R.source.in_(addresses))
        question = kept.union(awaited)
        return await self._database.read(lambda it: frozenset(it.scalars(question)))

    async def newest(self) -> RecordingRow | None:
        """See the port."""
        ready = EVERY.where(_R.state == READY).order_by(_R.id.desc()).limit(1)
        found = await self._found(ready)
        return found[0] if found else None

    async def made(
        self, since: datetime, until: datetime, after: str, limit: int
    ) -> Sequence[RecordingRow]:
        """See the port."""
        mine = EVERY.where(_R.at >= since, _R.at < until, _R.public_id > after)
        return await self._found(mine.order_by(_R.public_id).limit(limit))

    async def untaped(
        self, queues: Sequence[str], trunks: Sequence[str], since: datetime, until: datetime
    ) -> Sequence[CallId]:
        """See the port."""
        question = untaped(queues, trunks, since, until)
        rows = await self._database.read(lambda it: it.execute(question).all())
        long = (row.call for row in rows if row.ended_at - row.started_at >= LEAST_TALK)
        return [CallId(call) for call in dict.fromkeys(long)]

    async def get(self, recording_id: str) -> RecordingRow | None:
        """See the port."""
        found = await self._found(_IN_ORDER.where(_R.public_id == recording_id))
        return found[0] if found else None

    async def of_call(self, call: CallId) -> Sequence[RecordingRow]:
        """See the port."""
        return await self._found(_IN_ORDER.where(interaction.c.public_id == call).limit(MOST))

    async def of_ticket(self, number: str) -> Sequence[RecordingRow]:
        """See the port."""
        its = (
            select(ticket_interaction.c.interaction_id)
            .join(ticket, ticket.c.id == ticket_interaction.c.ticket_id)
            .where(ticket.c.number == number)
        )
        return await self._found(_IN_ORDER.where(_R.interaction_id.in_(its)).limit(MOST))

    async def _found(self, question: Select[Any]) -> list[RecordingRow]:
        rows = await self._database.read(lambda it: it.execute(question).all())
        return [row_of(one) for one in rows]

    async def _changed(
        self, recording_id: str, while_: ColumnElement[bool], values: dict[str, Any]
    ) -> bool:
        def job(connection: Connection) -> bool:
            mine = update(recording).where(_R.public_id == recording_id, while_)
            fresh = mine.values(values)
            return connection.execute(fresh).rowcount > 0

        return await self._database.change(job)
