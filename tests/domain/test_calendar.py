"""Opening hours against an independent minute-by-minute table, and the rules one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.calendar import Calendar, Intervals
from tests.domain.minutes import MINUTE, minute_table

if TYPE_CHECKING:
    from collections.abc import Sequence

ALWAYS: Intervals = ((0, 1440),)
OFFICE: Intervals = ((540, 750), (810, 1080))
# Every kind of edge on Sundays, when the clocks change: in, over and around 02:00-04:00.
WEEK: tuple[Intervals, ...] = (
    OFFICE,
    ((0, 1440),),
    ((0, 540), (600, 1500)),
    (),
    ((540, 750), (750, 1080)),
    ((1200, 1560),),
    ((130, 150), (155, 165), (170, 200), (225, 1440)),
)


def wall(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def yearly(day: date) -> Intervals:
    """Exceptions and holidays of the table test: some days each month."""
    return {5: (), 6: ((120, 180), (1380, 1530)), 7: ALWAYS, 28: ((150, 210),)}[day.day]


def table_calendar(zone: str, years: Sequence[int]) -> Calendar:
    days = [date(year, month, 1) for year in years for month in range(1, 13)]
    exceptions = {day.replace(day=n): yearly(day.replace(day=n)) for day in days for n in (5, 6)}
    holidays = {day.replace(day=n): yearly(day.replace(day=n)) for day in days for n in (6, 7, 28)}
    holidays |= {day.replace(day=6): () for day in days}
    return Calendar(ZoneInfo(zone), WEEK, exceptions, holidays)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("zone", "first_year"),
    [("Europe/Istanbul", 2026), ("Europe/Berlin", 2026), ("Europe/Istanbul", 2015)],
)
def test_every_minute_of_two_years_equals_an_independent_table(zone: str, first_year: int) -> None:
    calendar = table_calendar(zone, (first_year - 1, first_year, first_year + 1, first_year + 2))
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    length = (datetime(first_year + 2, 1, 1, tzinfo=UTC) - start) // MINUTE
    margin = 40 * 1440
    table = minute_table(calendar, start - 4 * 1440 * MINUTE, length + 4 * 1440 + margin)[
        4 * 1440 :
    ]
    is_open, at = calendar.is_open, start
    for minute in range(length):
        assert is_open(at) == table[minute], at
        at += MINUTE
    edges = [i for i in range(1, len(table)) if table[i] != table[i - 1]]
    assert len(edges) > 1000
    check_edges(calendar, start, table, [edge for edge in edges if edge < length])
    total = sum(table[:length]) * 60
    assert calendar.elapsed(start, start + length * MINUTE) == total


def check_edges(
    calendar: Calendar, start: datetime, table: bytearray, edges: Sequence[int]
) -> None:
    """next_open and closes_at at both sides of each edge and in the middle of each stretch."""
    for edge, later in pairwise(edges):
        following = next(i for i in range(later, len(table)) if table[i] != table[later])
        for minute in {edge, (edge + later) // 2, later - 1}:
            at = start + minute * MINUTE
            if table[minute]:
                assert calendar.closes_at(at) == start + later * MINUTE, at
                assert calendar.next_open(at) == start + following * MINUTE, at
            else:
                assert calendar.closes_at(at) is None, at
                assert calendar.next_open(at) == start + later * MINUTE, at


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/St_Johns", "2010-03-10"),
        ("America/St_Johns", "2010-11-03"),
        ("Australia/Lord_Howe", "2026-04-01"),
        ("Australia/Lord_Howe", "2026-10-01"),
        ("Pacific/Apia", "2011-12-27"),
        ("America/Havana", "2026-10-29"),
        ("Asia/Beirut", "2026-10-22"),
        ("Africa/Cairo", "2026-04-21"),
        ("Asia/Kathmandu", "2026-04-21"),
    ],
)
def test_zones_with_strange_changes_equal_the_table_too(zone: str, start: str) -> None:
    # Changes at 00:01, by half an hour, over a whole day, at midnight into the day before.
    week: tuple[Intervals, ...] = (((0, 30), (60, 1439), (1439, 1440)),) * 7
    calendar = Calendar(ZoneInfo(zone), week)
    first = utc(start)
    table = minute_table(calendar, first - 4 * 1440 * MINUTE, 15 * 1440)
    for minute in range(8 * 1440):
        at = first + minute * MINUTE
        assert calendar.is_open(at) == table[minute + 4 * 1440], at


def test_an_interval_over_midnight_belongs_to_its_first_day() -> None:
    week: tuple[Intervals, ...] = ((), (), (), (), (), ((1200, 1560),), ())
    sunday, saturday = date(2026, 11, 29), date(2026, 11, 28)
    zone = ZoneInfo("Europe/Istanbul")
    late = wall("2026-11-29T01:30", "Europe/Istanbul")
    assert Calendar(zone, week, {sunday: ()}).is_open(late)
    assert not Calendar(zone, week, {saturday: ()}).is_open(late)


def test_an_exception_wins_over_a_holiday_and_a_holiday_over_the_week() -> None:
    day, zone = date(2026, 10, 28), ZoneInfo("Europe/Istanbul")
    week = (OFFICE,) * 7
    at_ten = wall("2026-10-28T10:00", "Europe/Istanbul")
    at_four = wall("2026-10-28T16:00", "Europe/Istanbul")
    half = {day: ((540, 750),)}
    assert Calendar(zone, week, {}, half).is_open(at_ten)
    assert not Calendar(zone, week, {}, half).is_open(at_four)
    assert not Calendar(zone, week, {day: ()}, half).is_open(at_ten)
    assert Calendar(zone, week, {day: ((960, 1020),)}, half).is_open(at_four)


def test_intervals_are_half_open() -> None:
    calendar = Calendar(UTC, (OFFICE,) * 7)
    assert calendar.is_open(utc("2026-11-23T09:00"))
    assert calendar.is_open(utc("2026-11-23T12:29:59.999999"))
    assert not calendar.is_open(utc("2026-11-23T12:30"))
    assert not calendar.is_open(utc("2026-11-23T08:59:59.999999"))


def test_a_switch_closes_the_place_and_the_next_opening_is_not_now() -> None:
    calendar = Calendar(UTC, (OFFICE,) * 7)
    at = utc("2026-11-23T10:00")
    assert not calendar.is_open(at, closed_by_switch=True)
    assert calendar.next_open(at) == utc("2026-11-23T13:30")


def test_the_next_opening_is_strictly_later() -> None:
    calendar = Calendar(UTC, (((540, 1080),),) * 5 + ((), ()))
    assert calendar.next_open(utc("2026-11-27T09:00")) == utc("2026-11-30T09:00")
    assert calendar.next_open(utc("2026-11-27T08:59")) == utc("2026-11-27T09:00")


def test_touching_intervals_are_one_opening() -> None:
    calendar = Calendar(UTC, (((540, 720), (720, 1440)), ((0, 60),), (), (), (), (), ()))
    assert calendar.closes_at(utc("2026-11-23T10:00")) == utc("2026-11-24T01:00")
    assert calendar.next_open(utc("2026-11-23T10:00")) == utc("2026-11-30T09:00")


def test_an_interval_inside_another_changes_nothing() -> None:
    calendar = Calendar(UTC, (((540, 1080), (600, 700)),) * 7)
    assert calendar.closes_at(utc("2026-11-23T10:30")) == utc("2026-11-23T18:00")


@pytest.mark.parametrize("hours_from_utc", [-23, -12, 0, 14, 23])
def test_an_opening_of_a_whole_day_is_found_from_any_side_of_the_world(hours_from_utc: int) -> None:
    monday: tuple[Intervals, ...] = (((1439, 2879),), (), (), (), (), (), ())
    zone = timezone(timedelta(hours=hours_from_utc))
    calendar = Calendar(zone, monday)
    opens = datetime(2026, 11, 23, 23, 59, tzinfo=zone)
    for minute in range(1440):
        assert calendar.is_open(opens + minute * MINUTE)
    assert calendar.elapsed(opens - 1000 * MINUTE, opens + 3000 * MINUTE) == 86_400


def test_a_place_that_never_closes_has_no_closing_and_opens_now() -> None:
    calendar = Calendar(ZoneInfo("Europe/Istanbul"), (ALWAYS,) * 7)
    at = utc("2026-11-23T10:00")
    assert calendar.is_open(at)
    assert calendar.closes_at(at) is None
    assert calendar.next_open(at) == at


def test_a_place_that_never_opens_has_no_next_opening() -> None:
    calendar = Calendar(UTC, ((),) * 7)
    assert calendar.next_open(utc("2026-11-23T10:00")) is None
    assert calendar.elapsed(utc("2026-01-01T00:00"), utc("2026-12-31T00:00")) == 0


def test_the_look_ahead_ends_after_400_days() -> None:
    at = utc("2026-01-01T12:00")
    near, far = at.date() + timedelta(days=400), at.date() + timedelta(days=401)
    assert Calendar(UTC, ((),) * 7, {near: OFFICE}).next_open(at) == utc("2027-02-05T09:00")
    assert Calendar(UTC, ((),) * 7, {far: OFFICE}).next_open(at) is None


def test_an_edge_skipped_in_spring_moves_to_the_first_valid_minute() -> None:
    sunday = date(2026, 3, 29)
    berlin = ZoneInfo("Europe/Berlin")
    opens_late = Calendar(berlin, ((),) * 7, {sunday: ((150, 300),)})
    assert opens_late.next_open(utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")
    closes_early = Calendar(berlin, ((),) * 7, {sunday: ((60, 150),)})
    assert closes_early.closes_at(utc("2026-03-29T00:30")) == utc("2026-03-29T01:00")
    vanished = Calendar(berlin, ((),) * 7, {sunday: ((125, 170),)})
    assert vanished.next_open(utc("2026-03-28T12:00")) is None


def test_an_edge_doubled_in_autumn_opens_at_the_first_and_closes_at_the_last() -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), ((),) * 7, {date(2026, 10, 25): ((135, 150),)})
    opens, closes = utc("2026-10-25T00:15"), utc("2026-10-25T01:30")
    assert calendar.next_open(utc("2026-10-24T12:00")) == opens
    assert calendar.closes_at(opens) == closes
    assert calendar.elapsed(opens, closes) == 75 * 60


def test_business_seconds_count_only_open_time() -> None:
    calendar = Calendar(UTC, (OFFICE,) * 5 + ((), ()))
    friday, monday = utc("2026-11-27T17:59:30.900000"), utc("2026-11-30T09:00:10.999999")
    assert calendar.elapsed(friday, monday) == 40
    assert calendar.elapsed(monday, friday) == 0


def test_the_next_closing_is_that_of_the_next_opening_while_closed() -> None:
    calendar = Calendar(UTC, (OFFICE,) * 5 + ((), ()))
    assert calendar.next_close(utc("2026-11-28T12:00")) == utc("2026-11-30T12:30")
    assert calendar.next_close(utc("2026-11-30T12:30")) == utc("2026-11-30T18:00")
    assert calendar.closes_at(utc("2026-11-28T12:00")) is None


def test_a_moment_may_come_in_any_zone_but_not_without_one() -> None:
    calendar = Calendar(ZoneInfo("Europe/Istanbul"), (OFFICE,) * 7)
    assert calendar.is_open(wall("2026-11-23T01:30", "America/New_York"))
    assert calendar.next_open(wall("2026-11-23T08:00", "Europe/Istanbul")) == utc(
        "2026-11-23T06:00"
    )
    with pytest.raises(ValueError, match="needs a time zone"):
        calendar.is_open(datetime.fromisoformat("2026-11-23T10:00"))


@pytest.mark.parametrize("plan", [((540, 540),), ((-1, 5),), ((1440, 1500),), ((600, 2041),)])
def test_an_interval_that_makes_no_sense_is_refused(plan: Intervals) -> None:
    with pytest.raises(ValueError, match="no such opening"):
        Calendar(UTC, (plan,) * 7)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="7 days"):
        Calendar(UTC, (OFFICE,) * 6)


class Nowhere(tzinfo):
    """A zone that cannot say how far it is from UTC."""

    def utcoffset(self, at: datetime | None) -> None:
        return None

    def dst(self, at: datetime | None) -> None:
        return None

    def tzname(self, at: datetime | None) -> None:
        return None


def test_a_zone_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="zone with an offset"):
        Calendar(Nowhere(), (OFFICE,) * 7).is_open(utc("2026-11-23T10:00"))


def test_the_memory_of_days_stays_bounded() -> None:
    calendar = Calendar(UTC, (OFFICE,) * 7)
    at = utc("2000-01-01T10:00")
    for day in range(2500):
        assert calendar.is_open(at + timedelta(days=day))
    assert len(calendar._days) <= 2000


BERLIN = Calendar(ZoneInfo("Europe/Berlin"), WEEK)
moments = st.datetimes(
    datetime.fromisoformat("2026-01-01"),
    datetime.fromisoformat("2026-12-31"),
    timezones=st.just(UTC),
)


@given(st.lists(moments, min_size=3, max_size=3))
def test_business_seconds_add_up(found: list[datetime]) -> None:
    first, second, third = sorted(found)
    parts = BERLIN.elapsed(first, second) + BERLIN.elapsed(second, third)
    assert parts == BERLIN.elapsed(first, third)


@given(moments)
def test_a_place_is_open_at_its_next_opening_and_closed_when_it_closes(at: datetime) -> None:
    opens = BERLIN.next_open(at)
    assert opens is not None
    assert opens > at
    assert BERLIN.is_open(opens)
    assert not BERLIN.is_open(opens - timedelta(microseconds=1))
    closes = BERLIN.closes_at(opens)
    assert closes is not None
    assert not BERLIN.is_open(closes)
