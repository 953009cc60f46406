"""Periods of a place: days of 23 and 25 hours, hours that come twice, weeks over the new year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.reports.periods import QUARTER_S, TooManyError, periods, place_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_day_may_have_23_or_25_hours() -> None:
    spring = periods(at("2026-03-29"), at("2026-03-30"), "day", BERLIN)
    autumn = periods(at("2026-10-25"), at("2026-10-26"), "day", BERLIN)
    lengths = [each.end - each.start for each in (*spring, *autumn)]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]
    assert [each.label for each in (*spring, *autumn)] == ["2026-03-29", "2026-10-25"]


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    found = periods(at("2026-10-25"), at("2026-10-26"), "hour", BERLIN)
    labels = [each.label for each in found]
    assert len(labels) == len(set(labels)) == 25
    assert labels[1:5] == [
        "2026-10-25 01:00",
        "2026-10-25 02:00+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25 03:00",
    ]
    spring = periods(at("2026-03-29"), at("2026-03-30"), "hour", BERLIN)
    assert [each.label for each in spring][1:3] == ["2026-03-29 01:00", "2026-03-29 03:00"]


def test_a_day_without_a_midnight_begins_with_the_change() -> None:
    zone = ZoneInfo("America/Santiago")
    found = periods(at("2026-09-05", zone.key), at("2026-09-08", zone.key), "day", zone)
    assert [each.end - each.start for each in found] == [timedelta(hours=h) for h in (24, 23, 24)]


def test_weeks_and_months_are_those_of_the_calendar() -> None:
    weeks = periods(at("2026-12-30"), at("2027-01-12"), "week", BERLIN)
    assert [each.label for each in weeks] == ["2026-W53", "2027-W01", "2027-W02"]
    months = periods(at("2026-12-31"), at("2027-03-01"), "month", BERLIN)
    assert [each.label for each in months] == ["2026-12", "2027-01", "2027-02"]
    assert months[0].start == at("2026-12-31"), "cut by the question"


def test_a_half_hour_change_makes_half_hours() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    found = periods(at("2026-04-05", zone.key), at("2026-04-05T06:00", zone.key), "hour", zone)
    assert sum((each.end - each.start for each in found), timedelta()) == timedelta(hours=6.5)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(["hour", "day", "week", "month"]),
    st.integers(0, 4 * 365 * 86_400),
    st.integers(1, 200 * 3600),
)
def test_periods_follow_one_another_and_every_quarter_lies_in_one(
    zone: str, unit: str, start: int, seconds: int
) -> None:
    since = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=start)
    until = since + timedelta(seconds=seconds)
    found = periods(since, until, unit, ZoneInfo(zone))
    assert (found[0].start, found[-1].end) == (since, until)
    assert all(one.end == two.start for one, two in pairwise(found))
    for share in (0, 3, 7, 9):
        moment = since + (until - since) * share / 10
        held = found[place_of(int(moment.timestamp()) // QUARTER_S, found)]
        edge = held.start.replace(minute=held.start.minute // 15 * 15, second=0, microsecond=0)
        assert edge <= moment < held.end


def test_too_many_periods_and_unknown_ones_are_refused() -> None:
    with pytest.raises(TooManyError):
        periods(at("2020-01-01"), at("2026-01-01"), "hour", BERLIN)
    with pytest.raises(ValueError, match="a period is one of"):
        periods(at("2020-01-01"), at("2026-01-01"), "year", BERLIN)
