"""Turns the `hours:` of the configuration into a calendar: days, exceptions, public holidays.

Only here are zone files and the `holidays` library read; the calendar itself is pure
(`ivr/domain/calendar.py`). Source: flow-language.md section 10.

    open:     {mon-fri: [09:00-12:30, 13:30-18:00], sat: 20:00-02:00, sun: closed}
    holidays: TR               a country (ISO 3166), or one of its parts: DE-BY
    except:   {2026-11-10: closed, 2026-12-31: 09:00-13:00}
    switch:   storm            read by whoever asks `is_open`, not here
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from ivr.domain.calendar import LOOK_AHEAD_DAYS, Calendar, Intervals
from ivr.domain.scalars import nearest, read_date, read_days, read_time_range

Days: TypeAlias = Mapping[date, Intervals]
Path: TypeAlias = tuple[str | int, ...]
A = TypeVar("A")
T = TypeVar("T")

CLOSED = "closed"
HALF_DAY_MINUTE = 13 * 60
_FIELDS = ("open", "holidays", "except", "switch")
_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_FROM_HOUR = re.compile(r"\bfrom (1[0-2]|[1-9])(?::([0-5][0-9]))? ?(am|pm)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HoursMistake:
    """One mistake: its code (F101 F102 F103 F801 F802), where below the hours it is, a sentence."""

    code: str
    path: Path
    message: str


class HoursError(ValueError):
    """These hours cannot be used; carries every mistake found."""

    def __init__(self, mistakes: Iterable[HoursMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))


class UnknownHolidaysError(ValueError):
    """No such holiday calendar (F802)."""


class UnknownZoneError(ValueError):
    """No such time zone."""


def expand_hours(
    name: str, hours: Mapping[str, object], zone: str, years: Iterable[int], now: datetime
) -> Calendar:
    """The calendar of one place.

    name: as in config, for messages. hours: plain data as above, every scalar still text.
    years: the years to look up public holidays for; cover 400 days after the last question.
    now: aware; from here on the place must open within 400 days (F801). Raises HoursError.
    """
    found = _Mistakes()
    found.check_fields(hours)
    clock = found.attempt(("zone",), "F103", find_zone, zone) or UTC
    weekly = _weekly(hours.get("open"), found)
    exceptions = _exceptions(hours.get("except"), found)
    public = _holidays(hours.get("holidays"), years, weekly, found)
    found.stop_if_any()
    calendar = Calendar(clock, weekly, exceptions, public)
    if not calendar.is_open(now) and calendar.next_open(now) is None:
        message = f'hours "{name}" do not open in the next {LOOK_AHEAD_DAYS} days'
        raise HoursError([HoursMistake("F801", (), message)])
    return calendar


def find_zone(name: str) -> tzinfo:
    """The time zone of that name, such as Europe/Istanbul; UnknownZoneError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = nearest(name, available_timezones())
        hint = f'did you mean "{near}"?' if near else "write it as in Europe/Istanbul"
        raise UnknownZoneError(f'no time zone "{name}"; {hint}') from None


def public_holidays(code: str, years: Iterable[int], weekly: tuple[Intervals, ...]) -> Days:
    """The hours of every public day (none) and half day (until 13:00) of a country.

    code: `TR`, or `DE-BY` for a part of a country. A half day keeps the weekly hours before 13:00,
    or before the hour in its name ("from 12pm"); where a day is both, it is closed.
    Raises UnknownHolidaysError.
    """
    years = tuple(sorted(years))
    days = {
        day: _before(weekly[day.weekday()], _closing_minute(title))
        for day, title in _library_days(code, years, "half_day").items()
    }
    days.update(dict.fromkeys(_library_days(code, years, "public"), ()))
    return days


