"""The `hours:` of a configuration as a calendar, and every mistake in it named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from ivr.config.calendars import (
    HoursError,
    UnknownHolidaysError,
    UnknownZoneError,
    expand_hours,
    find_zone,
    public_holidays,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.calendar import Calendar, Intervals

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
BRANCH: Mapping[str, object] = {
    "open": {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": "20:00-02:00"},
    "holidays": "TR",
    "except": {"2026-11-10": "closed", "2026-12-31": "09:00-13:00"},
    "switch": "storm",
}
WEEK: tuple[Intervals, ...] = (((540, 750), (810, 1080)),) * 5 + (((1200, 1560),), ())


def expand(hours: Mapping[str, object], zone: str = "Europe/Istanbul") -> Calendar:
    return expand_hours("branch", hours, zone, range(2025, 2029), NOW)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL)


def test_the_example_of_the_language_becomes_a_calendar() -> None:
    calendar = expand(BRANCH)
    assert calendar.weekly == WEEK
    assert calendar.exceptions == {date(2026, 11, 10): (), date(2026, 12, 31): ((540, 780),)}
    assert calendar.is_open(local("2026-11-23T09:00"))
    assert not calendar.is_open(local("2026-11-23T13:00"))
    assert calendar.is_open(local("2026-11-29T01:59"))
    assert not calendar.is_open(local("2026-11-10T10:00"))
    assert calendar.next_open(local("2026-11-10T10:00")) == local("2026-11-11T09:00")


@pytest.mark.parametrize("day", ["2026-03-19", "2026-05-26", "2026-10-28"])
def test_turkish_half_days_close_at_one(day: str) -> None:
    calendar = expand({**BRANCH, "open": {"mon-sun": ["09:00-12:30", "12:45-18:00"]}})
    assert calendar.is_open(local(f"{day}T12:59"))
    assert calendar.closes_at(local(f"{day}T12:50")) == local(f"{day}T13:00")
    assert not calendar.is_open(local(f"{day}T13:00"))


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-03-20", "2026-04-23", "2026-05-27", "2026-10-29", "2027-10-29"]
)
def test_turkish_public_days_are_closed(day: str) -> None:
    assert not expand(BRANCH).is_open(local(f"{day}T10:00"))


def test_all_turkish_days_of_2026_are_there() -> None:
    days = public_holidays("TR", [2026], WEEK)
    assert len(days) == 17
    assert sorted(day for day, plan in days.items() if plan) == [
        date(2026, 3, 19),
        date(2026, 5, 26),
        date(2026, 10, 28),
    ]


def test_a_half_day_keeps_a_closed_day_closed_and_drops_the_evening() -> None:
    evening: tuple[Intervals, ...] = (((1200, 1560),),) * 7
    assert public_holidays("TR", [2026], evening)[date(2026, 10, 28)] == ()


def test_the_hour_in_the_name_of_a_half_day_counts() -> None:
    whole: tuple[Intervals, ...] = (((0, 1440),),) * 7
    assert public_holidays("PR", [2026], whole)[date(2026, 12, 24)] == ((0, 720),)
    assert public_holidays("IS", [2026], whole)[date(2026, 12, 24)] == ((0, 780),)
    assert public_holidays("GR", [2026], whole)[date(2026, 12, 24)] == ((0, 780),)


def test_a_part_of_a_country_has_its_own_days() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in public_holidays("DE-BY", [2026], WEEK)
    assert epiphany not in public_holidays("DE-BE", [2026], WEEK)


@pytest.mark.parametrize("code", ["TRX", "tr", "", "DE-XX", "HolidayBase", "Turkey", "TR-"])
def test_an_unknown_holiday_calendar_is_said(code: str) -> None:
    with pytest.raises(UnknownHolidaysError) as caught:
        public_holidays(code, [2026], WEEK)
    assert str(caught.value) == f'no holiday calendar "{code}"'


def test_a_later_day_key_wins_over_a_range() -> None:
    calendar = expand({"open": {"mon-fri": "09:00-18:00", "wed": "10:00-12:00", "thu": "closed"}})
    assert calendar.weekly[1:4] == (((540, 1080),), ((600, 720),), ())


def test_an_exception_opens_a_public_day() -> None:
    calendar = expand({**BRANCH, "except": {"2026-10-29": "10:00-12:00"}})
    assert calendar.is_open(local("2026-10-29T10:00"))


@pytest.mark.parametrize(
    ("change", "code", "path", "message"),
    [
        ({"holidays": "TRX"}, "F802", ("holidays",), 'no holiday calendar "TRX"'),
        (
            {"holiday": "TR"},
            "F101",
            ("holiday",),
            'hours has no field "holiday"; did you mean "holidays"?',
        ),
        ({"colour": "red"}, "F101", ("colour",), 'hours has no field "colour"'),
        (
            {"open": {"monday": "09:00-18:00"}},
            "F103",
            ("open", "monday"),
            '"monday" is not a day; write mon',
        ),
        (
            {"open": {"mon": ["09:00-12:00", "13-18"]}},
            "F103",
            ("open", "mon", 1),
            '"13" is not a time; write HH:MM',
        ),
        (
            {"open": {"mon": "9:00-18:00"}},
            "F103",
            ("open", "mon"),
            '"9:00" is not a time; write 09:00',
        ),
        (
            {"open": {"mon": []}},
            "F103",
            ("open", "mon"),
            "hours of a day are closed, a range or a list of ranges",
        ),
        (
            {"open": "09:00-18:00"},
            "F103",
            ("open",),
            "open wants days and hours, as in mon-fri: 09:00-18:00",
        ),
        (
            {"except": {"10.11.2026": "closed"}},
            "F103",
            ("except", "10.11.2026"),
            '"10.11.2026" is not a date; write 2026-11-10',
        ),
        (
            {"open": {"mon": "closed"}},
            "F801",
            (),
            'hours "branch" do not open in the next 400 days',
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    change: dict[str, object], code: str, path: tuple[str | int, ...], message: str
) -> None:
    plain = {"open": BRANCH["open"]}
    with pytest.raises(HoursError) as caught:
        expand({**plain, **change})
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.path, mistake.message) == (code, path, message)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(HoursError) as caught:
        expand({"holidays": "TRX", "except": {"soon": "closed"}}, zone="Europe/Istambul")
    codes = [mistake.code for mistake in caught.value.mistakes]
    assert codes == ["F102", "F103", "F103", "F802"]
    assert 'no time zone "Europe/Istambul"; did you mean "Europe/Istanbul"?' in str(caught.value)


def test_open_once_in_400_days_is_enough() -> None:
    calendar = expand({"open": {"mon": "closed"}, "except": {"2027-02-05": "09:00-10:00"}})
    assert calendar.next_open(NOW) == local("2027-02-05T09:00")


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "Europe", "Europe/Istanbul\0"])
def test_a_name_that_is_no_zone_is_said(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        find_zone(name)
