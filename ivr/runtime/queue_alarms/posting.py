"""Keeps alarms that are on, and has people told of them: first kept, then told, then forgotten.

A notice that was kept is told, if need be by the next run; whoever tells makes sure that the same
one is told once (`queue_alarms/telling.py`).
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError
from ivr.runtime.queue_alarms.watching import kept_of
from ivr.runtime.tasks import look_again, tell_failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm, KeptAlarms, Notice
    from ivr.runtime.queue_alarms.watching import QueueAlarms, Watched

AGAIN = timedelta(seconds=10)
"""So often it is looked for what the store did not take."""


class AlarmPost:
    """Beside `QueueAlarms`, so that a slow database delays no evaluation. tell: a notice, to all
    whom it concerns; the same one may come twice. Raises StoreError."""

    def __init__(
        self,
        alarms: QueueAlarms,
        kept: KeptAlarms,
        tell: Callable[[QueueAlarm, Notice], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._alarms = alarms
        self._kept = kept
        self._tell = tell
        self._clock = clock
        self._stored: dict[str, KeptAlarm] = {}

    async def load(self) -> None:
        """Take up what the last run left. Raises StoreError."""
        self._stored = {row.name: row for row in await self._kept.all()}
        self._alarms.begin(self._stored.values())

    async def run(self) -> None:
        """For ever; a store that is away is asked again."""
        pause = self._alarms.changed.every(self._clock, AGAIN)
        await look_again(self.look, pause, "queue_alarms_not_kept")

    async def look(self) -> None:
        """Keep what has changed, and tell what is to be told. Before the first evaluation nobody
        knows which of those that are kept are still there. Raises StoreError."""
        if not self._alarms.evaluated:
            return
        await self._keep()
        for watched in list(self._alarms.watched.values()):
            await self._tell_all(watched)
        await self._keep()

    async def _keep(self) -> None:
        now = {name: kept_of(one) for name, one in self._alarms.watched.items()}
        for name in [name for name in self._stored if now.get(name) is None]:
            await self._kept.remove(name)
            del self._stored[name]
        for name, alarm in now.items():
            if alarm is not None and self._stored.get(name) != alarm:
                await self._kept.put(alarm)
                self._stored[name] = alarm

    async def _tell_all(self, watched: Watched) -> None:
        """The oldest first. Only what has been kept, so that a restart tells nothing anew."""
        stored = self._stored.get(watched.rule.name)
        for notice in stored.unsent if stored else ():
            try:
                await self._tell(watched.rule, notice)
            except StoreError:
                raise
            except Exception as error:  # a fault of ours costs one notice, not all that follow
                tell_failure(asyncio.current_task(), error)
            watched.unsent.remove(notice)
