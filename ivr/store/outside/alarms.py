"""Alarms on queues as events for other systems, each kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.deliveries import HOOK
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.tables import outbox_event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.supervision.queue_alarms import Notice
    from ivr.store.database import Database

AGGREGATE = "alarm"
KINDS: Mapping[str, str] = {
    "firing": "alarm.raised",
    "repeat": "alarm.repeated",
    "ok": "alarm.cleared",
}


class SqlAlarmEvents:
    """The port `AlarmEvents`. receivers: who is told of every alarm that it wants to hear of."""

    def __init__(self, database: Database, receivers: Sequence[Receiver]) -> None:
        self._database = database
        self._receivers = tuple(receivers)

    async def tell(
        self, notice: Notice, alarm: str, data: Mapping[str, object], hooks: Sequence[str]
    ) -> bool:
        """See the port."""
        kind, at = KINDS[notice.kind], from_ns(notice.at)
        telling = Telling(self._of(kind, hooks))
        return await self._database.change(lambda it: _tell(it, kind, alarm, data, at, telling))

    def _of(self, kind: str, hooks: Sequence[str]) -> tuple[Receiver, ...]:
        named = {f"{HOOK}{name}" for name in hooks}
        asked = {one.endpoint for one in self._receivers if one.wants(kind, "")}
        return tuple(Receiver(endpoint) for endpoint in sorted(named | asked))


def _tell(
    connection: Connection,
    kind: str,
    alarm: str,
    data: Mapping[str, object],
    at: datetime,
    telling: Telling,
) -> bool:
    its = outbox_event.c
    same = (its.aggregate == AGGREGATE, its.aggregate_id == alarm, its.type == kind, its.at == at)
    if connection.scalar(select(its.id).where(*same)) is not None:
        return False
    tell(connection, kind, AGGREGATE, alarm, data, at, telling=telling)
    return True
