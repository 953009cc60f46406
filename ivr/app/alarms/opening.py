"""The alarms on queues of a server: what they are told, and whom they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.queues.all_alarms import to_alarms
from ivr.runtime.queue_alarms.watching import QueueAlarms, Seams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.app.server import Server


def open_alarms(server: Server) -> QueueAlarms:
    """The alarms of a server; nothing is evaluated yet."""
    floor, live = server.floor, server.live

    def rules() -> Sequence[QueueAlarm]:
        return to_alarms(live.now.alarms, live.now.queues)

    seams = Seams(
        clock=server.switch.ports.clock,
        rules=rules,
        group=lambda: floor.host.group,
        now_ns=floor.host.now_ns,
        tell=server.streams.topic,
        forget=server.streams.forget_topic,
    )
    return QueueAlarms(seams)
