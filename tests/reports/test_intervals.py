"""Percent as reports round it."""

from __future__ import annotations

from decimal import Decimal

from ivr.reports.intervals import percent


def test_nothing_of_nothing_is_no_percentage() -> None:
    assert percent(0, 0) is None
    assert percent(0, 5) == 0


def test_percent_is_rounded_half_to_even_from_the_exact_fraction() -> None:
    assert percent(1, 800) == Decimal("0.12")  # 0.125
    assert percent(3, 800) == Decimal("0.38")  # 0.375
    assert percent(2, 3) == Decimal("66.67")
