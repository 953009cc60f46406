"""Shares, NPS, means and differences to the digits of the design, and against SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.stats import Figure, difference, mean, nps, share, weighted_share
from tests.fakes.reference import reference


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [((60, 25, 15), 45, 29.3, 58.0), ((12, 5, 3), 45, 8.4, 69.8), ((0, 10, 0), 0, -18.5, 18.5)],
)
def test_the_net_promoter_score_has_its_adjusted_interval(
    counts: tuple[int, int, int], value: float, low: float, high: float
) -> None:
    found = nps(*counts)
    assert found.interval is not None
    assert found.value == pytest.approx(value)
    assert (round(found.interval.low, 1), round(found.interval.high, 1)) == (low, high)
    assert found.n == sum(counts)


@pytest.mark.parametrize(
    ("one", "other", "value", "low", "high"),
    [
        ((56, 70), (48, 80), 0.200, 0.0524, 0.3339),
        ((180, 240), (150, 240), 0.125, 0.0421, 0.2056),
    ],
)
def test_a_difference_has_newcombes_interval(
    one: tuple[int, int], other: tuple[int, int], value: float, low: float, high: float
) -> None:
    found = difference(one, other)
    assert found is not None
    assert found.is_clear
    assert round(found.value, 3) == value
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (low, high)


def test_equal_shares_differ_by_nothing_clear() -> None:
    found = difference((8, 10), (80, 100))
    assert found is not None
    assert not found.is_clear
    assert difference((0, 0), (1, 2)) is None
    assert difference((1, 2), (0, 0)) is None


def test_a_mean_has_the_t_interval_of_scipy_and_its_median() -> None:
    for values, middle, low, high, median in reference()["mean"]:
        found = mean(values)
        assert found.interval is not None
        got = (found.value, found.interval.low, found.interval.high, found.median)
        assert got == pytest.approx((middle, low, high, median), abs=1e-9, rel=0)


def test_one_answer_has_no_interval_and_none_no_mean() -> None:
    assert (mean([4]).value, mean([4]).interval) == (4, None)
    assert (mean([]).value, mean([]).n) == (None, 0)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(1, 50))
def test_equal_weights_change_nothing(hits: int, misses: int, weight: float) -> None:
    plain = share(hits, hits + misses)
    found = weighted_share([(True, weight)] * hits + [(False, weight)] * misses)
    assert found.n == plain.n
    assert found.effective == pytest.approx(plain.effective)
    assert found.value == pytest.approx(plain.value)
    if plain.interval is not None and found.interval is not None:
        ends = (found.interval.low, found.interval.high)
        assert ends == pytest.approx((plain.interval.low, plain.interval.high), abs=1e-6)


def test_unequal_weights_are_worth_fewer_answers() -> None:
    found = weighted_share([(True, 10.0)] * 30 + [(False, 4.0)] * 30)
    assert found.value == pytest.approx(300 / 420)
    assert found.effective == pytest.approx(420**2 / (30 * 100 + 30 * 16))
    assert found.effective < found.n == 60


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_a_weight_is_over_zero(weight: float) -> None:
    with pytest.raises(ValueError, match="over 0"):
        weighted_share([(True, weight)])


def test_fewer_than_thirty_answers_are_too_few_to_print() -> None:
    assert not share(12, 12).is_published()
    assert share(12, 12).is_published(enough=10)
    assert share(25, 30).is_published()


def test_few_perfect_answers_do_not_lead_the_ranking() -> None:
    ranking = sorted([share(3, 3), share(90, 100), Figure(None, 0, None, 0)], key=lambda f: f.rank)
    assert [each.n for each in ranking] == [0, 3, 100]


def test_without_answers_there_is_neither_value_nor_interval() -> None:
    for found in (share(0, 0), nps(0, 0, 0), weighted_share([])):
        assert (found.value, found.interval, found.n) == (None, None, 0)


def test_counts_under_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        nps(-1, 0, 3)
