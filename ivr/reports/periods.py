"""Hours, days, weeks and months of a place, as stretches of real time.

A local day may have 23 or 25 hours; an hour that the clock shows twice is told apart by its offset.
Figures come in quarters of an hour since 1970 (UTC); every zone of today begins its days on one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
UNITS = (HOUR, DAY, WEEK, MONTH)
QUARTER_S = 900
MOST = 10_000
"""More periods than this are no report."""
_OFFSET = len("+03:00")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One of them, `[start, end)` in UTC. The first and the last may be cut by the question."""

    label: str
    start: datetime
    end: datetime


class TooManyError(ValueError):
    """So many periods are no report."""


def periods(since: datetime, until: datetime, unit: str, zone: tzinfo) -> tuple[Period, ...]:
    """Every period from `since` to `until`. Raises TooManyError, ValueError for another unit."""
    if unit not in UNITS:
        raise ValueError(f"a period is one of {', '.join(UNITS)}")
    edges = _hours(since, until, zone) if unit == HOUR else _days(since, until, unit, zone)
    found: list[Period] = []
    for label, start, end in edges:
        if len(found) == MOST:
            raise TooManyError(f"these are more than {MOST} periods")
        found.append(Period(label, max(start, since), min(end, until)))
    return tuple(found)


def place_of(quarter: int, found: Sequence[Period]) -> int:
    """In which period a quarter of an hour lies; one that was cut belongs to the nearest."""
    at = datetime.fromtimestamp(quarter * QUARTER_S, UTC)
    return max(0, bisect_right(found, at, key=lambda each: each.start) - 1)


def _hours(
    since: datetime, until: datetime, zone: tzinfo
) -> Iterator[tuple[str, datetime, datetime]]:
    local = since.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    start = local.astimezone(UTC) - past
    while start < until:
        local = start.astimezone(zone)
        end = start + _HOUR - timedelta(minutes=local.minute)
        yield _hour_label(local), start, end
        start = end


def _hour_label(local: datetime) -> str:
    """The hour; with its offset where the clock shows it twice."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%Y-%m-%d %H:%M}" + (local.isoformat()[-_OFFSET:] if twice else "")


_FIRST: dict[str, Callable[[date], date]] = {
    DAY: lambda day: day,
    WEEK: lambda day: day - day.weekday() * _DAY,
    MONTH: lambda day: day.replace(day=1),
}
_NEXT: dict[str, Callable[[date], date]] = {
    DAY: lambda day: day + _DAY,
    WEEK: lambda day: day + 7 * _DAY,
    MONTH: lambda day: (day.replace(day=1) + 32 * _DAY).replace(day=1),
}


def _days(
    since: datetime, until: datetime, unit: str, zone: tzinfo
) -> Iterator[tuple[str, datetime, datetime]]:
    day = _FIRST[unit](since.astimezone(zone).date())
    start = _midnight(day, zone)
    while start < until:
        following = _NEXT[unit](day)
        end = _midnight(following, zone)
        yield _day_label(day, unit), start, end
        day, start = following, end


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins; a midnight that the clock skips is the moment of the change."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _day_label(day: date, unit: str) -> str:
    if unit == WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    return f"{day:%Y-%m}" if unit == MONTH else day.isoformat()
