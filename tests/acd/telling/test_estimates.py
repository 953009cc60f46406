"""Wait estimates: the reference figures of the design, and when a figure is kept from callers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.telling.estimates import (
    LEAST_OUTCOMES,
    LEAST_S,
    MORE_THAN_MIN,
    REMEMBERED,
    Estimator,
    Expected,
    Figure,
    Said,
    expected,
    next_said,
    told_minutes,
)

WAIT = Expected(100.0, 2500.0)


def figure(minutes: float, *, tellable: bool = True) -> Figure:
    return Figure(minutes * 60, 500, 0.8, tellable)


def filled(estimator: Estimator, ratios: list[float]) -> None:
    """Resolve waits that were `ratio` times the prediction, judged by the figure of their time."""
    for ratio in ratios:
        shown = estimator.figure(WAIT, 0.0)
        estimator.resolved(ratio * WAIT.mean_s, WAIT.mean_s, shown.quantile_s)


def evenly(n: int, seed: int = 1) -> list[float]:
    draw = random.Random(seed)  # noqa: S311 - no secret
    return [draw.uniform(0.2, 1.8) for _ in range(n)]


# the law


def test_the_example_of_the_design_comes_out() -> None:
    wait = expected(4, 10, 180.0, 300.0)
    assert wait.mean_s == pytest.approx(80.823, abs=5e-4)
    assert wait.variance_s2 == pytest.approx(1314.059, abs=5e-4)
    assert wait.mean_s**2 / wait.variance_s2 == pytest.approx(4.97112, abs=5e-6)
    found = [wait.quantile(share) for share in (0.5, 0.8, 0.9)]
    assert found == pytest.approx([75.524, 108.598, 129.197], abs=5e-4)


def test_without_impatience_it_is_the_plain_estimate() -> None:
    assert expected(4, 10, 180.0).mean_s == pytest.approx(90.0)


def test_the_quantile_is_near_the_exact_one() -> None:
    """By simulation of the stages themselves (exponential, one after the other)."""
    draw = random.Random(7)  # noqa: S311 - no secret
    rates = [10 / 180 + j / 300 for j in range(5)]
    waits = sorted(sum(draw.expovariate(rate) for rate in rates) for _ in range(20_000))
    assert expected(4, 10, 180.0, 300.0).quantile(0.8) == pytest.approx(waits[16_000], rel=0.02)


PATIENCE = st.just(0.0) | st.floats(1, 3600)


@given(st.integers(0, 200), st.floats(0.1, 500), st.floats(1, 3600), PATIENCE)
def test_quantiles_rise_and_more_callers_ahead_never_shorten_a_wait(
    ahead: int, agents: float, handle_s: float, patience_s: float
) -> None:
    wait = expected(ahead, agents, handle_s, patience_s)
    assert 0 <= wait.quantile(0.5) <= wait.quantile(0.8) <= wait.quantile(0.9)
    assert expected(ahead + 1, agents, handle_s, patience_s).mean_s > wait.mean_s


@pytest.mark.parametrize(
    "values",
    [(-1, 1, 1.0, 1.0), (1, 0, 1.0, 1.0), (1, 1, 0.0, 1.0), (1, 1, 1.0, float("nan"))],
)
def test_what_makes_no_sense_is_refused(values: tuple[int, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"is -1|above 0|is nan"):
        expected(*values)


def test_only_known_shares_have_a_quantile() -> None:
    with pytest.raises(ValueError, match=r"0\.7"):
        WAIT.quantile(0.7)
    assert Expected(30.0, 0.0).quantile(0.9) == 30.0


# telling


@pytest.mark.parametrize(
    ("wait_s", "minutes"),
    [
        *((0.0, 1), (60.0, 1), (60.1, 2), (300.0, 5), (301.0, 10), (600.0, 10)),
        *((601.0, 15), (1800.0, 30), (1800.1, MORE_THAN_MIN), (9e9, MORE_THAN_MIN)),
    ],
)
def test_minutes_are_rounded_up_in_steps(wait_s: float, minutes: int) -> None:
    assert told_minutes(wait_s) == minutes


def test_a_hidden_figure_is_not_told() -> None:
    assert next_said(figure(3, tellable=False), 0.0, None) is None
    assert next_said(Figure(None, 0, None, True), 0.0, None) is None


def test_a_shorter_wait_is_told_and_a_longer_one_is_not() -> None:
    first = next_said(figure(5), 0.0, None)
    assert first == Said(5, 0.0)
    assert next_said(figure(3), 40.0, first) == Said(3, 40.0)
    assert next_said(figure(5), 40.0, first) == Said(5, 40.0), "within the minute of grace"
    assert next_said(figure(5), 80.0, first) is None
    assert next_said(figure(10), 40.0, first) is None


def test_longer_than_thirty_minutes_binds_nobody() -> None:
    first = next_said(figure(50), 0.0, None)
    assert first == Said(MORE_THAN_MIN, 0.0)
    assert next_said(figure(40), 60.0, first) == Said(MORE_THAN_MIN, 60.0)
    assert next_said(figure(50), 60.0, Said(30, 0.0)) is None


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 120)), max_size=30))
def test_a_told_time_never_exceeds_the_last_less_the_time_since_by_over_a_minute(
    news: list[tuple[float, float]],
) -> None:
    at_s, last = 0.0, None
    for wait_s, later_s in news:
        at_s += later_s
        said = next_said(Figure(wait_s, 500, 0.8, True), at_s, last)
        if said is not None and last is not None and last.minutes != MORE_THAN_MIN:
            assert said.minutes * 60 <= last.minutes * 60 - (said.at_s - last.at_s) + 60
        last = said or last


# calibration


def test_a_new_queue_has_a_figure_but_does_not_tell_it() -> None:
    estimator = Estimator()
    estimator.staffed(0.0, 10)
    shown = estimator.figure(WAIT, 0.0)
    assert shown == Figure(WAIT.quantile(0.8), 0, None, tellable=False)


def test_after_two_hundred_outcomes_that_held_it_is_told() -> None:
    estimator = Estimator()
    estimator.staffed(0.0, 10)
    ratios = [1.0, 1.0, 1.0, 1.0, 3.0] * (LEAST_OUTCOMES // 5)
    filled(estimator, ratios[:-1])
    assert not estimator.figure(WAIT, 0.0).tellable
    filled(estimator, ratios[-1:])
    shown = estimator.figure(WAIT, 0.0)
    assert (shown.n, shown.coverage, shown.tellable) == (200, 0.8, True)


def test_outcomes_correct_a_prediction_that_is_always_too_low() -> None:
    """Waits twice as long as predicted: the quantile follows, and covers 80 % again."""
    estimator = Estimator()
    estimator.staffed(0.0, 10)
    filled(estimator, [2 * ratio for ratio in evenly(3000)])
    shown = estimator.figure(WAIT, 0.0)
    assert shown.quantile_s == pytest.approx(2 * (0.2 + 0.8 * 1.6) * WAIT.mean_s, rel=0.05)
    assert shown.coverage == pytest.approx(0.8, abs=0.03)
    assert shown.tellable


def test_the_quantile_is_the_right_one_of_the_remembered_ratios() -> None:
    """The 161st of 200 (of p(N+1), rounded up), then only the last thousand count."""
    estimator = Estimator()
    for each in range(200):
        estimator.resolved(float(each + 1), 1.0 * LEAST_S, None)
    assert estimator.figure(Expected(50.0, 1.0), 0.0).quantile_s == pytest.approx(161 / 5 * 50)
    for _ in range(REMEMBERED):
        estimator.resolved(10.0, 10.0, None)
    assert estimator.figure(Expected(50.0, 1.0), 0.0).quantile_s == pytest.approx(50.0)


def test_no_figure_is_below_five_seconds() -> None:
    assert Estimator().figure(Expected(0.5, 0.25), 0.0).quantile_s == LEAST_S


def hit_or_miss(estimator: Estimator, hits: int, misses: int) -> None:
    for place in range(hits + misses):
        estimator.resolved(1.0 if place < hits else 9.0, 1.0, 5.0)


def test_a_figure_that_was_wrong_too_often_hides_and_comes_back_later() -> None:
    """Hidden outside of 75-85 %, told again only from 77 to 83 %."""
    estimator = Estimator()
    estimator.staffed(0.0, 10)
    hit_or_miss(estimator, 160, 40)
    assert estimator.figure(WAIT, 0.0).tellable
    hit_or_miss(estimator, 0, 13)  # 160 of 213 = 75.1 %
    assert estimator.figure(WAIT, 0.0).tellable
    hit_or_miss(estimator, 0, 1)  # 160 of 214 = 74.8 %
    assert not estimator.figure(WAIT, 0.0).tellable
    hit_or_miss(estimator, 15, 0)  # 175 of 229 = 76.4 %
    assert not estimator.figure(WAIT, 0.0).tellable
    hit_or_miss(estimator, 7, 0)  # 182 of 236 = 77.1 %
    assert estimator.figure(WAIT, 0.0).tellable


def test_a_figure_that_is_too_careful_hides_too() -> None:
    estimator = Estimator()
    estimator.staffed(0.0, 10)
    hit_or_miss(estimator, 190, 10)
    assert not estimator.figure(WAIT, 0.0).tellable


def test_only_the_last_thousand_outcomes_count_for_coverage() -> None:
    estimator = Estimator()
    hit_or_miss(estimator, 0, 500)
    hit_or_miss(estimator, REMEMBERED, 0)
    assert estimator.coverage == 1.0
    hit_or_miss(estimator, 0, 100)
    assert estimator.coverage == 0.9


def test_nobody_on_duty_hides_the_figure() -> None:
    estimator = Estimator()
    hit_or_miss(estimator, 160, 40)
    assert not estimator.figure(WAIT, 0.0).tellable
    estimator.staffed(0.0, 10)
    assert estimator.figure(WAIT, 100.0).tellable
    estimator.staffed(101.0, 0)
    assert not estimator.figure(WAIT, 300.0).tellable


@pytest.mark.parametrize(("agents", "told"), [(8, True), (7, False), (12, True), (13, False)])
def test_agents_who_come_or_go_in_numbers_hide_it_for_a_minute(agents: int, told: bool) -> None:
    estimator = Estimator()
    hit_or_miss(estimator, 160, 40)
    estimator.staffed(0.0, 10)
    estimator.staffed(500.0, agents)
    assert estimator.figure(WAIT, 510.0).tellable is told
    assert estimator.figure(WAIT, 561.0).tellable


def test_agents_who_go_one_by_one_count_together() -> None:
    estimator = Estimator()
    hit_or_miss(estimator, 160, 40)
    for at_s, agents in ((0.0, 10), (100.0, 9), (120.0, 8), (140.0, 7)):
        estimator.staffed(at_s, agents)
    assert not estimator.figure(WAIT, 145.0).tellable
    assert estimator.figure(WAIT, 185.0).tellable, "9 to 7 is not within a minute any more"
