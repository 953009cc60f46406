"""The alarms on queues of a server: what they are told, and whom they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.queues.all_alarms import to_alarms
from ivr.runtime.queue_alarms.posting import AlarmPost
from ivr.runtime.queue_alarms.running import Alarms
from ivr.runtime.queue_alarms.watching import QueueAlarms, Seams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.app.server import Server
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
        tell=server.streams.topic,
        forget=server.streams.forget_topic,
    )
    board = QueueAlarms(seams)
    return Alarms(board, AlarmPost(board, server.switch.store.queue_alarms, _nobody, ports.clock))


async def _nobody(_rule: QueueAlarm, _notice: Notice) -> None:
    """Nobody is told yet."""
