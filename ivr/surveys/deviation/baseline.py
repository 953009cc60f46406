"""The usual level of a series, frozen for a season, so that a slow decline is seen as one.

A season is a quarter of the year. Its level comes from the twelve weeks before it; a plan that is
younger learns from the first eight periods of the season and is not judged until it has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BEFORE = timedelta(weeks=12)
ENOUGH_PERIODS = 8
ENOUGH_N = 20
"""A period with fewer answers is not judged and teaches nothing."""


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a week of a series, by its first day. hits: answers counted as good, of n."""

    start: date
    hits: int
    n: int

    @property
    def is_judged(self) -> bool:
        """Whether it has answers enough."""
        return self.n >= ENOUGH_N

    @property
    def share(self) -> float:
        """0 to 1; only where n is over 0."""
        return self.hits / self.n


@dataclass(frozen=True, slots=True)
class Baseline:
    """The level of a season: hits of n in the periods from `since` to `until`, both included."""

    since: date
    until: date
    hits: int
    n: int

    @property
    def p0(self) -> float:
        """The level, 0 to 1."""
        return self.hits / self.n


def season_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def frozen(periods: Sequence[Period], season: date) -> Baseline | None:
    """The level for a season, None while too little is known. periods: oldest first."""
    judged = [period for period in periods if period.is_judged]
    before = [period for period in judged if season - BEFORE <= period.start < season]
    if len(before) >= ENOUGH_PERIODS:
        return _level(before)
    first = [period for period in judged if period.start >= season][:ENOUGH_PERIODS]
    return _level(first) if len(first) == ENOUGH_PERIODS else None


def _level(periods: Sequence[Period]) -> Baseline:
    hits, n = sum(each.hits for each in periods), sum(each.n for each in periods)
    return Baseline(periods[0].start, periods[-1].start, hits, n)
