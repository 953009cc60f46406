"""To which queues the time of agents went in the last half hour, since many serve several.

Source: kpis-staffing.md 7.3, item 1.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW_NS = 1_800_000_000_000
_USUAL_NS = 180_000_000_000
"""Counts as given to all their queues alike, so that the first call does not decide everything."""


@dataclass(slots=True)
class Given:
    """Time given to queues by agents who are alike. Instants and lengths are whole nanoseconds."""

    _talks: deque[tuple[int, str, int]] | None = None
    _sums: dict[str, int] = field(default_factory=dict)
    _total: int = 0

    def handled(self, at: int, queue: str, took: int) -> None:
        """A call of this queue has been dealt with."""
        if self._talks is None:
            self._talks = deque()
        self._forget(at)
        self._talks.append((at, queue, took))
        self._sums[queue] = self._sums.get(queue, 0) + took
        self._total += took

    def share(self, at: int, queue: str, among: int) -> float:
        """The part of their time that goes to a queue, if they serve `among` queues."""
        if among <= 1:
            return 1.0
        self._forget(at)
        own = self._sums.get(queue, 0) + _USUAL_NS // among
        return own / (self._total + _USUAL_NS)

    def _forget(self, at: int) -> None:
        talks, before = self._talks, at - WINDOW_NS
        while talks and talks[0][0] <= before:
            _at, queue, took = talks.popleft()
            self._sums[queue] -= took
            self._total -= took
