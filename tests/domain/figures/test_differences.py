"""Differences of shares: the worked examples of the design, and SciPy's chi-square test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.differences import newcombe, surprise
from tests.fakes.reference import reference

COUNTS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((180, 240, 150, 240), 0.0421, 0.2056)],
)
def test_the_interval_is_that_of_newcombe(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    found = newcombe(*counts)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("row", reference("report_statistics")["two_shares"])
def test_the_surprise_is_that_of_the_chi_square_test(row: list[float]) -> None:
    *counts, p = row
    assert surprise(*map(int, counts)) == pytest.approx(p, abs=1e-9)


def test_nothing_is_no_surprise() -> None:
    assert newcombe(0, 0, 5, 10) is None
    assert newcombe(5, 10, 0, 0) is None
    assert surprise(0, 0, 5, 10) == 1.0
    assert surprise(10, 10, 20, 20) == 1.0


@given(COUNTS, COUNTS)
def test_the_interval_holds_the_difference_and_turns_with_it(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found, turned = newcombe(*one, *other), newcombe(*other, *one)
    assert found is not None
    assert turned is not None
    share = one[0] / one[1] - other[0] / other[1]
    assert found.low - 1e-12 <= share <= found.high + 1e-12
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))
    assert 0 <= surprise(*one, *other) <= 1
