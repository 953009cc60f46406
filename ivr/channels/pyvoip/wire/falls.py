"""How often a process may fall before its trunk counts as down, and how long until the next try.

Source: sip-media.md section 1 (pyVoIP).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WITHIN_S = 600.0
MOST = 3
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do after a fall. wait_s: until the next try. down: it fell too often of late."""

    wait_s: float
    down: bool


class Falls:
    """The falls of one process within the last ten minutes."""

    def __init__(self) -> None:
        self._at: deque[float] = deque()

    def fell(self, now_s: float) -> Verdict:
        """It fell again. now_s: monotonic seconds."""
        while self._at and now_s - self._at[0] > WITHIN_S:
            self._at.popleft()
        self._at.append(now_s)
        waited = 2.0 ** min(len(self._at) - 1, 16)
        return Verdict(min(waited, LONGEST_S), len(self._at) >= MOST)
