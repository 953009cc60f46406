"""How long calls of a queue take and how patient its callers are, as seen in the last half hour.

Source: kpis-staffing.md 7.1 and 7.3 (what few recent calls say is weighed against what is usual).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_S = 1800.0
_USUAL_COUNTS_AS = 50
_US = 1_000_000


@dataclass(slots=True)
class Pace:
    """Recent talks and waits of one queue. Instants are seconds and never go back.

    Sums are of whole microseconds, so that what was added and taken away again leaves no trace.
    """

    _talks: deque[tuple[float, int]] | None = None
    _talked_us: int = 0
    _waits: deque[tuple[float, int, bool]] | None = None
    _waited_us: int = 0
    _given_up: int = 0

    def handled(self, at_s: float, took_s: float) -> None:
        """A call has been dealt with, wrap-up included."""
        if self._talks is None:
            self._talks = deque()
        self._forget_talks(at_s)
        took_us = round(took_s * _US)
        self._talks.append((at_s, took_us))
        self._talked_us += took_us

    def waited(self, at_s: float, wait_s: float, *, gave_up: bool) -> None:
        """A wait is over; gave_up: by the caller, who had enough."""
        if self._waits is None:
            self._waits = deque()
        self._forget_waits(at_s)
        wait_us = round(wait_s * _US)
        self._waits.append((at_s, wait_us, gave_up))
        self._waited_us += wait_us
        self._given_up += gave_up

    def handle_s(self, at_s: float, usual_s: float) -> float:
        """Mean handling time: what is usual at this hour, blended with the last half hour."""
        if not self._talks:
            return usual_s
        self._forget_talks(at_s)
        n = len(self._talks)
        return blended(usual_s, self._talked_us / n / _US, n) if n else usual_s

    def patience_s(self, at_s: float, usual_s: float) -> float:
        """Mean patience, callers who were answered counted as not yet impatient; 0 = no limit.

        Nobody has given up: what is usual. Source: the censored mean of 7.1, all waits over those
        that ended in giving up.
        """
        if not self._waits:
            return usual_s
        self._forget_waits(at_s)
        if not self._given_up:
            return usual_s
        recent_s = self._waited_us / self._given_up / _US
        return blended(usual_s, recent_s, self._given_up) if usual_s else recent_s

    def _forget_talks(self, at_s: float) -> None:
        talks, before_s = self._talks, at_s - WINDOW_S
        while talks and talks[0][0] <= before_s:
            self._talked_us -= talks.popleft()[1]

    def _forget_waits(self, at_s: float) -> None:
        waits, before_s = self._waits, at_s - WINDOW_S
        while waits and waits[0][0] <= before_s:
            _at_s, wait_us, gave_up = waits.popleft()
            self._waited_us -= wait_us
            self._given_up -= gave_up


def blended(usual: float, recent: float, n: int) -> float:
    """The usual value moved towards the recent one, the further the more (n) that one rests on."""
    weight = n / (n + _USUAL_COUNTS_AS)
    return usual + (recent - usual) * weight
