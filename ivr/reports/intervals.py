"""Percent as reports show it; its interval is that of ivr/domain/figures/intervals.py."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

_CENT = Decimal("0.01")


def percent(hits: int, of: int) -> Decimal | None:
    """A share in percent, two decimals, half to even from the exact fraction; None for /0."""
    return None if of == 0 else rounded(Fraction(100 * hits, of))


def rounded(value: Fraction | float) -> Decimal:
    """Two decimals, half to even."""
    exact = Fraction(value)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(_CENT, ROUND_HALF_EVEN)
