"""A list of moments at which something is due, one for each name, the next one at hand.

Setting a new moment for a name replaces its old one. Cheap: the old entry stays in the heap until
its time or until dead entries outnumber the live ones. Times are seconds on the caller's clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

DEAD_SPARED = 64


class Deadlines(Generic[Name]):
    """Moments by name; those due come out in order of time, equal times in order of setting."""

    def __init__(self) -> None:
        self._at: dict[Name, tuple[float, int]] = {}
        self._heap: list[tuple[float, int, Name]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._at)

    def set(self, name: Name, at_s: float) -> None:
        """This name is due then, and at no other time."""
        self._count += 1
        self._at[name] = (at_s, self._count)
        heapq.heappush(self._heap, (at_s, self._count, name))
        if len(self._heap) > 2 * len(self._at) + DEAD_SPARED:
            self._heap = [(at, count, key) for key, (at, count) in self._at.items()]
            heapq.heapify(self._heap)

    def drop(self, name: Name) -> None:
        """This name is due no more."""
        self._at.pop(name, None)

    def due(self) -> float | None:
        """The next moment, None if nothing is set."""
        while self._heap and self._is_dead(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, now: float) -> list[Name]:
        """All names due by now; they are due no more."""
        names: list[Name] = []
        while (due := self.due()) is not None and due <= now:
            name = heapq.heappop(self._heap)[2]
            del self._at[name]
            names.append(name)
        return names

    def _is_dead(self, entry: tuple[float, int, Name]) -> bool:
        at, count, name = entry
        return self._at.get(name) != (at, count)
