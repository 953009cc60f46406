"""Alarms on queues as events for other systems, each kept once."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.deliveries import HOOK
from ivr.runtime.ports.supervision.queue_alarms import ALARM_MAIL
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.tables import outbox_event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.supervision.queue_alarms import AlarmMail, Notice
    from ivr.store.database import Database

AGGREGATE, MAILED = "alarm", "alarm_mail"
MOST_ORDER = 64
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
        self,
        notice: Notice,
        alarm: str,
        data: Mapping[str, object],
        hooks: Sequence[str],
        mails: Sequence[AlarmMail] = (),
    ) -> bool:
        """See the port."""
        kind, at = KINDS[notice.kind], from_ns(notice.at)
        telling = Telling(self._of(kind, hooks))

        def work(connection: Connection) -> bool:
            if _is_told(connection, kind, alarm, at):
                return False
            tell(connection, kind, AGGREGATE, alarm, data, at, telling=telling)
            for mail in mails:
                _post(connection, mail, alarm, at)
            return True

        return await self._database.change(work)

    def _of(self, kind: str, hooks: Sequence[str]) -> tuple[Receiver, ...]:
        named = {f"{HOOK}{name}" for name in hooks}
        asked = {one.endpoint for one in self._receivers if one.wants(kind, "")}
        return tuple(Receiver(endpoint) for endpoint in sorted(named | asked))


def _is_told(connection: Connection, kind: str, alarm: str, at: datetime) -> bool:
    its = outbox_event.c
    same = (its.aggregate == AGGREGATE, its.aggregate_id == alarm, its.type == kind, its.at == at)
    return connection.scalar(select(its.id).where(*same)) is not None


def _post(connection: Connection, mail: AlarmMail, alarm: str, at: datetime) -> None:
    """In order for each person."""
    telling = Telling((Receiver(ALARM_MAIL),))
    order = f"{MAILED}:{mail.to}"[:MOST_ORDER]
    tell(connection, MAILED, MAILED, alarm, asdict(mail), at, telling=telling, order=order)
