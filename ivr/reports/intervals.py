"""How sure a share is: its Wilson 95 % interval, and percent rounded as reports show them.

Wilson (1927), score interval without continuity correction; z and the worked values stand in
kpis-staffing.md section 5: 80 of 100 lies between 71.12 and 86.66 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import sqrt

Z_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true share lies in 95 of 100 cases; both ends 0 to 1."""

    low: float
    high: float


def wilson(hits: int, of: int, z: float = Z_95) -> Interval | None:
    """The interval of `hits` out of `of`; None where there is nothing to divide by.

    Raises ValueError unless 0 <= hits <= of.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"hits must lie between 0 and of: {hits} of {of}")
    if of == 0:
        return None
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    return Interval(low, 1.0 if hits == of else min(1.0, middle + reach))


def percent(hits: int, of: int) -> Decimal | None:
    """A share in percent, two decimals, half to even from the exact fraction; None for /0."""
    return None if of == 0 else rounded(Fraction(100 * hits, of))


def rounded(value: Fraction | float) -> Decimal:
    """Two decimals, half to even."""
    exact = Fraction(value)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(_CENT, ROUND_HALF_EVEN)
