"""Sums of reciprocals, against adding them up one by one."""

from __future__ import annotations

from math import fsum

import pytest

from ivr.acd.telling.sums import reciprocals


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 7.9, 8.0, 33.3, 5e5])
@pytest.mark.parametrize("count", [1, 5, 12, 13, 100, 3000])
def test_they_are_what_adding_up_gives(x: float, count: int) -> None:
    one, two = reciprocals(x, count)
    assert one == pytest.approx(fsum(1 / (x + j) for j in range(count)), rel=1e-9)
    assert two == pytest.approx(fsum(1 / (x + j) ** 2 for j in range(count)), rel=1e-9)
