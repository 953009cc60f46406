"""What is simulated, and what came of it: rates in, waits and shares out.

Durations are seconds (`_s`) where people write them and whole nanoseconds (`_ns`) inside. The
figures mean what they mean in `ivr/reports/erlang.py`, so that the two can be compared. Source:
kpis-staffing.md 6 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, isfinite
from typing import TYPE_CHECKING

from ivr.acd.settings import SECOND

if TYPE_CHECKING:
    from array import array

WARMUP_HANDLES = 20
LEAST_WARMUP_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A queue with one team. calls: how many are counted; those before, of the warm-up, are not.

    calls_per_s, handle_s, patience_s: mean rate, mean time of a talk, mean patience; the single
    ones are drawn from exponential distributions. patience_s None: nobody gives up. wrapup_s: after
    each talk, always as long. places: for waiting, None = any number. warmup_s: None = 20 mean
    handling times, at least an hour. seed: the same one gives the same day.
    """

    calls_per_s: float
    handle_s: float
    agents: int
    patience_s: float | None = None
    calls: int = 100_000
    seed: int = 1
    wrapup_s: float = 0.0
    places: int | None = None
    warmup_s: float | None = None

    def __post_init__(self) -> None:
        """Raises ValueError naming the value that makes no sense."""
        for name, value in self._above_nothing().items():
            if not isfinite(value) or value <= 0:
                raise ValueError(f"{name} is {value}; it must be above 0")
        for name, value in {"wrapup_s": self.wrapup_s, "warmup_s": self.warmup_s or 0.0}.items():
            if not isfinite(value) or value < 0:
                raise ValueError(f"{name} is {value}; it must not be below 0")

    def _above_nothing(self) -> dict[str, float]:
        rates = {"calls_per_s": self.calls_per_s, "handle_s": self.handle_s}
        counts = {"agents": float(self.agents), "calls": float(self.calls)}
        if self.patience_s is not None:
            rates["patience_s"] = self.patience_s
        if self.places is not None:
            counts["places"] = float(self.places)
        return rates | counts

    @property
    def warmup_ns(self) -> int:
        """How long the queue runs before calls are counted."""
        usual = max(WARMUP_HANDLES * self.handle_s, LEAST_WARMUP_S)
        return round((usual if self.warmup_s is None else self.warmup_s) * SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the calls that were counted.

    waits_ns: of those who were answered, in the order in which they were; left_ns: of those who
    gave up. turned_away: found every place taken. busy_ns: of all agents together, wrap-ups
    included, within span_ns: from the first counted call to the last. agents: how many there were.
    events: what the queue machine was told in all, warm-up included.
    """

    waits_ns: array[int]
    left_ns: array[int]
    turned_away: int
    busy_ns: int
    span_ns: int
    agents: int
    events: int

    @property
    def answered(self) -> int:
        """Calls that reached an agent."""
        return len(self.waits_ns)

    @property
    def abandoned(self) -> int:
        """Calls that gave up."""
        return len(self.left_ns)

    @property
    def entered(self) -> int:
        """Calls that found a place; what all shares are shares of."""
        return self.answered + self.abandoned

    @property
    def delayed_share(self) -> float:
        """Share of calls that had to wait at all."""
        at_once = sum(wait == 0 for wait in self.waits_ns)
        return 1 - at_once / self.entered if self.entered else 0.0

    @property
    def abandoned_share(self) -> float:
        """Share of calls that gave up."""
        return self.abandoned / self.entered if self.entered else 0.0

    @property
    def turned_away_share(self) -> float:
        """Share of all calls that found every place taken."""
        return self.turned_away / max(1, self.entered + self.turned_away)

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of all, those who gave up included."""
        waited = fsum(self.waits_ns) + fsum(self.left_ns)
        return waited / SECOND / self.entered if self.entered else 0.0

    @property
    def occupancy(self) -> float:
        """Share of the agents' time that went to calls and wrap-ups."""
        return self.busy_ns / (self.agents * self.span_ns) if self.span_ns else 0.0

    def service_level(self, threshold_s: float = 20.0) -> float:
        """Share of all calls that were answered within so many seconds, the last one included."""
        in_time = self._in_time(threshold_s)
        return in_time / self.entered if self.entered else 0.0

    def answered_level(self, threshold_s: float = 20.0) -> float:
        """Share of the answered calls that were answered within so many seconds."""
        return self._in_time(threshold_s) / self.answered if self.answered else 0.0

    def _in_time(self, threshold_s: float) -> int:
        limit = round(threshold_s * SECOND)
        return sum(wait <= limit for wait in self.waits_ns)
