"""Writes down what queues are measured by, so that a later change does not rewrite the past."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.reports import QueueLimits, Reports

_LOG = logging.getLogger(__name__)
LOOK = timedelta(seconds=5)


class LimitsKept:
    """Looks for changed limits. now_in_force: of every queue, in this moment's configuration."""

    def __init__(
        self, reports: Reports, clock: Clock, now_in_force: Callable[[], Sequence[QueueLimits]]
    ) -> None:
        self._reports = reports
        self._clock = clock
        self._now = now_in_force
        self._seen: Sequence[QueueLimits] = ()

    async def run(self) -> None:
        """For ever. What fails is tried again at the next look."""
        await look_again(self.look, every(self._clock, LOOK), "queue_limits_not_kept")

    async def look(self) -> None:
        """Write down what is new; what is in the store already is not written again."""
        limits = self._now()
        if limits != self._seen:
            await self._reports.keep_limits(limits, self._clock.now())
            self._seen = limits
