"""Whether two shares differ: Newcombe's interval of the difference, and how surprising it is.

The interval is made of the two Wilson intervals (Newcombe 1998, method 10); worked values in
surveys.md section 8: 56/70 - 48/80 is 0.200, from 0.0524 to 0.3339. The p is that of the pooled z
test, two-sided, which is the chi-square test of the two by two table without correction.
"""

from __future__ import annotations

from math import erfc, hypot, sqrt

from ivr.domain.figures.intervals import Interval, wilson


def newcombe(hits: int, of: int, other_hits: int, other_of: int) -> Interval | None:
    """The 95 % interval of `hits / of - other_hits / other_of`; None where one has no n."""
    one, other = wilson(hits, of), wilson(other_hits, other_of)
    if one is None or other is None:
        return None
    share, other_share = hits / of, other_hits / other_of
    below = hypot(share - one.low, other.high - other_share)
    above = hypot(one.high - share, other_share - other.low)
    middle = share - other_share
    return Interval(max(-1.0, middle - below), min(1.0, middle + above))


def surprise(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """The p of two shares that are equal in truth; 1 where nothing can be compared."""
    if not of or not other_of:
        return 1.0
    pooled = (hits + other_hits) / (of + other_of)
    spread = sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))
    if not spread:
        return 1.0
    return erfc(abs(hits / of - other_hits / other_of) / spread / sqrt(2))
