"""Times to choose from for being called back: of today and tomorrow, while somebody is there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.calendar import Calendar, Intervals
from ivr.domain.slots import slots

HOUSE = ZoneInfo("Europe/Istanbul")


def office(*hours: tuple[int, int], **exceptions: Intervals) -> Calendar:
    """Open at these minutes of every day but the exceptions, such as `d24`, of November 2026."""
    days = {date(2026, 11, int(name[1:])): plan for name, plan in exceptions.items()}
    return Calendar(HOUSE, (hours,) * 7, days)


def at(clock: str) -> datetime:
    """On Monday the 23rd of November 2026, as the house's clock shows it."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 23, hour, minute, tzinfo=HOUSE).astimezone(UTC)


def told(now: str, hours: Calendar | None) -> list[str]:
    found = slots(at(now), HOUSE, hours)
    return [f"{one.begins:%d %H:%M}-{one.ends:%H:%M}" for one in found]


NINE_TO_SIX = office((540, 1080))


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("10:20", ["23 11:00-13:00", "23 13:00-15:00", "24 09:00-11:00"]),
        ("10:30", ["23 11:00-13:00", "23 13:00-15:00", "24 09:00-11:00"]),
        ("10:31", ["23 12:00-14:00", "23 14:00-16:00", "24 09:00-11:00"]),
        ("14:10", ["23 15:00-17:00", "23 17:00-18:00", "24 09:00-11:00"]),
        ("16:20", ["23 17:00-18:00", "24 09:00-11:00", "24 11:00-13:00"]),
        ("17:00", ["24 09:00-11:00", "24 11:00-13:00", "24 13:00-15:00"]),
        ("07:00", ["23 09:00-11:00", "23 11:00-13:00", "24 09:00-11:00"]),
    ],
)
def test_there_are_two_of_today_and_one_of_tomorrow_as_long_as_there_are(
    now: str, found: list[str]
) -> None:
    assert told(now, NINE_TO_SIX) == found


def test_a_day_that_is_closed_leaves_more_of_the_other() -> None:
    closed_tomorrow = office((540, 1080), d24=())
    assert told("08:00", closed_tomorrow) == ["23 09:00-11:00", "23 11:00-13:00", "23 13:00-15:00"]
    assert told("17:00", closed_tomorrow) == []


def test_hours_begin_where_the_house_opens_and_a_break_ends_them() -> None:
    two_parts = office((570, 720), (810, 1035))
    assert told("08:00", two_parts) == ["23 09:30-11:30", "23 13:30-15:30", "24 09:30-11:30"]


def test_who_is_always_there_calls_nobody_at_night() -> None:
    assert told("19:10", None) == ["23 20:00-21:00", "24 08:00-10:00", "24 10:00-12:00"]


def test_a_clock_change_makes_no_slot_longer() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    found = slots(now, berlin, None)
    assert [(one.begins.hour, one.ends - one.begins) for one in found[:1]] == [
        (8, found[1].ends - found[1].begins)
    ]
