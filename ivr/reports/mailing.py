"""When reports are mailed, and about which time: the day, week or month that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.reports.periods import DAY, MONTH, WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

LATE: Mapping[str, timedelta] = {
    DAY: timedelta(days=1),
    WEEK: timedelta(days=3),
    MONTH: timedelta(days=7),
}
"""How long after its time a report that was not sent is still worth sending."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mailed:
    """A report and who gets it when. every: day, week (Mondays) or month (the first), at a time of
    the house. by: as it is written in addresses of the page. queue, category: "" = all."""

    name: str
    report: str
    every: str
    at: time
    to: tuple[str, ...]
    account: str
    language: str
    by: str = ""
    queue: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One sending: its moment, and the time `[since, until)` that it is about."""

    at: datetime
    since: datetime
    until: datetime


def last_due(mailed: Mailed, now: datetime, zone: tzinfo) -> Due | None:
    """The last sending that should have happened by now; None where it is too late for it."""
    first = _first(mailed.every, now.astimezone(zone).date())
    if _moment(first, mailed.at, zone) > now:
        first = _first(mailed.every, first - _DAY)
    found = due_at(mailed, first, zone)
    return found if now - found.at < LATE[mailed.every] else None


def due_at(mailed: Mailed, day: date, zone: tzinfo) -> Due:
    """The sending of this day, about what was over then."""
    before = _first(mailed.every, day - _DAY)
    since, until = (_moment(each, time(0), zone) for each in (before, day))
    return Due(_moment(day, mailed.at, zone), since, until)


def _first(every: str, day: date) -> date:
    """The day, or the first day of its week or month."""
    if every == WEEK:
        return day - day.weekday() * _DAY
    return day.replace(day=1) if every == MONTH else day


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
