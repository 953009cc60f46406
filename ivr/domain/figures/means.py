"""How sure a mean is: Student's t interval, of single values or of paired differences.

The quantile of t is found from its distribution: exactly for few degrees of freedom (Abramowitz and
Stegun 26.7.3 and 26.7.4), beyond that by the expansion of Cornish and Fisher (26.7.5), which is
right to 1e-7 there. Only the standard library.
"""

from __future__ import annotations

from functools import lru_cache
from math import atan, cos, pi, sin, sqrt

from ivr.domain.figures.intervals import Z_95, Interval

_EXACT = 120
_SURE = 0.95
_LEAST = 2
_STEPS = 80
_HIGHEST = 13.0
"""Above the largest quantile, which is 12.71 of one degree of freedom."""
_Z = 1.959963984540054
"""Z_95 with all digits, of which the expansion is made."""


def t_interval(total: int, squares: int, n: int) -> Interval | None:
    """The 95 % interval of the mean of n values, from their sum and the sum of their squares.

    None under two values: one alone says nothing of how far they lie apart. Raises ValueError for
    sums that no values have.
    """
    spread = n * squares - total * total
    if spread < 0 or n < 0:
        raise ValueError(f"no {n} values add up to {total} and their squares to {squares}")
    if n < _LEAST:
        return None
    reach = t_95(n - 1) * sqrt(spread / (n - 1)) / n
    return Interval(total / n - reach, total / n + reach)


@lru_cache(maxsize=4096)
def t_95(freedom: int) -> float:
    """How many standard errors lie on each side of a mean. freedom: n - 1, at least 1."""
    if freedom < 1:
        raise ValueError(f"at least one degree of freedom, not {freedom}")
    if freedom > _EXACT:
        return _expanded(freedom)
    low, high = Z_95, _HIGHEST
    for _step in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, freedom) < _SURE else (low, middle)
    return (low + high) / 2


def _inside(t: float, freedom: int) -> float:
    """P(-t < T < t)."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    found = term if freedom > 1 else 0.0
    for step in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (step - 1) / step
        found += term
    return 2 / pi * (angle + sin(angle) * found) if odd else sin(angle) * found


def _expanded(freedom: int) -> float:
    z = _Z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
