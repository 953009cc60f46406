"""Rank correlation of what was counted in a table: Spearman's rho with ties, and its interval.

Interval: Fisher's z with the variance of Bonett and Wright (Psychometrika 65, 2000),
(1 + rho^2 / 2) / (n - 3).
"""

from __future__ import annotations

from collections import Counter
from math import atanh, sqrt, tanh
from typing import TYPE_CHECKING

from ivr.domain.figures.intervals import Z_95, Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAST = 4


def spearman(table: Mapping[tuple[int, int], int]) -> float | None:
    """Rho of pairs (x, y) -> how often; None where one of them never changes."""
    n = sum(table.values())
    if not n:
        return None
    xs, ys = (_ranks(table, side) for side in (0, 1))
    middle = (n + 1) / 2
    xy = sum(times * (xs[x] - middle) * (ys[y] - middle) for (x, y), times in table.items())
    xx = sum(times * (xs[x] - middle) ** 2 for (x, _y), times in table.items())
    yy = sum(times * (ys[y] - middle) ** 2 for (_x, y), times in table.items())
    return max(-1.0, min(1.0, xy / sqrt(xx * yy))) if xx and yy else None


def rho_interval(rho: float, n: int) -> Interval | None:
    """Its 95 % interval; None under four pairs."""
    if n < _LEAST:
        return None
    if abs(rho) == 1:
        return Interval(rho, rho)
    reach = Z_95 * sqrt((1 + rho * rho / 2) / (n - 3))
    return Interval(tanh(atanh(rho) - reach), tanh(atanh(rho) + reach))


def _ranks(table: Mapping[tuple[int, int], int], side: int) -> dict[int, float]:
    """Value -> its rank; equal values share the middle of their ranks."""
    counts: Counter[int] = Counter()
    for pair, times in table.items():
        counts[pair[side]] += times
    found, before = {}, 0
    for value in sorted(counts):
        found[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return found
