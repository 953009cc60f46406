"""Limits of control charts to the digits of the design."""

from __future__ import annotations

import pytest

from ivr.surveys.deviation.charts import RUN_P, ewma, limits, runs_below

P0 = 0.82


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(20, 0.5623, 1), (50, 0.6570, 0.9830), (120, 0.7148, 0.9252), (400, 0.7624, 0.8776)],
)
def test_a_p_chart_narrows_with_the_answers_of_the_period(n: int, low: float, high: float) -> None:
    found = limits(P0, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_period_without_answers_has_no_limits() -> None:
    with pytest.raises(ValueError, match="at least one"):
        limits(P0, 0)


def test_the_moving_average_has_its_exact_width_from_the_first_period_on() -> None:
    smoothed = list(ewma(P0, [(98, 120)] * 200))
    widths = {place: round(3 * smoothed[place - 1].sigma, 4) for place in (1, 2, 5, 10, 200)}
    assert widths == {1: 0.0210, 2: 0.0269, 5: 0.0331, 10: 0.0349, 200: 0.0351}
    ends = smoothed[0].limits(P0)
    assert ends.high - P0 == pytest.approx(P0 - ends.low) == pytest.approx(3 * smoothed[0].sigma)


def test_the_moving_average_follows_a_shift_and_skips_empty_periods() -> None:
    *_, last = ewma(P0, [(60, 120), (0, 0), (60, 120)])
    assert last.value == pytest.approx(P0 - 0.32 * (1 - 0.8**2))
    assert last.z(P0) < -3


def test_a_level_that_cannot_vary_has_no_deviation() -> None:
    (only,) = ewma(1.0, [(30, 30)])
    assert (only.sigma, only.z(1.0)) == (0, 0)


def test_eight_periods_on_the_low_side_are_a_run_and_seven_are_not() -> None:
    low, high = (90, 120), (110, 120)
    assert pytest.approx(0.0078, abs=5e-5) == RUN_P
    assert runs_below(P0, [high, *[low] * 8])
    assert not runs_below(P0, [high, *[low] * 7])
    assert not runs_below(P0, [low] * 7)
    assert runs_below(P0, [*[low] * 4, (0, 0), *[low] * 4])
