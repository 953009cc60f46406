"""Control charts of a share: p-chart, EWMA and the run of eight.

p0 is the frozen level of the season, 0 to 1; a period is (hits, n). Worked limits stand in
surveys.md section 8; EWMA with the exact variance of its first periods: Roberts (1959), Lucas and
Saccucci (1990), here with the n of each period instead of one for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from ivr.domain.figures.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SIGMAS = 3.0
LAMBDA = 0.2
RUN = 8
RUN_P = 2 * 0.5**RUN
"""How often eight periods lie on one side by chance: 0.0078."""


def limits(p0: float, n: int) -> Interval:
    """Where the share of a period of n answers lies but for 3 of 1,000: p0 +- 3 sigma."""
    if n <= 0:
        raise ValueError(f"a period has at least one answer, not {n}")
    reach = SIGMAS * sqrt(p0 * (1 - p0) / n)
    return Interval(max(0.0, p0 - reach), min(1.0, p0 + reach))


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The moving average of a period, and its standard deviation if nothing has changed."""

    value: float
    sigma: float

    def limits(self, p0: float) -> Interval:
        """p0 +- 3 of its deviations."""
        return Interval(p0 - SIGMAS * self.sigma, p0 + SIGMAS * self.sigma)

    def z(self, p0: float) -> float:
        """How many deviations it is away from p0; 0 where nothing can vary."""
        return (self.value - p0) / self.sigma if self.sigma else 0.0


def ewma(p0: float, periods: Iterable[tuple[int, int]]) -> Iterator[Smoothed]:
    """The exponentially weighted average of each period, begun at p0. Periods without answers
    are skipped: they say nothing."""
    value, variance = p0, 0.0
    for hits, n in periods:
        if n:
            value += LAMBDA * (hits / n - value)
            variance = LAMBDA**2 * p0 * (1 - p0) / n + (1 - LAMBDA) ** 2 * variance
        yield Smoothed(value, sqrt(variance))


def runs_below(p0: float, periods: Sequence[tuple[int, int]]) -> bool:
    """Whether each of the last eight periods with answers lies below p0."""
    last = [(hits, n) for hits, n in periods if n][-RUN:]
    return len(last) == RUN and all(hits < p0 * n for hits, n in last)
