"""Opens the calendars of the configuration, and tells the mistakes in them by their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.calendars import HoursError, HoursMistake, expand_hours

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.calendar import Calendar

YEARS_BEHIND, YEARS_AHEAD = 1, 3
"""Years of public holidays around now: `next_open` looks 400 days ahead."""


def open_calendars(
    hours: Mapping[str, Mapping[str, object]], zone: str, now: datetime
) -> tuple[dict[str, Calendar], list[tuple[str, HoursMistake]]]:
    """The calendar of every entry that is right, and (name, mistake) for the others."""
    years = range(now.year - YEARS_BEHIND, now.year + YEARS_AHEAD + 1)
    calendars: dict[str, Calendar] = {}
    mistakes: list[tuple[str, HoursMistake]] = []
    for name, written in hours.items():
        try:
            calendars[name] = expand_hours(name, written, zone, years, now)
        except HoursError as error:
            mistakes += [(name, mistake) for mistake in error.mistakes]
    return calendars, mistakes


def config_code(code: str) -> str:
    """The code of a mistake in hours: their form is the configuration's own, F8xx stay."""
    return code if code.startswith("F8") else f"C{code[1:]}"
