"""The one clock of all legs of a worker: a tick each 20 ms, and what to do when a tick is late.

Late by up to 60 ms, the overdue ticks run at once, one after the other. Later than that, the time
is given up: timestamps jump by it, prompts and timers go on where they were, so that no word is
lost and no caller loses time to answer.

Source: sip-media.md section 8 (tick).
"""

from __future__ import annotations

from collections import deque
from typing import Final

TICK_S: Final = 0.020
TICK_MS: Final = 20
TICK_UNITS: Final = 160
LATE_S: Final = 0.060
WINDOW_TICKS: Final = 250
UNWILLING_MS: Final = 10.0


class Pace:
    """Time as the legs see it.

    clock: samples since the start, a multiple of 160, one step per tick. now_ms: steady time, which
    stands still for what was given up. due_s: when the next tick is due. given_up: frames of 20 ms.
    most_late_ms: up to this much lateness there is room for more legs.
    """

    __slots__ = (
        "_lateness", "_start_s", "_unix_s", "clock", "due_s", "given_up", "most_late_ms",
        "now_ms",
    )  # fmt: skip

    def __init__(self, now_s: float = 0.0, unix_s: float = 0.0) -> None:
        """now_s: monotonic seconds, as everywhere here. unix_s: the same moment since 1970."""
        self._start_s = now_s
        self._unix_s = unix_s
        # on time so far: one late tick soon after the start must not count as the usual one
        self._lateness: deque[float] = deque([0.0] * WINDOW_TICKS, maxlen=WINDOW_TICKS)
        self.most_late_ms = UNWILLING_MS
        self.due_s = now_s + TICK_S
        self.clock = 0
        self.now_ms = 0
        self.given_up = 0

    @property
    def frames(self) -> int:
        """Ticks since the start, those given up among them."""
        return self.clock // TICK_UNITS

    @property
    def unix_s(self) -> float:
        """Seconds since 1970, for reports to the far end."""
        return self._unix_s + self.now_ms / 1000 + self.given_up * TICK_S

    @property
    def late_ms(self) -> float:
        """By how much ticks began late, 99 % of the last 5 s."""
        return sorted(self._lateness)[len(self._lateness) * 99 // 100] * 1000

    @property
    def willing(self) -> bool:
        """Whether there is room for more legs, by how late the ticks are."""
        return self.late_ms <= self.most_late_ms

    @property
    def next_ms(self) -> int:
        """When the next tick is due, in steady time."""
        return round((self.due_s - self._start_s) * 1000) - self.given_up * TICK_MS

    def look(self, now_s: float) -> None:
        """Bring `now_ms` up to date between ticks."""
        self.now_ms = int((now_s - self._start_s) * 1000) - self.given_up * TICK_MS

    def ticks(self, now_s: float) -> int:
        """How many ticks are to be run now; call `step` before each."""
        late_s = now_s - self.due_s
        if late_s < 0:
            return 0
        count = int(late_s / TICK_S) + 1
        self._lateness.extend([late_s] * min(count, WINDOW_TICKS))
        if late_s > LATE_S:
            lost, count = count - 1, 1
            self.given_up += lost
            self.clock += lost * TICK_UNITS
            self.due_s += lost * TICK_S
        self.look(now_s)
        return count

    def rest(self, now_s: float) -> None:
        """Nothing ran until now, because there was nobody to run for: that is no lateness."""
        self.look(now_s)
        idle_ticks = int(max(0.0, now_s - self.due_s) / TICK_S) + 1
        self._lateness.extend([0.0] * min(idle_ticks, WINDOW_TICKS))
        self.due_s = max(self.due_s, now_s)

    def step(self) -> int:
        """One tick; the clock after it."""
        self.clock += TICK_UNITS
        self.due_s += TICK_S
        return self.clock
