"""Keeps answers of a source for a short while, so that a caller's second menu costs no lookup."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ivr.runtime.ports import Clock, FetchResult

MOST = 5_000
"""Most answers kept per source; the one unused for longest goes first."""


class Cache:
    """Answers by inputs, each for `keep_s` seconds; 0 keeps nothing."""

    def __init__(self, clock: Clock, keep_s: float) -> None:
        self._clock = clock
        self._keep = timedelta(seconds=keep_s)
        self._kept: OrderedDict[Hashable, tuple[datetime, FetchResult]] = OrderedDict()

    def get(self, key: Hashable) -> FetchResult | None:
        """The answer, if it is still fresh."""
        due, answer = self._kept.get(key, (None, None))
        if due is None or answer is None:
            return None
        if due <= self._clock.now():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: FetchResult) -> None:
        """Keep an answer that is no failure."""
        if not self._keep or answer.result == "failed":
            return
        self._kept[key] = (self._clock.now() + self._keep, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
