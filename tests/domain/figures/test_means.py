"""The interval of a mean is that of Student; the quantiles are those of printed tables."""

from __future__ import annotations

from math import sqrt
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.means import t_95, t_interval

TABLE = {
    1: 12.7062047, 2: 4.3026527, 3: 3.1824463, 4: 2.7764451, 5: 2.5705818, 6: 2.4469119,
    10: 2.2281389, 29: 2.0452296, 30: 2.0422725, 60: 2.0002978, 120: 1.9799304, 1000: 1.9623391,
}  # fmt: skip


@pytest.mark.parametrize(("freedom", "quantile"), TABLE.items())
def test_the_quantiles_are_those_of_the_table(freedom: int, quantile: float) -> None:
    assert t_95(freedom) == pytest.approx(quantile, abs=1e-7)


def test_both_ways_to_find_a_quantile_meet() -> None:
    assert 0 < t_95(120) - t_95(121) < 0.0005
    assert t_95(121) == pytest.approx(1.9797638, abs=1e-6)
    assert t_95(10**7) == pytest.approx(1.959964, abs=1e-6)


def test_paired_differences_worked_by_hand() -> None:
    """1, 2, 3, 4, 5: the mean is 3, the standard error sqrt(2.5 / 5) = 0.7071, t is 2.7764."""
    found = t_interval(15, 55, 5)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((3 - 1.963243, 3 + 1.963243), abs=1e-5)


def test_values_that_are_all_the_same_have_no_width_and_one_alone_has_no_interval() -> None:
    found = t_interval(-60, 120, 30)
    assert found is not None
    assert (found.low, found.high) == (-2, -2)
    assert t_interval(0, 0, 0) is None
    assert t_interval(4, 16, 1) is None


def test_sums_that_no_values_have_are_refused() -> None:
    for sums in ((5, 1, 2), (0, 0, -1)):
        with pytest.raises(ValueError, match="values add up"):
            t_interval(*sums)
    with pytest.raises(ValueError, match="degree of freedom"):
        t_95(0)


@given(st.lists(st.integers(-10, 10), min_size=2, max_size=200))
def test_it_is_the_mean_and_t_standard_errors_on_each_side(values: list[int]) -> None:
    found = t_interval(sum(values), sum(each * each for each in values), len(values))
    reach = t_95(len(values) - 1) * stdev(values) / sqrt(len(values))
    assert found is not None
    assert found.low == pytest.approx(mean(values) - reach, abs=1e-9)
    assert found.high == pytest.approx(mean(values) + reach, abs=1e-9)
