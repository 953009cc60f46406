"""Time that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class VirtualClock:
    """Implements `Clock`. `advance` wakes sleepers in the order of their time."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """The moment the test has reached."""
        return self._now

    async def sleep_until(self, due: datetime) -> None:
        """Return once the test has moved time to `due`."""
        if due <= self._now:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move time on, stopping at every sleeper on the way so that it can act."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _order, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._now = end
        await settle()

    async def leap(self, seconds: float) -> None:
        """Move time on in one step, as for a machine that was asleep: whoever is due acts once."""
        self._now += timedelta(seconds=seconds)
        await self.advance(0)


async def settle(rounds: int = 20) -> None:
    """Let everything that can run without time passing do so; at most so many rounds.

    A long night is mostly rounds in which nobody has anything to do. Two such rounds in a row end
    it: the second has asked the sockets once more. A loop that does not show who waits to run
    (uvloop) gets all the rounds.
    """
    ready = getattr(asyncio.get_running_loop(), "_ready", None)
    idle = 0
    for _round in range(rounds):
        await asyncio.sleep(0)
        idle = idle + 1 if ready is not None and not ready else 0
        if idle == 2:
            return