@lru_cache(maxsize=32)
def _library_days(code: str, years: tuple[int, ...], category: str) -> Mapping[date, str]:
    """Kept, as every calendar of a configuration asks for the same, at each reading of it."""
    import holidays  # noqa: PLC0415 - slow to load, and many configurations have no holidays

    if not _CODE.fullmatch(code):
        raise UnknownHolidaysError(f'no holiday calendar "{code}"')
    country, _, part = code.partition("-")
    try:
        offered = holidays.country_holidays(country, subdiv=part or None)
        if category not in offered.supported_categories:
            return {}
        english = "en_US" if "en_US" in offered.supported_languages else None
        return dict(
            holidays.country_holidays(
                country, subdiv=part or None, years=years, language=english, categories=(category,)
            )
        )
    except NotImplementedError:
        raise UnknownHolidaysError(f'no holiday calendar "{code}"') from None


def _closing_minute(title: str) -> int:
    """When a half day closes, from its English name: `Republic Day (from 1pm)` is 780."""
    found = _FROM_HOUR.search(title)
    if not found:
        return HALF_DAY_MINUTE
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "pm" else 0)
    return hour * 60 + int(found[2] or 0)


def _before(plan: Intervals, minute: int) -> Intervals:
    return tuple((start, min(end, minute)) for start, end in plan if start < minute)


class _Mistakes:
    """Gathers every mistake, so that the admin sees them all at once."""

    def __init__(self) -> None:
        self._found: list[HoursMistake] = []

    def add(self, code: str, path: Path, message: str) -> None:
        self._found.append(HoursMistake(code, path, message))

    def attempt(self, path: Path, code: str, read: Callable[[A], T], written: A) -> T | None:
        """What `read` makes of the text, or None after noting why it could not."""
        try:
            return read(written)
        except ValueError as error:
            self.add(code, path, str(error))
            return None

    def check_fields(self, hours: Mapping[str, object]) -> None:
        """Unknown fields, and the one field that must be there."""
        for key in hours:
            if key not in _FIELDS:
                near = nearest(key, _FIELDS)
                hint = f'; did you mean "{near}"?' if near else ""
                self.add("F101", (key,), f'hours has no field "{key}"{hint}')
        if "open" not in hours:
            self.add("F102", (), 'hours needs "open"')

    def stop_if_any(self) -> None:
        if self._found:
            raise HoursError(self._found)


def _weekly(written: object, found: _Mistakes) -> tuple[Intervals, ...]:
    """Seven days, Monday first; a later key replaces the day's whole plan."""
    week: list[Intervals] = [()] * 7
    for key, value in _entries(written, "open", found):
        days = found.attempt(("open", key), "F103", read_days, key)
        plan = _plan(value, ("open", key), found)
        for day in days or ():
            week[day] = plan
    return tuple(week)


def _exceptions(written: object, found: _Mistakes) -> dict[date, Intervals]:
    days: dict[date, Intervals] = {}
    for key, value in _entries(written, "except", found):
        day = found.attempt(("except", key), "F103", read_date, key)
        plan = _plan(value, ("except", key), found)
        if day is not None:
            days[day] = plan
    return days


def _holidays(
    written: object, years: Iterable[int], weekly: tuple[Intervals, ...], found: _Mistakes
) -> Days:
    if written is None:
        return {}
    read = partial(public_holidays, years=years, weekly=weekly)
    return found.attempt(("holidays",), "F802", read, str(written)) or {}


def _entries(written: object, field: str, found: _Mistakes) -> Iterable[tuple[str, object]]:
    if written is None:
        return ()
    if isinstance(written, Mapping):
        return tuple((str(key), value) for key, value in written.items())
    found.add("F103", (field,), f"{field} wants days and hours, as in mon-fri: 09:00-18:00")
    return ()


def _plan(value: object, path: Path, found: _Mistakes) -> Intervals:
    """The hours of one day: `closed`, one range, or a list of ranges."""
    if value == CLOSED:
        return ()
    ranges = [value] if isinstance(value, str) else value
    if not isinstance(ranges, list | tuple) or not ranges:
        found.add("F103", path, "hours of a day are closed, a range or a list of ranges")
        return ()
    read: list[tuple[int, int]] = []
    for place, text in enumerate(ranges):
        where = path if isinstance(value, str) else (*path, place)
        interval = found.attempt(where, "F103", read_time_range, str(text))
        if interval:
            read.append(interval)
    return tuple(sorted(read))
