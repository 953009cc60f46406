"""What an admin writes as one word in a file (6s, 09:00-18:00, mon-fri), turned into a value.

Every value of our YAML dialect is text until the schema asks for a type; the functions here answer.
Each takes the text as written and raises ValueError with one sentence that says what to write
instead. Source: flow-language.md section 3, wording of F103, F105, F106 and F408.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60

_UNIT_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_UNITS = tuple(_UNIT_MS)
_PART = re.compile(r"([0-9]+)(ms|s|m|h|d)")
_DURATION = re.compile(r"(?:[0-9]+(?:ms|s|m|h|d))+")
_NUMBER = re.compile(r"-?([0-9]+)(?:\.[0-9]+)?")
_SHARE = re.compile(r"[0-9]{1,9}")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
_LOOSE_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOSE_DATE = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_INSTANT = re.compile(r"(\S+) (\S+) ([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)")
_DIGITS = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAME_MOST = 40
_NUMBER_MOST_DIGITS = 15
_LONGEST_MS = 10**15
_MS = timedelta(milliseconds=1)
_BOOL_WORDS = {"yes": "true", "on": "true", "y": "true", "1": "true", "evet": "true"} | {
    "no": "false",
    "off": "false",
    "n": "false",
    "0": "false",
    "hayır": "false",
}


class BackwardsRangeError(ValueError):
    """A range whose least is more than its most (F408)."""


def read_number(text: str) -> Decimal:
    """An exact number such as `-12.50`; at most 15 digits before the point."""
    found = _NUMBER.fullmatch(text)
    if not found:
        hint = text.replace(",", ".") if _NUMBER.fullmatch(text.replace(",", ".")) else "12 or 12.5"
        raise ValueError(f"{_shown(text)} is not a number; write {hint}")
    if len(found[1]) > _NUMBER_MOST_DIGITS:
        raise ValueError(f"{_shown(text)} is too large; at most 15 digits before the point")
    return Decimal(text)


def read_bool(text: str) -> bool:
    """`true` or `false`, nothing else (F106)."""
    if text in ("true", "false"):
        return text == "true"
    word = text.lower()
    right = word if word in ("true", "false") else _BOOL_WORDS.get(word, "true or false")
    raise ValueError(f"{_shown(text)} is not true or false; write {right}")


def read_duration(text: str) -> timedelta:
    """A length of time such as `90s`, `1m30s`, `250ms`; larger units first, each once."""
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{_shown(text)} is not a duration; write {_duration_hint(text)}")
    parts = _PART.findall(text)
    places = [_UNITS.index(unit) for _, unit in parts]
    if len(set(places)) < len(places):
        raise ValueError(f"{_shown(text)} has a unit twice; write each once, as in 1m30s")
    if places != sorted(places):
        right = "".join(
            count + unit for _, (count, unit) in sorted(zip(places, parts, strict=True))
        )
        raise ValueError(f"{_shown(text)} has its units out of order; write {right}")
    total_ms = sum(int(count[:18]) * _UNIT_MS[unit] for count, unit in parts)
    if len(text) > _NAME_MOST or total_ms > _LONGEST_MS:
        raise ValueError(f"{_shown(text)} is too long a duration")
    return timedelta(milliseconds=total_ms)


def duration_text(value: timedelta) -> str:
    """The duration as an admin would write it: `1m30s`. Parts below 1 ms are dropped."""
    left_ms, words = abs(value) // _MS, []
    for unit, unit_ms in _UNIT_MS.items():
        count, left_ms = divmod(left_ms, unit_ms)
        if count:
            words.append(f"{count}{unit}")
    sign = "-" if words and value < timedelta(0) else ""
    return sign + ("".join(words) or "0s")


def read_share(text: str) -> int:
    """A percent share, digits only. Whether shares sum to 100 is the caller's question (F607)."""
    if not _SHARE.fullmatch(text):
        raise ValueError(f"{_shown(text)} is not a share; write digits only, as in 50")
    return int(text)


def read_time(text: str) -> time:
    """A time of day `HH:MM`, 00:00 to 23:59."""
    minutes = _minutes(text)
    if minutes >= DAY_MINUTES:
        raise ValueError(f"{_shown(text)} is not a time; write 00:00 to 23:59")
    return time(*divmod(minutes, 60))


