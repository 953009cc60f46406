"""The alarms on queues of a server: what they are told, and whom they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.boxes.outbox import told_of
from ivr.config.calendars import find_zone
from ivr.config.queues.all_alarms import to_alarms
from ivr.config.queues.written import titled
from ivr.runtime.queue_alarms.posting import AlarmPost
from ivr.runtime.queue_alarms.running import Alarms
from ivr.runtime.queue_alarms.telling import AlarmTeller, People
from ivr.runtime.queue_alarms.watching import QueueAlarms, Seams
from ivr.store.opening import SqlStore
from ivr.store.outside.alarms import SqlAlarmEvents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.runtime.ports.supervision.queue_alarms import Notice


def open_alarms(server: Server) -> Alarms:
    """The alarms of a server; nothing is evaluated yet."""
    floor, live, ports = server.floor, server.live, server.switch.ports

    def rules() -> Sequence[QueueAlarm]:
        return to_alarms(live.now.alarms, live.now.queues)

    seams = Seams(
        clock=ports.clock,
        rules=rules,
        group=lambda: floor.host.group,
        now_ns=floor.host.now_ns,
        lately=floor.board.lately,
        tell=server.streams.topic,
        end=server.streams.end_topic,
    )
    board = QueueAlarms(seams)
    tell = _nobody if (teller := _teller(server)) is None else teller.tell
    return Alarms(board, AlarmPost(board, server.switch.store.queue_alarms, tell, ports.clock))


def _teller(server: Server) -> AlarmTeller | None:
    """Who tells of alarms; None where all is kept in memory only, and nothing is sent."""
    store, texts, live = server.switch.store, server.texts, server.live
    if texts is None or not isinstance(store, SqlStore):
        return None

    def group(name: str) -> People | None:
        found = live.now.alarm_groups.get(name)
        if found is None:
            return None
        language = found.language or live.now.languages[0]
        return People(found.sms, language, found.mail, found.account or "")

    return AlarmTeller(
        send=texts.send,
        events=SqlAlarmEvents(store.database, told_of(server.config)),
        group=group,
        title=lambda queue, language: _title(live.now, queue, language),
        zone=lambda: find_zone(live.now.zone),
    )


def _title(config: Config, queue: str, language: str) -> str:
    options = config.queues.get(queue)
    titles = titled(options.title if options is not None else None, queue)
    return titles.get(language) or titles[""]


async def _nobody(_rule: QueueAlarm, _notice: Notice) -> None:
    """Nobody can be told."""
