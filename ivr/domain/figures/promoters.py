"""The net promoter score and how sure it is: adjusted Wald, at every n.

Three answers are added, a quarter of them promoters, a quarter detractors (Rocks, The American
Statistician 70, 2016); values in surveys.md section 8: 60/25/15 of 100 is 45, from 29.3 to 58.0.
"""

from __future__ import annotations

from math import sqrt

from ivr.domain.figures.intervals import Z_95, Interval

_ADDED = 3


def net_score(promoters: int, passives: int, detractors: int) -> float | None:
    """-100 to 100: share of 9 and 10 minus share of 0 to 6; None without answers."""
    n = promoters + passives + detractors
    return (promoters - detractors) / n * 100 if n else None


def net_interval(
    promoters: int, passives: int, detractors: int, z: float = Z_95
) -> Interval | None:
    """Its 95 % interval on the same scale; None without answers. Raises ValueError under 0."""
    if min(promoters, passives, detractors) < 0:
        raise ValueError("counts are 0 or more")
    if not promoters + passives + detractors:
        return None
    more = promoters + passives + detractors + _ADDED
    for_us, against = (promoters + _ADDED / 4) / more, (detractors + _ADDED / 4) / more
    middle = for_us - against
    reach = z * sqrt((for_us + against - middle * middle) / more)
    return Interval(max(-1.0, middle - reach) * 100, min(1.0, middle + reach) * 100)
