"""The worker of the outbox: sees what is due, wakes the lanes, counts what waits, tidies up."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from ivr.cti.outbox import figures
from ivr.domain.errors import StoreError
from ivr.runtime.ports.deliveries import PAUSED
from ivr.runtime.ports.texts import LANE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ivr.cti.outbox.lane import Lane, Post
    from ivr.runtime.ports.deliveries import Backlog
    from ivr.runtime.tasks import Tasks

LOOK_S = 0.5
COUNT_S = 15.0
TIDY_S = 3600.0
LATE = timedelta(minutes=15)
LATE_TEXTS = timedelta(days=3)
"""Who waits longer than this raises an alarm; texts wait through quiet nights and Sundays."""
KEEP_DONE, KEEP_EVENTS = timedelta(days=1), timedelta(days=30)
_LOG = logging.getLogger(__name__)
Work: TypeAlias = "Callable[[], Awaitable[None]]"


@dataclass(slots=True)
class Worker:
    """All lanes of a server. `start` it once, `close` it once.

    more: other work to be done again and again, and every how many seconds. look_s: how often what
    nobody was woken for is looked for.
    """

    post: Post
    lanes: Mapping[str, Lane]
    tasks: Tasks
    more: Sequence[tuple[Work, float]] = ()
    look_s: float = LOOK_S
    _running: list[asyncio.Task[None]] = field(default_factory=list)
    _late: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Begin to deliver, with what earlier runs left."""
        works = [(lane.run(self.tasks), f"outbox {name}") for name, lane in self.lanes.items()]
        works += [
            (self._keep(self._look, self.look_s), "outbox look"),
            (self._keep(self._count, COUNT_S), "outbox count"),
            (self._keep(self._tidy, TIDY_S), "outbox tidy"),
        ]
        works += [(self._keep(work, every_s), "outbox more") for work, every_s in self.more]
        self._running = [self.tasks.start(work, name) for work, name in works]

    async def close(self) -> None:
        """End: what is under way is given back, and told again by the next run."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for lane in self.lanes.values():
            await lane.hearer.close()

    async def _keep(self, work: Work, every_s: float) -> None:
        clock = self.post.clock
        while True:
            try:
                await work()
            except StoreError as error:
                _LOG.warning("outbox_not_read", extra={"facts": {"why": str(error)}})
            await clock.sleep_until(clock.now() + timedelta(seconds=every_s))

    async def _look(self) -> None:
        for endpoint in await self.post.deliveries.due(self.post.clock.now()):
            if endpoint in self.lanes:
                self.lanes[endpoint].nudge()

    async def _count(self) -> None:
        found = {one.endpoint: one for one in await self.post.deliveries.backlog()}
        paused = {
            row.endpoint for row in await self.post.deliveries.endpoints() if row.state == PAUSED
        }
        now = self.post.clock.now()
        for endpoint in sorted({*self.lanes, *found}):
            self._show(endpoint, found.get(endpoint), now)
            figures.PAUSED.labels(endpoint).set(endpoint in paused)

    def _show(self, endpoint: str, backlog: Backlog | None, now: datetime) -> None:
        for state in ("pending", "held", "dead"):
            count = getattr(backlog, state) if backlog else 0
            figures.WAITING.labels(endpoint, state).set(count)
        age = now - backlog.oldest if backlog and backlog.oldest else timedelta()
        figures.OLDEST.labels(endpoint).set(age.total_seconds())
        if age <= (LATE_TEXTS if endpoint.startswith(LANE) else LATE):
            self._late.discard(endpoint)
        elif endpoint not in self._late:
            self._late.add(endpoint)
            facts = {"to": endpoint, "minutes": int(age / timedelta(minutes=1))}
            _LOG.error("outbox_late", extra={"facts": facts})

    async def _tidy(self) -> None:
        now = self.post.clock.now()
        await self.post.deliveries.tidy(now - KEEP_DONE, now - KEEP_EVENTS)
