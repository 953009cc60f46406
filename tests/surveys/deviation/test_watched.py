"""Which series are watched, from which answers, and what their ticket says."""

from __future__ import annotations

from datetime import date, timedelta

from ivr.surveys.deviation.baseline import Baseline, Period
from ivr.surveys.deviation.run import Finding, SeriesKey
from ivr.surveys.deviation.watched import Observation, begin_of, watched
from ivr.surveys.deviation.words import body_of, over, subject_of

MONDAY = date(2026, 11, 23)
SEASON = date(2026, 10, 1)
ONE = timedelta(days=1)


def days(first: date, last: date, queue: str = "cards", hits: int = 82) -> list[Observation]:
    count = (last - first).days + 1
    return [
        Observation("support/after_call", "csat", first + n * ONE, queue, "card", hits, 100)
        for n in range(count)
    ]


def key(dims: str = "", unit: str = "day") -> SeriesKey:
    return SeriesKey("support/after_call", "csat", dims, unit)


def test_a_plan_is_watched_in_all_by_queue_and_by_category() -> None:
    found = watched(days(date(2026, 7, 10), MONDAY - ONE), MONDAY + ONE * 0, {})
    daily = [each.key.dims for each in found.series if each.key.unit == "day"]
    assert daily == ["", "category=card", "queue=cards"]


def test_days_are_judged_once_they_are_over_and_weeks_on_mondays() -> None:
    seen = days(date(2026, 7, 6), MONDAY)
    on_monday = watched(seen, MONDAY, {})
    last = {each.key.unit: each.periods[-1] for each in on_monday.series if not each.key.dims}
    assert last == {
        "day": Period(MONDAY - ONE, 82, 100),
        "week": Period(MONDAY - 7 * ONE, 574, 700),
    }
    on_tuesday = watched(seen, MONDAY + ONE, {})
    assert {each.key.unit for each in on_tuesday.series} == {"day"}


def test_the_level_is_frozen_once_and_then_used() -> None:
    seen = days(date(2026, 7, 10), MONDAY - ONE)
    first = watched(seen, MONDAY, {})
    levels = {(series, season): level for series, season, level in first.fresh}
    assert levels[key(), SEASON].p0 == 0.82
    kept = Baseline(date(2026, 9, 1), date(2026, 9, 30), 90, 100)
    again = watched(seen, MONDAY, {**levels, (key(), SEASON): kept})
    assert again.fresh == ()
    (whole,) = [each for each in again.series if each.key == key()]
    assert whole.level == kept
    assert whole.periods[0].start == SEASON


def test_a_young_plan_is_judged_after_it_has_learnt() -> None:
    young = days(MONDAY - 9 * ONE, MONDAY - ONE)
    found = watched(young, MONDAY, {})
    (whole,) = [each for each in found.series if each.key == key()]
    assert [each.start for each in whole.periods] == [MONDAY - ONE]
    assert watched(young, MONDAY - ONE, {}).series == (), "eight days taught, none is left"


def test_a_series_that_is_silent_is_not_judged() -> None:
    assert watched(days(date(2026, 7, 10), MONDAY - 2 * ONE), MONDAY + ONE, {}).series == ()


def test_answers_are_asked_for_from_twelve_weeks_before_the_season() -> None:
    assert begin_of(MONDAY) == SEASON - timedelta(weeks=13)
    assert begin_of(SEASON) == date(2026, 7, 1) - timedelta(weeks=13)


def test_a_ticket_says_what_fell_by_how_much_and_in_which_contacts() -> None:
    level = Baseline(SEASON, SEASON, 820, 1000)
    found = Finding(key("queue=cards"), "ewma", Period(MONDAY, 58, 100), 0.58, 100, 1e-7, level)
    assert subject_of(found, "en") == "CSAT has fallen: cards"
    assert subject_of(found, "tr") == "CSAT düştü: cards"
    told = body_of(found, ["CSAT 1 · c1"], "en")
    for part in ("58.0 %", "n = 100", "82.0 %", "n = 1000", "1e-07", "CSAT 1 · c1", "root cause"):
        assert part in told
    assert "yok" in body_of(found, [], "tr")
    assert subject_of(found, "az") == subject_of(found, "en")
    assert over("tr") != over("en")
