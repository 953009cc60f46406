"""Counting business seconds: the worked tables, and properties against a table of minutes.

P1 to P4 are those of tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.calendar import Calendar, Intervals
from tests.domain.minutes import MINUTE, minute_table

SECOND = timedelta(seconds=1)
WINDOW_DAYS, AFTER_DAYS = 12, 40
OFFICE: Intervals = ((540, 750), (810, 1080))
# Every kind of edge at the hours at which clocks change somewhere, and long nights.
ODD: Intervals = ((0, 30), (65, 150), (155, 165), (160, 200), (1380, 1450))
WEEK: tuple[Intervals, ...] = (OFFICE, (), ODD, OFFICE, (), ODD, ODD)

# Zone, and the first day of a window in which its clocks change (or once did for good).
CHANGES = [
    ("Europe/Istanbul", "2026-05-25"),
    ("Europe/Istanbul", "2015-11-04"),
    ("Asia/Baku", "2026-03-17"),
    ("Asia/Baku", "2015-10-21"),
    ("Europe/Berlin", "2026-03-25"),
    ("Europe/Berlin", "2026-10-21"),
    ("America/New_York", "2026-03-04"),
    ("America/New_York", "2026-10-28"),
    ("Australia/Lord_Howe", "2026-04-01"),
    ("Australia/Lord_Howe", "2026-10-01"),
    ("America/Santiago", "2026-04-01"),
    ("America/Santiago", "2026-09-02"),
]


@dataclass(frozen=True)
class Counted:
    """A calendar with what was counted by hand: open seconds before each minute of a window."""

    calendar: Calendar
    start: datetime
    before: list[int]
    table: bytearray

    def until(self, second: int) -> int:
        """Open seconds from the start of the window to its n-th second."""
        minute, rest = divmod(second, 60)
        return self.before[minute] + (rest if rest and self.table[minute] else 0)

    def at(self, second: int) -> datetime:
        return self.start + second * SECOND


@cache
def counted(zone: str, day: str) -> Counted:
    calendar = Calendar(ZoneInfo(zone), WEEK, {date.fromisoformat(day): ODD})
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    lead = 4 * 1440
    minutes = (WINDOW_DAYS + AFTER_DAYS) * 1440
    table = minute_table(calendar, start - lead * MINUTE, minutes + lead)[lead:]
    return Counted(calendar, start, [0, *accumulate(60 * each for each in table)], table)


windows = st.sampled_from(CHANGES)
seconds = st.integers(0, WINDOW_DAYS * 86_400)


@given(windows, seconds, seconds)
def test_p1_elapsed_is_the_count_of_open_seconds(
    window: tuple[str, str], one: int, other: int
) -> None:
    known = counted(*window)
    first, last = sorted((one, other))
    expected = known.until(last) - known.until(first)
    assert known.calendar.elapsed(known.at(first), known.at(last)) == expected


@given(windows, seconds, st.integers(0, 400))
def test_p1_elapsed_counts_just_the_seconds_that_are_open(
    window: tuple[str, str], first: int, length: int
) -> None:
    known = counted(*window)
    opened = sum(known.calendar.is_open(known.at(first + n)) for n in range(length))
    assert known.calendar.elapsed(known.at(first), known.at(first + length)) == opened


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "is_open"),
    [
        ("Europe/Berlin", (60, 150), "2026-03-29T00:59:59", True),
        ("Europe/Berlin", (60, 150), "2026-03-29T01:00:00", False),  # 02:30 is skipped
        ("Europe/Berlin", (60, 150), "2026-10-25T00:45:00", True),  # 02:45, first pass
        ("Europe/Berlin", (60, 150), "2026-10-25T01:30:00", False),  # 02:30, second pass
        ("Europe/Istanbul", (540, 1080), "2026-07-15T06:00:00", True),  # no summer time: UTC+3
        ("Europe/Istanbul", (540, 1080), "2026-01-15T05:59:59", False),
        ("Asia/Baku", (540, 1080), "2026-07-15T05:00:00", True),  # UTC+4 all the year
        ("Asia/Baku", (540, 1080), "2026-07-15T14:00:00", False),
        ("America/New_York", (120, 180), "2026-03-08T07:00:00", False),  # 02:00-03:00 never was
        ("America/New_York", (60, 120), "2026-11-01T06:30:00", True),  # 01:30, second pass
        ("Australia/Lord_Howe", (90, 120), "2026-04-04T15:15:00", True),  # 01:45, second pass
        ("Australia/Lord_Howe", (90, 120), "2026-04-04T15:30:00", False),
        ("Australia/Lord_Howe", (120, 180), "2026-10-03T15:30:00", True),  # 02:00 became 02:30
        ("America/Santiago", (0, 60), "2026-09-06T04:00:00", False),  # 00:00-01:00 never was
        ("America/Santiago", (1380, 1440), "2026-04-05T03:30:00", True),  # 23:30, second pass
        ("America/Santiago", (1380, 1440), "2026-04-05T04:00:00", False),
    ],
)
def test_p1_these_moments_are_open_or_closed(
    zone: str, hours: tuple[int, int], moment: str, is_open: bool
) -> None:
    calendar = Calendar(ZoneInfo(zone), ((hours,),) * 7)
    assert calendar.is_open(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is is_open


@given(windows, st.lists(st.tuples(seconds, st.integers(0, 999_999)), min_size=3, max_size=3))
def test_p2_parts_add_up_to_their_whole(
    window: tuple[str, str], found: list[tuple[int, int]]
) -> None:
    known = counted(*window)
    a, b, c = (known.at(n) + timedelta(microseconds=rest) for n, rest in sorted(found))
    elapsed = known.calendar.elapsed
    assert elapsed(a, b) + elapsed(b, c) == elapsed(a, c)


@given(windows, seconds, st.integers(1, 60 * 3600))
def test_p3_add_is_the_first_moment_with_so_many_seconds(
    window: tuple[str, str], start: int, n: int
) -> None:
    known = counted(*window)
    found = known.calendar.add(known.at(start), n)
    assert found is not None
    place = (found - known.start) // SECOND
    assert known.until(place) - known.until(start) == n
    assert known.until(place - 1) - known.until(start) == n - 1
    assert known.calendar.elapsed(known.at(start), found) == n
    assert known.calendar.elapsed(known.at(start), found - SECOND) == n - 1


@given(windows, seconds, st.integers(0, 10**7))
def test_p4_round_the_clock_business_time_is_time(
    window: tuple[str, str], start: int, n: int
) -> None:
    known = counted(*window)
    calendar = Calendar(known.calendar.zone, (((0, 1440),),) * 7)
    at = known.at(start)
    assert calendar.elapsed(at, at + n * SECOND) == n
    assert calendar.add(at, n) == at + n * SECOND


@pytest.mark.parametrize(
    ("hours", "spring_s", "autumn_s"),
    [
        (((60, 240),), 2 * 3600, 4 * 3600),
        (((60, 150),), 3600, 9000),
        (((150, 240),), 3600, 9000),
        (((0, 1440),), 23 * 3600, 25 * 3600),
    ],
)
def test_the_days_on_which_the_clocks_of_berlin_change(
    hours: Intervals, spring_s: int, autumn_s: int
) -> None:
    # MicrosoftDocs/azure-devops-docs#8675: summer time was ignored.
    for day, expected in ((date(2026, 3, 29), spring_s), (date(2026, 10, 25), autumn_s)):
        calendar = Calendar(ZoneInfo("Europe/Berlin"), ((),) * 7, {day: hours})
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert calendar.elapsed(start - timedelta(days=3), start + timedelta(days=3)) == expected


def test_no_second_of_a_doubled_hour_counts_twice() -> None:
    day = date(2026, 10, 25)
    calendar = Calendar(ZoneInfo("Europe/Berlin"), ((),) * 7, {day: ((60, 150), (160, 240))})
    start = datetime(2026, 10, 24, tzinfo=UTC)
    assert calendar.elapsed(start, start + timedelta(days=3)) == 4 * 3600


MORNING: Intervals = ((540, 750),)
SATURDAY: Intervals = ((600, 840),)
TURKEY: dict[date, Intervals] = {
    **{date(2026, 5, day): () for day in (27, 28, 29, 30)},
    date(2026, 5, 26): MORNING,
    date(2026, 10, 28): MORNING,
    date(2026, 10, 29): (),
}
BRANCH = Calendar(ZoneInfo("Europe/Istanbul"), ((OFFICE,) * 5 + (SATURDAY, ())), {}, TURKEY)


def istanbul(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Europe/Istanbul"))


@pytest.mark.parametrize(
    ("start", "add_s", "result"),
    [
        ("05-25 16:40", 8 * 3600, "06-01 12:10"),
        ("05-26 12:45", 3600, "06-01 10:00"),
        ("10-28 12:00", 3600, "10-30 09:30"),
        ("11-21 13:30", 4 * 3600, "11-23 12:30"),
        ("11-20 17:59:30", 60, "11-21 10:00:30"),
        ("11-22 03:00", 60, "11-23 09:01"),
        # The due times of the worked ledger, counted from where the clock stood.
        ("05-26 10:00", 28_800 - 3000, "06-01 14:40"),
        ("05-26 11:00", 14_400 - 6600, "06-01 09:40"),
    ],
)
def test_the_worked_table_of_istanbul(start: str, add_s: int, result: str) -> None:
    due = istanbul(result)
    assert BRANCH.add(istanbul(start), add_s) == due
    assert BRANCH.elapsed(istanbul(start), due) == add_s


@pytest.mark.parametrize("weekday", range(7))
def test_a_week_with_one_open_day_counts_from_any_day(weekday: int) -> None:
    # osTicket/osTicket#6739: the schedule was wrong unless certain weekdays were set.
    week = tuple(OFFICE if day == weekday else () for day in range(7))
    calendar = Calendar(ZoneInfo("Europe/Istanbul"), week)
    for day in range(7):
        found = calendar.add(istanbul("06-01 20:00") + timedelta(days=day), 3600)
        assert found is not None
        local = found.astimezone(calendar.zone)
        assert (local.weekday(), local.hour, local.minute) == (weekday, 10, 0)


def test_nothing_added_is_the_same_second_also_while_closed() -> None:
    at = istanbul("11-22 03:00")
    assert BRANCH.add(at, 0) == at
    assert BRANCH.add(at + timedelta(microseconds=900_000), 0) == at


def test_parts_of_a_second_are_cut_off() -> None:
    at = istanbul("11-23 09:00") + timedelta(microseconds=999_999)
    assert BRANCH.add(at, 60) == istanbul("11-23 09:01")


def test_time_is_not_added_backwards() -> None:
    with pytest.raises(ValueError, match="cannot count -1"):
        BRANCH.add(istanbul("11-23 09:00"), -1)


def test_a_place_that_never_opens_again_has_no_such_moment() -> None:
    last = Calendar(UTC, ((),) * 7, {date(2026, 11, 23): ((540, 600),)})
    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert last.add(at, 3600) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert last.add(at, 3601) is None


def test_the_look_ahead_begins_again_after_each_opening() -> None:
    days = [date(2026, 1, 1) + timedelta(days=390 * n) for n in range(4)]
    rare = Calendar(UTC, ((),) * 7, dict.fromkeys(days, ((540, 600),)))
    found = rare.add(datetime(2026, 1, 1, tzinfo=UTC), 4 * 3600)
    assert found == datetime.combine(days[-1], datetime.min.time(), UTC) + timedelta(hours=10)
