"""When somebody may be asked: outside of the plan's quiet hours, in the hours of a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.domain.calendar import Calendar
from ivr.runtime.surveys.awake import awake_outside, open_from

ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""A Monday, ten in Istanbul and eight in Berlin."""
DAYS = Calendar(ISTANBUL, ((((10 * 60), (18 * 60)),),) * 5 + ((), ()))


def test_quiet_hours_of_a_plan_are_those_of_whom_it_asks() -> None:
    until_nine = (20 * 60, 9 * 60)
    assert awake_outside(until_nine, ISTANBUL, TEN) == TEN
    assert awake_outside(until_nine, BERLIN, TEN) == TEN + timedelta(hours=1)
    assert awake_outside(None, BERLIN, TEN) == TEN


def test_a_calendar_is_read_on_the_clock_of_whom_we_call() -> None:
    assert open_from(DAYS, ISTANBUL, TEN) == TEN
    assert open_from(DAYS, BERLIN, TEN) == TEN + timedelta(hours=2)


def test_holidays_and_weekends_are_left_out() -> None:
    off = Calendar(ISTANBUL, DAYS.weekly, holidays={date(2026, 11, 23): ()})
    assert open_from(off, ISTANBUL, TEN) == TEN + timedelta(days=1)
    assert open_from(DAYS, ISTANBUL, TEN - timedelta(days=1)) == TEN


def test_hours_that_never_come_again_are_beyond_every_wave() -> None:
    shut = Calendar(ISTANBUL, ((),) * 7)
    assert open_from(shut, ISTANBUL, TEN) > TEN + timedelta(days=365)
