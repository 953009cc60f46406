"""Lists that always know who is first: waiting callers, free agents, deadlines.

Dead entries go when they surface, or together once they are the majority: leaving costs nothing,
and no list ever holds more than twice what lives, plus a little.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E")
Due = tuple[int, int, Any, str]
"""(instant, number, thing, field) of a deadline; numbers differ."""
SECOND_BITS = 30
"""2^30 ns are a second and a bit."""
SLACK = 64
"""Entries below which nobody counts the dead."""


class Heap(Generic[E]):
    """Entries in order; the owner says which are alive.

    entries: tuples that differ before anything without an order is compared.
    """

    __slots__ = ("entries", "limit")

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.limit = SLACK

    def push(self, entry: E, alive: Callable[[E], bool]) -> None:
        """Add an entry; sweeps the dead when there may be more of them than living."""
        heappush(self.entries, entry)
        if len(self.entries) > self.limit:
            self.sweep(alive)

    def sweep(self, alive: Callable[[E], bool]) -> None:
        """Drop everything that is dead."""
        self.entries = [entry for entry in self.entries if alive(entry)]
        heapify(self.entries)
        self.limit = 2 * len(self.entries) + SLACK

    def trim(self, alive: Callable[[E], bool]) -> None:
        """Drop the dead at the end of the list: that is where the newest often are, and a heap
        without its last entry is still one."""
        entries = self.entries
        while entries and not alive(entries[-1]):
            entries.pop()

    def head(self, alive: Callable[[E], bool]) -> E | None:
        """The first living entry, None if there is none."""
        entries = self.entries
        while entries:
            first: E = entries[0]
            if alive(first):
                return first
            heappop(entries)
        return None

    def second(self, alive: Callable[[E], bool]) -> E | None:
        """The living entry after the first, which is alive; None if it is the only one."""
        behind = self.entries[1:3]
        if all(map(alive, behind)):
            return min(behind, default=None)
        found = self.first(2, alive)
        return found[1] if len(found) > 1 else None

    def pop(self) -> None:
        """Take the first entry away."""
        heappop(self.entries)

    def first(self, count: int, alive: Callable[[E], bool]) -> list[E]:
        """Up to `count` living entries in order; looks at few more than it returns."""
        found: list[E] = []
        if self.head(alive) is None:
            return found
        entries = self.entries
        paths = [(entries[0], 0)]
        while paths and len(found) < count:
            entry, place = heappop(paths)
            if alive(entry) and entry not in found:
                found.append(entry)
            for child in (2 * place + 1, 2 * place + 2):
                if child < len(entries):
                    heappush(paths, (entries[child], child))
        return found


class Timers:
    """Absolute deadlines: `thing.field` is the instant in ns, and a changed one is dead.

    Those of about one second stand together in no order; only the nearest second is a heap. Of
    100,000 deadlines most are changed long before they are due, and never cost a comparison.
    """

    __slots__ = ("_count", "_heap", "_later", "_limit", "_number", "_second", "_seconds")

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._second = 0
        """The heap holds everything until the end of this second."""
        self._later: dict[int, list[Due]] = {}
        self._seconds: list[int] = []
        """A heap of the keys of `_later`."""
        self._number = self._count = 0
        self._limit = SLACK

    def __len__(self) -> int:
        return self._count

    def set(self, thing: object, field: str, due: int | None) -> None:
        """Write the instant into the thing and wake up for it; None = no longer."""
        setattr(thing, field, due)
        if due is None:
            return
        self._number += 1
        self._count += 1
        self._put((due, self._number, thing, field))
        if self._count > self._limit:
            self._sweep()

    def next_due(self) -> int | None:
        """When something is due first."""
        entry = self._head()
        return None if entry is None else entry[0]

    def pop_due(self, at: int) -> tuple[Any, str] | None:
        """The next thing and field due by `at`, cleared; ties in the order they were set."""
        entry = self._head()
        if entry is None or entry[0] > at:
            return None
        self._drop()
        setattr(entry[2], entry[3], None)
        return entry[2], entry[3]

    def _put(self, entry: Due) -> None:
        second = entry[0] >> SECOND_BITS
        if second <= self._second:
            heappush(self._heap, entry)
        elif second in self._later:
            self._later[second].append(entry)
        else:
            self._later[second] = [entry]
            heappush(self._seconds, second)

    def _head(self) -> Due | None:
        """The first living entry; opens the next second when the heap is empty."""
        while True:
            while self._heap:
                if _is_set(self._heap[0]):
                    return self._heap[0]
                self._drop()
            if not self._seconds:
                return None
            self._second = heappop(self._seconds)
            self._heap = self._later.pop(self._second)
            heapify(self._heap)

    def _drop(self) -> None:
        heappop(self._heap)
        self._count -= 1

    def _sweep(self) -> None:
        """Drop everything that is dead."""
        entries = [entry for each in (self._heap, *self._later.values()) for entry in each]
        self._heap, self._later, self._seconds = [], {}, []
        living = list(filter(_is_set, entries))
        for entry in living:
            self._put(entry)
        self._count = len(living)
        self._limit = 2 * self._count + SLACK


def _is_set(entry: Due) -> bool:
    return bool(getattr(entry[2], entry[3]) == entry[0])
