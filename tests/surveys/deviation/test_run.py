"""The alarm run: what raises an alarm, what does not, and when an alarm is over."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from math import exp, lgamma, log, log1p
from random import Random

import pytest

from ivr.surveys.deviation.baseline import Baseline, Period
from ivr.surveys.deviation.run import (
    BEYOND,
    EWMA,
    RUN_8,
    OpenAlarm,
    Series,
    SeriesKey,
    judge,
    normal_periods,
)

P0 = 0.82
FIRST = date(2026, 10, 1)
LEVEL = Baseline(date(2026, 7, 9), date(2026, 9, 30), 8266, 10_080)
KEY = SeriesKey("after_call", "csat", "", "day")


class Binomial:
    """Draws hits out of n, from a table."""

    def __init__(self, n: int, share: float) -> None:
        chances = (
            exp(
                lgamma(n + 1)
                - lgamma(k + 1)
                - lgamma(n - k + 1)
                + k * log(share)
                + (n - k) * log1p(-share)
            )
            for k in range(n + 1)
        )
        self._below = list(accumulate(chances))
        self._n = n

    def draw(self, chance: Random) -> int:
        return min(self._n, bisect_right(self._below, chance.random()))


@cache
def binomial(n: int, share: float) -> Binomial:
    return Binomial(n, share)


def series(shares: list[tuple[int, int]], key: SeriesKey = KEY, level: Baseline = LEVEL) -> Series:
    days = [Period(FIRST + timedelta(days=day), *counts) for day, counts in enumerate(shares)]
    return Series(key, level, days)


def usual(days: int, n: int = 120) -> list[tuple[int, int]]:
    """Days that lie above and below the level in turn."""
    near = round(P0 * n)
    return [(near + (1 if day % 2 else -1), n) for day in range(days)]


def rules(*shares: tuple[int, int]) -> list[str]:
    return [each.rule for each in judge([series(list(shares))], []).raised]


def test_usual_days_raise_nothing() -> None:
    assert rules(*usual(30)) == []


def test_a_day_far_below_the_level_raises_the_point_rule_with_what_was_found() -> None:
    raised = judge([series([*usual(20), (70, 120)])], []).raised
    point = next(each for each in raised if each.rule == BEYOND)
    assert (point.value, point.n, point.level) == (70 / 120, 120, LEVEL)
    assert point.period.start == FIRST + timedelta(days=20)
    assert point.p < 0.001


def test_eight_days_a_little_low_raise_the_run() -> None:
    assert RUN_8 in rules(*usual(20), *[(91, 120)] * 8)


def test_eight_days_that_are_hardly_lower_are_not_worth_a_person() -> None:
    assert rules(*usual(20), *[(96, 120)] * 8) == []


def test_a_slow_slide_is_seen_by_the_moving_average_first() -> None:
    assert rules(*usual(20), *[(88, 120)] * 4) == [EWMA]


def test_a_rise_is_no_alarm() -> None:
    assert rules(*usual(20), *[(119, 120)] * 9) == []


def test_few_answers_are_not_judged() -> None:
    verdict = judge([series([*usual(20), (0, 19)])], [])
    assert (verdict.raised, verdict.tests) == ((), 0)
    assert judge([series([])], []).tests == 0


def test_a_level_of_few_answers_raises_less_than_a_sure_one() -> None:
    unsure = Baseline(FIRST, FIRST, 66, 80)
    fall = [*usual(5), (84, 120)]
    assert judge([series(fall)], []).raised
    assert not judge([series(fall, level=unsure)], []).raised


def test_an_open_alarm_is_not_raised_again() -> None:
    fallen = series([*usual(20), (60, 120)])
    first = judge([fallen], []).raised
    known = [OpenAlarm(each.key, each.rule, each.period.start) for each in first]
    assert first
    assert judge([fallen], known).raised == ()


def test_an_alarm_is_over_after_eight_normal_days_in_a_row() -> None:
    alarm = OpenAlarm(KEY, BEYOND, FIRST + timedelta(days=20))
    seven = series([*usual(20), (60, 120), *usual(7)])
    eight = series([*usual(20), (60, 120), *usual(4), (3, 5), *usual(4)])
    broken = series([*usual(20), (60, 120), *usual(4), (60, 120), *usual(7)])
    assert judge([seven], [alarm]).closed == ()
    assert judge([eight], [alarm]).closed == (alarm,)
    assert judge([broken], [alarm]).closed == ()
    assert normal_periods(broken, alarm.since) == 7


def test_an_alarm_of_a_series_that_is_not_watched_stays() -> None:
    assert judge([], [OpenAlarm(KEY, BEYOND, FIRST)]).closed == ()


def test_topics_with_overlapping_intervals_raise_no_alarm() -> None:
    """Five topics of a thousand answers each, top-2 shares from 0.488 to 0.510, judged as one
    period against what all have together: the figures of the public file named in the design."""
    topics = [(488, 1000), (498, 1000), (501, 1000), (506, 1000), (510, 1000)]
    level = Baseline(FIRST, FIRST, sum(hits for hits, _n in topics), 5000)
    watched = [
        series([counts], SeriesKey("p", "csat", f"category={place}", "week"), level)
        for place, counts in enumerate(topics)
    ]
    assert judge(watched, []).raised == ()


def drawn(chance: Random, count: int, n: int, fallen: float, days: int) -> list[Series]:
    """Series of 20 usual days; the first one falls for `days` more. Levels are estimated too."""
    past, now, low = binomial(56 * n, P0), binomial(n, P0), binomial(n, P0 - fallen)
    found = []
    for place in range(count):
        shares = [(now.draw(chance), n) for _day in range(20)]
        shares += [((low if place == 0 else now).draw(chance), n) for _day in range(days)]
        level = Baseline(FIRST, FIRST, past.draw(chance), 56 * n)
        found.append(series(shares, SeriesKey("p", "csat", f"queue={place}", "day"), level))
    return found


def cut(watched: list[Series], days: int) -> list[Series]:
    return [Series(each.key, each.level, each.periods[: 20 + days]) for each in watched]


def test_a_thousand_runs_without_any_change_raise_few_false_alarms() -> None:
    chance = Random(20261122)  # noqa: S311 - dice of a simulation
    false = sum(bool(judge(drawn(chance, 10, 60, 0, 0), []).raised) for _run in range(1000))
    assert false / 1000 <= 0.05 + 0.015


def test_levels_of_few_answers_do_not_make_alarms_by_their_own_error() -> None:
    chance, wrong = Random(7), 0  # noqa: S311 - dice of a simulation
    now, past = binomial(120, P0), binomial(160, P0)
    for _run in range(500):
        level = Baseline(FIRST, FIRST, past.draw(chance), 160)
        shares = [(now.draw(chance), 120) for _day in range(20)]
        wrong += bool(judge([series(shares, level=level)], []).raised)
    assert wrong / 500 <= 0.05 + 0.02


@pytest.mark.parametrize(("count", "n", "fallen", "days"), [(10, 60, 0.12, 5), (50, 120, 0.15, 3)])
def test_a_planted_drop_in_one_of_many_series_is_found_in_time(
    count: int, n: int, fallen: float, days: int
) -> None:
    chance, found, runs = Random(1), 0, 100  # noqa: S311 - dice of a simulation
    for _run in range(runs):
        watched = drawn(chance, count, n, fallen, days)
        found += any(
            finding.key.dims == "queue=0"
            for day in range(1, days + 1)
            for finding in judge(cut(watched, day), []).raised
        )
    assert found / runs >= 0.9
