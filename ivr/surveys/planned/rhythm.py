"""When a plan comes round: the `every` of its file, in local time and without a zone.

The part of the recurrence rules of RFC 5545 that says days and hours. A rule in a file has no start
of its own, so all are counted from one Monday; whoever edits a file does not shift its rhythm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dateutil.rrule import rrulestr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

ANCHOR = datetime(2024, 1, 1, 10, 0)  # noqa: DTZ001 - local, of whatever zone the house has
"""A Monday at ten: from it months and weeks are counted, and it is the hour if none is given."""
HOUR = time(10, 0)
_KEYS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYHOUR", "BYMINUTE")
_KNOWN = frozenset((*_KEYS, "UNTIL", "WKST"))
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6})?")
_DAY = re.compile(r"[+-]?[0-9]{1,2}")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST = 200
_END = "20991231"
"""Of a rule that has none, so that one that never comes is found to be so soon."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days and hours that come again; local times without a zone."""

    rule: Any

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Each time in `(after, until]`, in order."""
        return [each for each in self.rule.between(after, until, inc=True) if each > after]

    def following(self, after: datetime) -> datetime | None:
        """The first time later than one; None = it never comes again."""
        found: datetime | None = self.rule.after(after)
        return found


@lru_cache(maxsize=64)
def read_rhythm(text: str) -> Rhythm:
    """The rhythm of a text such as `FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=10;BYHOUR=10`.

    Raises ValueError, with what to write instead, for what is none, and for what never comes.
    """
    parts = _parts(text.strip())
    _check(parts)
    rule = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        found = rrulestr(
            rule if "UNTIL" in parts else f"{rule};UNTIL={_END}", dtstart=ANCHOR, cache=True
        )
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ValueError(f'"{text}" cannot be read: {error}') from None
    rhythm = Rhythm(found)
    if rhythm.following(ANCHOR.replace(year=ANCHOR.year - 1)) is None:
        raise ValueError(f'"{text}" never comes: there is no such day')
    return rhythm


def times(every: str, dates: Iterable[date], after: datetime, until: datetime) -> list[datetime]:
    """Every time of a plan in `(after, until]`, local, in order. every: "" = none."""
    again = read_rhythm(every).between(after, until) if every else []
    found = dict.fromkeys([*(datetime.combine(day, HOUR) for day in dates), *again])
    return sorted(each for each in found if after < each <= until)


def next_time(every: str, dates: Iterable[date], after: datetime) -> datetime | None:
    """The first time of a plan that is later than one; None = it comes no more."""
    found = [datetime.combine(day, HOUR) for day in dates]
    again = read_rhythm(every).following(after) if every else None
    later = [each for each in (*found, again) if each is not None and each > after]
    return min(later, default=None)


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.removeprefix("RRULE:").split(";"):
        match = _PART.fullmatch(part)
        if match is None or len(text) > _LONGEST:
            raise ValueError(f'"{part[:40]}" is no part of a rule; write it as in FREQ=MONTHLY')
        if match[1] in found:
            raise ValueError(f"{match[1]} stands there twice")
        found[match[1]] = match[2]
    return found


def _check(parts: dict[str, str]) -> None:
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"FREQ is one of {', '.join(_FREQUENCIES)}")
    if "COUNT" in parts:
        raise ValueError("COUNT has no start to count from; write UNTIL=20261231")
    unknown = [key for key in parts if key not in _KNOWN]
    if unknown:
        raise ValueError(f"{unknown[0]} is not known here; there are {', '.join(_KEYS)}, UNTIL")
    if "UNTIL" in parts and _UNTIL.fullmatch(parts["UNTIL"]) is None:
        raise ValueError("UNTIL is a local day, as in UNTIL=20261231")
    if parts.get("INTERVAL", "1").strip("0") == "":
        raise ValueError("INTERVAL is 1 or more")
    if "BYSETPOS" in parts and parts["FREQ"] not in _FREQUENCIES[2:]:
        raise ValueError("BYSETPOS counts within a month or a year")
    _check_days(parts)


def _check_days(parts: dict[str, str]) -> None:
    """Found at once, where the rule itself would look for such a day up to the year 9999."""
    months = [int(each) for each in parts.get("BYMONTH", "").split(",") if each.isdecimal()]
    days = [
        abs(int(each)) for each in parts.get("BYMONTHDAY", "").split(",") if _DAY.fullmatch(each)
    ]
    longest = max((_LENGTHS[each - 1] for each in months if 1 <= each <= 12), default=31)
    if days and min(days) > longest:
        raise ValueError(f"it never comes: these months have {longest} days at most")
