"""The distributions that alarms rest on: normal and binomial.

Only the standard library. Tests compare with stored values of SciPy to 1e-9.
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, fsum, lgamma, log, log1p, sqrt


def normal_tail(z: float) -> float:
    """P(Z <= z): how often chance alone is so low."""
    return erfc(-z / sqrt(2)) / 2


@lru_cache(maxsize=65_536)
def binomial_tail(hits: int, of: int, share: float) -> float:
    """Exact p of so few hits: P(X <= hits) in `of` tries."""
    if not 0 <= hits <= of or not 0 <= share <= 1:
        raise ValueError(f"0 <= hits <= of and a share between 0 and 1: {hits}, {of}, {share}")
    return min(1.0, fsum(_binomial(of, share)[: hits + 1]))


@lru_cache(maxsize=256)
def _binomial(of: int, share: float) -> tuple[float, ...]:
    """The probability of 0, 1 ... `of` hits."""
    if share in (0, 1):
        sure = of if share else 0
        return tuple(1.0 if hits == sure else 0.0 for hits in range(of + 1))
    whole, yes, no = lgamma(of + 1), log(share), log1p(-share)
    return tuple(
        exp(whole - lgamma(hits + 1) - lgamma(of - hits + 1) + hits * yes + (of - hits) * no)
        for hits in range(of + 1)
    )
