"""From which periods the level of a season is learnt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.surveys.deviation.baseline import Period, frozen, season_of

SEASON = date(2026, 10, 1)


def days(start: date, count: int, hits: int, n: int) -> list[Period]:
    return [Period(start + timedelta(days=day), hits, n) for day in range(count)]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 22), date(2026, 10, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 4, 1)),
    ],
)
def test_a_season_is_a_quarter(day: date, first: date) -> None:
    assert season_of(day) == first


def test_the_twelve_weeks_before_a_season_set_its_level() -> None:
    old = days(SEASON - timedelta(weeks=20), 56, 10, 100)
    before = days(SEASON - timedelta(weeks=12), 84, 82, 100)
    after = days(SEASON, 30, 20, 100)
    level = frozen([*old, *before, *after], SEASON)
    assert level is not None
    assert (level.p0, level.n) == (0.82, 8400)
    assert (level.since, level.until) == (before[0].start, before[-1].start)


def test_a_young_plan_learns_from_its_first_eight_periods() -> None:
    assert frozen(days(SEASON, 7, 82, 100), SEASON) is None
    level = frozen([*days(SEASON, 8, 82, 100), *days(date(2026, 10, 9), 9, 0, 100)], SEASON)
    assert level is not None
    assert (level.p0, level.until) == (0.82, date(2026, 10, 8))


def test_periods_with_few_answers_teach_nothing() -> None:
    assert frozen(days(SEASON - timedelta(weeks=12), 84, 15, 19), SEASON) is None
