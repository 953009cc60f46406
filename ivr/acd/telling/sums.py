"""Sums of reciprocals 1/(x + j) and their squares, as fast for a thousand terms as for ten.

Source: the Euler-Maclaurin formula; from x = 10 on its first terms are right to 9 digits.
"""

from __future__ import annotations

from math import log1p

_FROM = 10.0
_PLAINLY = 12


def reciprocals(x: float, count: int) -> tuple[float, float]:
    """Sum of 1/(x + j) and of 1/(x + j)^2 for j = 0 to count - 1; x > 0."""
    plainly = count
    if count > _PLAINLY:
        plainly = max(0, int(_FROM - x) + 1)
    one = two = 0.0
    for _ in range(plainly):
        term = 1 / x
        one += term
        two += term * term
        x += 1
    if plainly == count:
        return one, two
    rest = _rest(x, count - plainly)
    return one + rest[0], two + rest[1]


def _rest(x: float, count: int) -> tuple[float, float]:
    p, q = 1 / x, 1 / (x + count)
    p2, q2 = p * p, q * q
    p3, q3, p4, q4 = p2 * p, q2 * q, p2 * p2, q2 * q2
    one = log1p(count / x) + (p - q) / 2 + (p2 - q2) / 12 - (p4 - q4) / 120
    one += (p4 * p2 - q4 * q2) / 252
    two = p - q + (p2 - q2) / 2 + (p3 - q3) / 6 - (p4 * p - q4 * q) / 30
    two += (p4 * p3 - q4 * q3) / 42
    return one, two
