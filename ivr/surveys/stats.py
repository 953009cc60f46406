"""What an answer is worth: shares, NPS, means and differences, never without n and an interval.

No answer is no low score, so nothing here knows of silence. Sources: Wilson (1927); Newcombe,
Statistics in Medicine 17 (1998), method 10; adjusted Wald for NPS: Rocks, The American Statistician
70 (2016). Values in surveys.md section 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, sqrt
from statistics import median
from typing import TYPE_CHECKING

from ivr.domain.figures.intervals import Z_95, Interval, wilson
from ivr.domain.figures.promoters import net_interval, net_score
from ivr.surveys.distributions import student_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ENOUGH = 30
"""Fewer answers are shown as `n = 12, too few`, unless a setting says otherwise."""
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it may be shown. n: answers behind it. interval: None without any answer.

    effective: of weighted figures, how many equally weighted answers they are worth; else n.
    """

    value: float | None
    n: int
    interval: Interval | None
    effective: float

    def is_published(self, enough: int = ENOUGH) -> bool:
        """Whether there are answers enough to print the value."""
        return self.n >= enough

    @property
    def rank(self) -> float:
        """By what ranking lists sort: the lower end, so that few good answers do not win."""
        return float("-inf") if self.interval is None else self.interval.low


def share(hits: int, of: int, z: float = Z_95) -> Figure:
    """A share of answers, 0 to 1, with its Wilson interval."""
    return Figure(hits / of if of else None, of, wilson(hits, of, z), of)


def weighted_share(answers: Iterable[tuple[bool, float]], z: float = Z_95) -> Figure:
    """A share where an answer stands for as many contacts as its weight (1 / rate) says.

    Ratio estimator; the interval is Wilson's with n = (sum of weights)^2 / sum of squares.
    """
    counted = list(answers)
    if not counted:
        return Figure(None, 0, None, 0)
    if any(weight <= 0 for _hit, weight in counted):
        raise ValueError("weights are numbers over 0")
    whole = fsum(weight for _hit, weight in counted)
    value = min(1.0, fsum(weight for hit, weight in counted if hit) / whole)
    effective = whole * whole / fsum(weight * weight for _hit, weight in counted)
    return Figure(value, len(counted), wilson(value * effective, effective, z), effective)


def nps(promoters: int, passives: int, detractors: int, z: float = Z_95) -> Figure:
    """The net promoter score, -100 to 100: share of 9 and 10 minus share of 0 to 6.

    Its interval is adjusted Wald at every n; with no answer there is none.
    """
    ends = net_interval(promoters, passives, detractors, z)
    n = promoters + passives + detractors
    return Figure(net_score(promoters, passives, detractors), n, ends, n)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its t interval, from two answers on, and the median beside it."""

    value: float | None
    n: int
    interval: Interval | None
    median: float | None


def mean(values: Sequence[float]) -> Mean:
    """The mean of answers. All equal: the interval is that one point."""
    n = len(values)
    if not n:
        return Mean(None, 0, None, None)
    middle = fsum(values) / n
    if n == 1:
        return Mean(middle, 1, None, middle)
    spread = sqrt(fsum((each - middle) ** 2 for each in values) / (n - 1))
    reach = student_quantile(_TAIL, n - 1) * spread / sqrt(n)
    return Mean(middle, n, Interval(middle - reach, middle + reach), float(median(values)))


@dataclass(frozen=True, slots=True)
class Difference:
    """One share minus another, -1 to 1."""

    value: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether 0 lies outside, so that chance alone hardly explains it."""
        return self.interval.low > 0 or self.interval.high < 0


def difference(one: tuple[int, int], other: tuple[int, int], z: float = Z_95) -> Difference | None:
    """Newcombe's interval for the first share minus the second, each as (hits, of); None if one
    of them has no answers."""
    first, second = wilson(*one, z), wilson(*other, z)
    if first is None or second is None:
        return None
    p1, p2 = one[0] / one[1], other[0] / other[1]
    below = sqrt((p1 - first.low) ** 2 + (second.high - p2) ** 2)
    above = sqrt((first.high - p1) ** 2 + (p2 - second.low) ** 2)
    return Difference(p1 - p2, Interval(p1 - p2 - below, p1 - p2 + above))
