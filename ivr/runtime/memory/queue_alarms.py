"""Alarms on queues that are on, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm


class MemoryQueueAlarms:
    """The port `KeptAlarms` in a dict."""

    def __init__(self) -> None:
        self._kept: dict[str, KeptAlarm] = {}

    async def all(self) -> Sequence[KeptAlarm]:
        """All, by name."""
        return [self._kept[name] for name in sorted(self._kept)]

    async def put(self, alarm: KeptAlarm) -> None:
        """Keep it, in place of an earlier one."""
        self._kept[alarm.name] = alarm

    async def remove(self, name: str) -> bool:
        """It is over."""
        return self._kept.pop(name, None) is not None
