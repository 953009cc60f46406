"""How often somebody may ask: a steady rate with a little room for bursts (GCRA)."""

from __future__ import annotations

from collections import OrderedDict

MOST_KEYS = 10_000


class Rates:
    """per_s: the steady rate; burst: how many may come at once after a pause."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._gap_s = 1 / per_s
        self._slack_s = (burst - 1) / per_s
        self._due: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """0 = one more is allowed, and counted; else seconds until it will be."""
        left_s = self.left_s(key, now_s)
        if left_s:
            return left_s
        self._due[key] = max(self._due.get(key, 0.0), now_s) + self._gap_s
        self._due.move_to_end(key)
        if len(self._due) > MOST_KEYS:
            self._due.popitem(last=False)
        return 0.0

    def left_s(self, key: str, now_s: float) -> float:
        """The same, with nothing counted."""
        return max(0.0, self._due.get(key, 0.0) - now_s - self._slack_s)
