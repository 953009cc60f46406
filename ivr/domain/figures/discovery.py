"""Many tests at once: which findings may be believed (Benjamini and Hochberg, 1995).

4,000 series at three sigma would alone give some eleven false alarms a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Q = 0.05
"""The share of alarms that may be false."""


def rejected(ps: Sequence[float], q: float = Q) -> list[bool]:
    """For each p whether it is a finding: all up to the largest p(k) <= k q / m."""
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    last = max((k for k, place in enumerate(order, 1) if ps[place] <= k * q / len(ps)), default=0)
    found = set(order[:last])
    return [place in found for place in range(len(ps))]
