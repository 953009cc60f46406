"""Three distributions that intervals and alarms rest on: normal, Student's t, binomial.

Only the standard library. Tests compare with stored values of SciPy to 1e-9. The incomplete beta
function is the continued fraction of DLMF 8.17.22, evaluated by the modified Lentz method.
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, fsum, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300
_ENOUGH = 1e-16
_TERMS = 10_000


def normal_tail(z: float) -> float:
    """P(Z <= z): how often chance alone is so low."""
    return erfc(-z / sqrt(2)) / 2


def student_tail(t: float, freedom: float) -> float:
    """P(T >= t) for t >= 0. freedom: degrees, over 0."""
    if t < 0 or freedom <= 0:
        raise ValueError(f"t must be 0 or more and freedom over 0: {t}, {freedom}")
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


@lru_cache(maxsize=4096)
def student_quantile(tail: float, freedom: float) -> float:
    """The t that is exceeded with the probability `tail`, 0 < tail <= 0.5, by bisection."""
    if not 0 < tail <= 0.5:
        raise ValueError(f"a tail lies over 0 and not over 0.5: {tail}")
    low, high = 0.0, 1.0
    while student_tail(high, freedom) > tail:
        low, high = high, high * 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if student_tail(middle, freedom) > tail:
            low = middle
        else:
            high = middle


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 <= x <= 1, a and b over 0."""
    if not 0 <= x <= 1 or a <= 0 or b <= 0:
        raise ValueError(f"x must lie between 0 and 1, a and b over 0: {x}, {a}, {b}")
    if x in (0, 1):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) * _continued(x, a, b) / a


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


def _continued(x: float, a: float, b: float) -> float:
    """DLMF 8.17.22 without its front factor."""
    value = upper = 1.0
    lower = 1 / _safe(1 - (a + b) * x / (a + 1))
    value = lower
    for term in range(1, _TERMS):
        before = value
        for step in _pair(term, x, a, b):
            lower = 1 / _safe(1 + step * lower)
            upper = _safe(1 + step / upper)
            value *= upper * lower
        if abs(value - before) <= _ENOUGH * abs(value):
            return value
    return inf  # pragma: no cover - it converges in about sqrt(max(a, b)) terms


def _pair(term: int, x: float, a: float, b: float) -> tuple[float, float]:
    """The even and the odd coefficient number `term`."""
    twice = a + 2 * term
    even = term * (b - term) * x / ((twice - 1) * twice)
    return even, -(a + term) * (a + b + term) * x / (twice * (twice + 1))


def _safe(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
