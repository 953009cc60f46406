"""Rank correlation as SciPy has it, with ties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.ranks import rho_interval, spearman
from tests.fakes.reference import reference


@pytest.mark.parametrize("row", reference("report_statistics")["spearman"])
def test_rho_and_its_interval_are_those_of_scipy(row: list[object]) -> None:
    cells, rho, low, high = row
    table = {(x, y): times for x, y, times in cells}  # type: ignore[attr-defined]
    found = spearman(table)
    assert found == pytest.approx(rho, abs=1e-9)
    assert found is not None
    interval = rho_interval(found, sum(table.values()))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-9)


def test_what_never_changes_has_no_correlation() -> None:
    assert spearman({}) is None
    assert spearman({(0, 1): 5, (0, 2): 5}) is None
    assert spearman({(0, 1): 5, (1, 1): 5}) is None


def test_both_rise_together_or_against_each_other() -> None:
    assert spearman({(0, 1): 3, (1, 4): 3}) == pytest.approx(1)
    assert spearman({(0, 4): 3, (1, 1): 3}) == pytest.approx(-1)
    assert rho_interval(0.5, 3) is None
    whole = rho_interval(1.0, 30)
    assert whole is not None
    assert (whole.low, whole.high) == (1.0, 1.0)


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 50)))
def test_it_lies_between_minus_one_and_one(table: dict[tuple[int, int], int]) -> None:
    found = spearman(table)
    assert found is None or -1 <= found <= 1
