"""Timers of all calls in one heap: no task and no system timer per call."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ivr.domain.call import CallId, Turn

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock

Fire = Callable[[CallId, Turn], None]
_Row = tuple[datetime, CallId, Turn]


class Timers:
    """Calls `fire(call, turn)` when a timer is due, in order of due time; `fire` must not block."""

    def __init__(self, clock: Clock, fire: Fire) -> None:
        self._clock = clock
        self._fire = fire
        self._heap: list[_Row] = []
        self._live: dict[tuple[CallId, Turn], datetime] = {}
        self._changed = asyncio.Event()

    def set(self, call: CallId, turn: Turn, due: datetime) -> None:
        """Fire at `due` unless cancelled before."""
        self._live[call, turn] = due
        heapq.heappush(self._heap, (due, call, turn))
        if self._heap[0][2] == turn and self._heap[0][1] == call:
            self._changed.set()

    def cancel(self, call: CallId, turn: Turn) -> None:
        """Forget a timer; forgetting one that is not there is fine."""
        self._live.pop((call, turn), None)
        if len(self._heap) > 1000 and len(self._heap) > 4 * len(self._live):
            self._heap = [row for row in self._heap if self._live.get(row[1:]) == row[0]]
            heapq.heapify(self._heap)

    async def run(self) -> None:
        """Wait for the next due timer, for ever."""
        while True:
            self._changed.clear()
            await self._sleep()
            self._fire_due()

    async def _sleep(self) -> None:
        """Until the first timer is due or an earlier one is set."""
        changed = asyncio.ensure_future(self._changed.wait())
        waits: list[asyncio.Future[object]] = [changed]  # type: ignore[list-item]
        if self._heap:
            due = self._heap[0][0]
            waits.append(asyncio.ensure_future(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def _fire_due(self) -> None:
        while self._heap and self._heap[0][0] <= self._clock.now():
            due, call, turn = heapq.heappop(self._heap)
            if self._live.get((call, turn)) == due:
                del self._live[call, turn]
                self._fire(call, turn)
