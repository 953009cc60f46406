"""How long calls of a queue take and how patient its callers are, as seen in the last half hour.

Source: kpis-staffing.md 7.1 and 7.3 (what few recent calls say is weighed against what is usual).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import fsum

WINDOW_S = 1800.0
_USUAL_COUNTS_AS = 50


@dataclass(slots=True)
class Pace:
    """Recent talks and waits of one queue. Instants are seconds and never go back."""

    _talks: deque[tuple[float, float]] = field(default_factory=deque)
    _waits: deque[tuple[float, float, bool]] = field(default_factory=deque)

    def handled(self, at_s: float, took_s: float) -> None:
        """A call has been dealt with, wrap-up included."""
        self._talks.append((at_s, took_s))

    def waited(self, at_s: float, wait_s: float, *, gave_up: bool) -> None:
        """A wait is over; gave_up: by the caller, who had enough."""
        self._waits.append((at_s, wait_s, gave_up))

    def handle_s(self, at_s: float, usual_s: float) -> float:
        """Mean handling time: what is usual at this hour, blended with the last half hour."""
        while self._talks and self._talks[0][0] <= at_s - WINDOW_S:
            self._talks.popleft()
        n = len(self._talks)
        recent_s = fsum(took_s for _, took_s in self._talks) / n if n else usual_s
        return blended(usual_s, recent_s, n)

    def patience_s(self, at_s: float, usual_s: float) -> float:
        """Mean patience, callers who were answered counted as not yet impatient; 0 = no limit.

        Nobody has given up: what is usual. Source: the censored mean of 7.1, all waits over those
        that ended in giving up.
        """
        while self._waits and self._waits[0][0] <= at_s - WINDOW_S:
            self._waits.popleft()
        given_up = sum(gave_up for _, _, gave_up in self._waits)
        if not given_up:
            return usual_s
        recent_s = fsum(wait_s for _, wait_s, _ in self._waits) / given_up
        return blended(usual_s, recent_s, given_up) if usual_s else recent_s


def blended(usual: float, recent: float, n: int) -> float:
    """The usual value moved towards the recent one, the further the more (n) that one rests on."""
    weight = n / (n + _USUAL_COUNTS_AS)
    return usual + (recent - usual) * weight
