"""Lists that always know who is first: waiting callers, free agents, deadlines.

All are binary heaps whose dead entries go when they surface, or together once they are the
majority: leaving costs nothing, and a heap never holds more than twice what lives, plus a little.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E")
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

    def head(self, alive: Callable[[E], bool]) -> E | None:
        """The first living entry, None if there is none."""
        entries = self.entries
        while entries:
            first: E = entries[0]
            if alive(first):
                return first
            heappop(entries)
        return None

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
    """Absolute deadlines in one heap: `thing.field` is the instant, and a changed one is dead."""

    __slots__ = ("_heap", "_number")

    def __init__(self) -> None:
        self._heap: Heap[tuple[int, int, object, str]] = Heap()
        self._number = 0

    def __len__(self) -> int:
        return len(self._heap.entries)

    def set(self, thing: object, field: str, due: int | None) -> None:
        """Write the instant into the thing and wake up for it; None = no longer."""
        setattr(thing, field, due)
        if due is not None:
            self._number += 1
            self._heap.push((due, self._number, thing, field), _is_set)

    def next_due(self) -> int | None:
        """When something is due first."""
        entry = self._heap.head(_is_set)
        return None if entry is None else entry[0]

    def pop_due(self, at: int) -> tuple[Any, str] | None:
        """The next thing and field due by `at`, cleared; ties in the order they were set."""
        entry = self._heap.head(_is_set)
        if entry is None or entry[0] > at:
            return None
        self._heap.pop()
        setattr(entry[2], entry[3], None)
        return entry[2], entry[3]


def _is_set(entry: tuple[int, int, object, str]) -> bool:
    return bool(getattr(entry[2], entry[3]) == entry[0])
