"""What is to happen later: a heap for the few uneven waits, a queue for each length of the rest.

Clean-ups all wait equally long, so a first-in-first-out queue per length keeps them in order at
no cost. Nothing here reads a clock; `now` and `at` are monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOM = 1024


class Timer:
    """One thing to do at one time; called off by emptying `fire`."""

    __slots__ = ("at", "fire")

    def __init__(self, at: float, fire: Callable[[float], None]) -> None:
        self.at = at
        self.fire: Callable[[float], None] | None = fire

    def call_off(self) -> None:
        """It shall not happen; what it would have touched is let go at once."""
        self.fire = None


class Timers:
    """All waits of one core."""

    __slots__ = ("_count", "_heap", "_most", "_queues")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._queues: dict[float, deque[Timer]] = {}
        self._count = 0
        self._most = _ROOM

    def __len__(self) -> int:
        """How many are kept, those called off included."""
        return len(self._heap) + sum(map(len, self._queues.values()))

    def soon(self, at: float, fire: Callable[[float], None]) -> Timer:
        """Do it at a time of its own (repetitions, refreshes)."""
        timer = Timer(at, fire)
        self._count += 1
        if len(self._heap) >= self._most:
            self._sweep()
        heappush(self._heap, (at, self._count, timer))
        return timer

    def _sweep(self) -> None:
        """Throw out what was called off; only when the heap has doubled, so it costs little."""
        self._heap[:] = [entry for entry in self._heap if entry[2].fire is not None]
        heapify(self._heap)
        self._most = max(_ROOM, 2 * len(self._heap))

    def later(self, wait_s: float, now: float, fire: Callable[[float], None]) -> Timer:
        """Do it after one of the few usual waits. Each length is a queue, so use few of them."""
        timer = Timer(now + wait_s, fire)
        queue = self._queues.get(wait_s)
        if queue is None:
            queue = self._queues[wait_s] = deque()
        queue.append(timer)
        return timer

    def due(self) -> float | None:
        """When the next one is due; those called off are passed over."""
        heap = self._heap
        while heap and heap[0][2].fire is None:
            heappop(heap)
        first = heap[0][0] if heap else None
        for queue in self._queues.values():
            while queue and queue[0].fire is None:
                queue.popleft()
            if queue and (first is None or queue[0].at < first):
                first = queue[0].at
        return first

    def run(self, now: float) -> None:
        """Do all that is due, in order of time as far as the two kinds go."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            _ring(heappop(heap)[2], now)
        for queue in tuple(self._queues.values()):
            while queue and (queue[0].at <= now or queue[0].fire is None):
                _ring(queue.popleft(), now)


def _ring(timer: Timer, now: float) -> None:
    fire, timer.fire = timer.fire, None
    if fire is not None:
        fire(now)
