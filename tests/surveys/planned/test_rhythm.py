"""When a plan comes round: days and hours in local time, counted from one Monday."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.planned.rhythm import ANCHOR, next_time, read_rhythm, times


def local(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour)  # noqa: DTZ001 - a local time


YEAR = (local(2026, 1, 1), local(2027, 1, 1))


def test_the_rhythm_of_the_design_comes_twice_a_year() -> None:
    every = "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=10;BYHOUR=10"
    assert times(every, (), *YEAR) == [local(2026, 1, 10, 10), local(2026, 7, 10, 10)]


@pytest.mark.parametrize(
    ("every", "many"),
    [
        ("FREQ=DAILY", 365),
        ("FREQ=DAILY;BYHOUR=9,14", 730),
        ("FREQ=WEEKLY;BYDAY=MO", 52),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", 53),
        ("FREQ=MONTHLY;BYDAY=-1FR", 12),
        ("FREQ=MONTHLY;BYMONTHDAY=31", 7),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=16;BYMINUTE=30", 12),
        ("FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1", 2),
        ("RRULE:FREQ=DAILY;UNTIL=20260107", 6),
    ],
)
def test_a_year_has_as_many_waves_as_the_rule_says(every: str, many: int) -> None:
    assert len(times(every, (), *YEAR)) == many


def test_without_an_hour_it_is_ten_o_clock() -> None:
    assert {each.hour for each in times("FREQ=WEEKLY", (), *YEAR)} == {10}


def test_dates_come_at_ten_and_once_where_the_rule_has_them_too() -> None:
    dates = (date(2026, 3, 2), date(2026, 3, 3))
    found = times("FREQ=WEEKLY;BYDAY=MO", dates, local(2026, 3, 1), local(2026, 3, 8))
    assert found == [local(2026, 3, 2, 10), local(2026, 3, 3, 10)]


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ("monthly", "no part of a rule"),
        ("FREQ=HOURLY", "FREQ is one of DAILY"),
        ("INTERVAL=2", "FREQ is one of DAILY"),
        ("FREQ=DAILY;COUNT=5", "UNTIL=20261231"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER is not known"),
        ("FREQ=DAILY;FREQ=WEEKLY", "stands there twice"),
        ("FREQ=DAILY;INTERVAL=0", "1 or more"),
        ("FREQ=DAILY;BYHOUR=25", "cannot be read"),
        ("FREQ=DAILY;UNTIL=20261231T000000Z", "a local day"),
        ("FREQ=DAILY;BYSETPOS=2", "within a month"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "29 days at most"),
        ("FREQ=DAILY;UNTIL=20200101", "never comes"),
        ("FREQ=DAILY;" * 40, "no part of a rule"),
    ],
)
def test_what_is_no_rhythm_is_told_with_what_to_write(every: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_rhythm(every)


@given(
    st.sampled_from(["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY"]),
    st.integers(0, 2_000),
    st.integers(0, 60),
)
def test_spans_that_follow_each_other_leave_nothing_out(every: str, start: int, days: int) -> None:
    first = ANCHOR + timedelta(days=start, hours=7)
    middle, last = first + timedelta(days=days), first + timedelta(days=2 * days)
    both = times(every, (), first, middle) + times(every, (), middle, last)
    assert both == times(every, (), first, last)
    assert next_time(every, (), first) == times(every, (), first, first + timedelta(days=40))[0]