def read_date(text: str) -> date:
    """A day `YYYY-MM-DD` that exists."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"{_shown(text)} is not a date; write {_date_hint(text)}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{_shown(text)} is not a date; there is no such day") from None


def read_instant(text: str) -> tuple[datetime, str]:
    """A moment `YYYY-MM-DD HH:MM Zone/City` as (wall-clock time without zone, zone name).

    The zone name is not looked up here: zones are files, and this package reads none.
    """
    found = _INSTANT.fullmatch(text)
    if not found:
        raise ValueError(f"{_shown(text)} is not a moment; write 2026-11-23 10:30 Europe/Istanbul")
    return datetime.combine(read_date(found[1]), read_time(found[2])), found[3]


def read_days(text: str) -> tuple[int, ...]:
    """Days of the week, `sat` or `mon-fri` or over the week's end `sat-mon`; Monday is 0."""
    first, dash, last = text.partition("-")
    for word in (first, last) if dash else (first,):
        if word not in DAY_NAMES:
            raise ValueError(f"{_shown(text)} is not a day; write {_day_hint(word)}")
    start = DAY_NAMES.index(first)
    if not dash:
        return (start,)
    length = (DAY_NAMES.index(last) - start) % 7
    if not length:
        raise ValueError(f"{_shown(text)} is one day; write {first}")
    return tuple((start + step) % 7 for step in range(length + 1))


def read_time_range(text: str) -> tuple[int, int]:
    """Opening hours `09:00-18:00` as (start, end) in minutes after midnight, end not included.

    Over midnight (`20:00-02:00`) the end is past 1,440; the whole day is `00:00-24:00`.
    """
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError(f"{_shown(text)} is not a time range; write 09:00-18:00")
    start, end = _minutes(first), _minutes(last)
    if start >= DAY_MINUTES:
        raise ValueError(f"{_shown(text)} starts after the day has ended; write 00:00")
    if start == end:
        raise ValueError(f"{_shown(text)} is empty; write 00:00-24:00 for the whole day")
    return start, end if end > start else end + DAY_MINUTES


def read_digits_range(text: str) -> tuple[int, int]:
    """How many digits are wanted, `4` or `3-11`, as (least, most).

    Raises BackwardsRangeError (F408) for `16-4`, plain ValueError for anything else.
    """
    found = _DIGITS.fullmatch(text)
    if not found:
        raise ValueError(f"{_shown(text)} is not a count of digits; write 4 or 3-11")
    least, most = int(found[1]), int(found[2] or found[1])
    if least > most:
        raise BackwardsRangeError(f"digits {text}: the least is more than the most")
    return least, most


def read_name(text: str) -> str:
    """A name such as `lost_card`: a-z, 0-9 and _, a letter first, at most 40 characters (F105)."""
    if len(text) > _NAME_MOST:
        raise ValueError(f"{_shown(text)} is not a name; at most 40 characters")
    if not _NAME.fullmatch(text):
        begin = text[:1].isdigit() or text[:1] == "_"
        hint = "begin with a letter a-z" if begin else "use a-z, 0-9 and _"
        raise ValueError(f"{_shown(text)} is not a name; {hint}")
    return text


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate the author probably meant: at most 2 letters away, the closest, then by A-Z.

    A word of one or two letters needs to be closer than its own length, or all would be near.
    """
    known = sorted(candidates)
    for distance in range(min(2, max(len(word) - 1, 0)) + 1):
        for candidate in known:
            if _within(word, candidate, distance):
                return candidate
    return None


def _within(one: str, other: str, distance: int) -> bool:
    if abs(len(one) - len(other)) > distance:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    if not distance:
        return False
    one, other = one[same:], other[same:]
    ways = ((one[1:], other[1:]), (one[1:], other), (one, other[1:]))
    return any(_within(left, right, distance - 1) for left, right in ways)


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(f"{_shown(text)} is not a time; write {_time_hint(text)}")
    hours, minutes = int(found[1]), int(found[2])
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise ValueError(f"{_shown(text)} is not a time; write 00:00 to 23:59")
    return hours * 60 + minutes


def _time_hint(text: str) -> str:
    found = _LOOSE_TIME.fullmatch(text)
    return f"{found[1]:0>2}:{found[2]}" if found else "HH:MM"


def _date_hint(text: str) -> str:
    found = _LOOSE_DATE.fullmatch(text)
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else "YYYY-MM-DD"


def _duration_hint(text: str) -> str:
    found = re.match(r"[0-9]{1,6}", text)
    return f"{found[0]}s or {found[0]}m" if found and found[0] == text else "it as in 6s or 1m30s"


def _day_hint(word: str) -> str:
    short = word.strip().lower()[:3]
    return short if short in DAY_NAMES else "mon to sun, or mon-fri"


def _shown(text: str) -> str:
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
