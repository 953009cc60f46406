"""How sure a share is: the Wilson 95 % interval, used wherever a percentage is shown.

Wilson (1927), score interval without continuity correction; worked values in kpis-staffing.md
section 5 (80 of 100 lies between 71.12 and 86.66 %) and surveys.md section 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies in 95 of 100 cases. Of a share both ends are 0 to 1."""

    low: float
    high: float


def wilson(hits: float, of: float, z: float = Z_95) -> Interval | None:
    """The interval of `hits` out of `of`; None where there is nothing to divide by.

    Both may be fractions: a weighted share has an effective number of answers. Raises ValueError
    unless 0 <= hits <= of.
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
