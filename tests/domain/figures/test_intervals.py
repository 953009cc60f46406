"""The interval of a share against published values and SciPy."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.intervals import wilson
from ivr.reports.intervals import rounded
from tests.fakes.reference import reference


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (80, 100, "71.12", "86.66"),
        (10, 10, "72.25", "100.00"),
        (0, 10, "0.00", "27.75"),
        (16_402, 30_161, "53.82", "54.94"),
        # Newcombe (1998), table I, method 3: four proportions by the score interval.
        (81, 263, "25.53", "36.62"),
        (15, 148, "6.24", "16.05"),
        (0, 20, "0.00", "16.11"),
        (1, 29, "0.61", "17.18"),
    ],
)
def test_the_interval_is_that_of_wilson(hits: int, of: int, low: str, high: str) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert (rounded(found.low * 100), rounded(found.high * 100)) == (Decimal(low), Decimal(high))


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_share_lies_within_its_interval(one: int, other: int) -> None:
    hits, of = min(one, other), max(one, other)
    found = wilson(hits, of)
    if of == 0:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.low <= hits / of <= found.high <= 1
    mirrored = wilson(of - hits, of)
    assert mirrored is not None
    assert mirrored.low == pytest.approx(1 - found.high)


def test_nothing_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_the_interval_agrees_with_scipy() -> None:
    known = reference()
    for hits, of, low, high in known["wilson"]:
        found = wilson(hits, of, known["z"])
        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9, rel=0)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (41, 50, 0.6920, 0.9023),
        (412, 500, 0.7882, 0.8549),
        (0, 30, 0, 0.1135),
        (30, 30, 0.8865, 1),
        (15, 30, 0.3315, 0.6685),
    ],
)
def test_the_interval_has_the_digits_of_the_design(
    hits: int, of: int, low: float, high: float
) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("hits", "of"), [(-1, 5), (6, 5), (0, -1)])
def test_a_share_that_cannot_be_is_refused(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="hits must lie"):
        wilson(hits, of)
