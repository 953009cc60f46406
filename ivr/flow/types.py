"""The types of the flow language: how they are written, which fits where, and their literals.

A type says what a value is (`digits`, `money`), whether it is a secret (`sealed`) and whether it
may be missing (`?`). The run-time shape of each value is listed in `ivr.domain.values`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeAlias

from ivr.domain import scalars
from ivr.domain.values import Money, Value

Path: TypeAlias = tuple[str, ...]

MAX_TEXT = 10_000
"""Longest text, in characters."""
MAX_LIST = 100
"""Most items of a list."""
WHOLE_DIGITS = 15
"""Most digits of a number before its point."""
PLACES = 30
"""Most digits of a number after its point; a literal may write 15 of them."""
TEXT_FAMILY = frozenset({"text", "digits", "phone", "language"})
"""Types whose value is text at run time; all pass where `text` is wanted."""
SCALARS = (
    *("bool", "date", "datetime", "digits", "duration", "language"),
    *("money", "number", "phone", "text", "time"),
)
SEALABLE = ("digits", "phone", "text")


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is. For a record `name` is the record's name and `fields` its fields.

    currency: of `money` only. item: of `list` only; None = an empty list literal.
    """

    name: str
    sealed: bool = False
    optional: bool = False
    currency: str = ""
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """The type as an admin writes it."""
        base = self.name
        if self.name == "money" and self.currency:
            base = f"money({self.currency})"
        elif self.name == "list" and self.item is not None:
            base = f"list {self.item}"
        return ("sealed " if self.sealed else "") + base + ("?" if self.optional else "")

    @property
    def is_record(self) -> bool:
        """Whether its values have named fields."""
        return self.name not in SCALARS and self.name not in {"list", "unknown"}

    @property
    def present(self) -> Type:
        """The same type, but never missing."""
        return replace(self, optional=False) if self.optional else self


TEXT, DIGITS, NUMBER, BOOL = Type("text"), Type("digits"), Type("number"), Type("bool")
DATE, TIME, DATETIME, DURATION = Type("date"), Type("time"), Type("datetime"), Type("duration")
PHONE, LANGUAGE = Type("phone"), Type("language")
UNKNOWN = Type("unknown")
"""The type of an expression with a mistake; it fits everywhere, so nothing is told twice."""
TICKET = Type("ticket", fields={"number": TEXT, "id": TEXT})


def _maybe(kind: Type) -> Type:
    return replace(kind, optional=True)


STANDARD: Mapping[Path, Type] = {
    **{("call", name): TEXT for name in ("id", "channel", "trunk")},
    ("call", "ani"): _maybe(PHONE),
    ("call", "dnis"): PHONE,
    ("call", "language"): LANGUAGE,
    ("call", "started"): DATETIME,
    ("call", "talked"): BOOL,
    ("call", "test"): BOOL,
    ("hours", "*", "open"): BOOL,
    ("hours", "*", "next_open"): DATETIME,
    ("hours", "*", "closes_at"): _maybe(DATETIME),
    ("queues", "*", "open"): BOOL,
    ("queues", "*", "waiting"): NUMBER,
    ("queues", "*", "agents"): NUMBER,
    ("queues", "*", "longest"): _maybe(DURATION),
    ("queues", "*", "estimate"): _maybe(DURATION),
    ("queue", "name"): TEXT,
    ("queue", "position"): NUMBER,
    ("queue", "estimate"): _maybe(DURATION),
    ("callback", "at"): DATETIME,
    ("heard", "by"): TEXT,
    ("heard", "reason"): TEXT,
    ("heard", "tries"): NUMBER,
    ("heard", "words"): _maybe(TEXT),
    ("now",): DATETIME,
    ("today",): DATE,
}
"""The names every flow has; `*` stands for the name of an hours entry or a queue."""


def standard_type(path: Path) -> Type | None:
    """The type of a standard name such as `call.ani`, None if there is no such name."""
    if len(path) == 3 and path[0] in {"hours", "queues"}:
        return STANDARD.get((path[0], "*", path[2]))
    return STANDARD.get(path)


def field_type(record: Type, path: Path) -> Type | None:
    """The type found by walking the fields of a record; the record itself for an empty path."""
    found: Type | None = record
    for name in path:
        found = found.fields.get(name) if found is not None else None
    return found


class TypeNameError(ValueError):
    """A type that does not exist. `suggestion` is a near name, or empty."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def parse_type(text: str, *, currency: str, records: Mapping[str, Type]) -> Type:
    """Read a type as written in `vars`: `text`, `sealed digits?`, `money(USD)`, `list text`.

    currency: what plain `money` means. records: source names with their fields. Raises
    `TypeNameError`.
    """
    words = text.removesuffix("?").split()
    is_sealed, is_list = words[:1] == ["sealed"], words[:1] == ["list"]
    if len(words) != 1 + (is_sealed or is_list):
        raise TypeNameError(f'"{text}" is not a type')
    found = _base_type(words[-1], currency, records)
    if is_sealed:
        if found.name not in SEALABLE:
            raise TypeNameError(f"{found.name} cannot be sealed; {', '.join(SEALABLE)} can")
        found = replace(found, sealed=True)
    if is_list:
        found = Type("list", item=found)
    return _maybe(found) if text.endswith("?") else found


def _base_type(word: str, currency: str, records: Mapping[str, Type]) -> Type:
    name, bracket, rest = word.partition("(")
    if bracket:
        if name != "money" or not re.fullmatch(r"[A-Z]{3}\)", rest):
            raise TypeNameError(f'"{word}" is not a type; money takes a currency as money(USD)')
        return Type("money", currency=rest[:-1])
    if word == "money":
        return Type("money", currency=currency)
    if word in SCALARS:
        return Type(word)
    if word == "ticket":
        return TICKET
    if word in records:
        return records[word]
    raise TypeNameError(f'no type "{word}"', nearest(word, (*SCALARS, "ticket", *records)))


def assignable(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may be put where the other is wanted.

    `digits`, `phone` and `language` pass as `text`, never back; sealed passes only to sealed and
    plain only to plain; a value that may be missing only where that is accepted.
    """
    if UNKNOWN in {given, wanted}:
        return True
    if given.sealed != wanted.sealed or (given.optional and not wanted.optional):
        return False
    if wanted.name == "text":
        return given.name in TEXT_FAMILY
    if given.name != wanted.name or given.currency != wanted.currency:
        return False
    if given.item is not None and wanted.item is not None:
        return assignable(given.item, wanted.item)
    return True


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that is at most 2 typing mistakes away and shorter than a new word, or ``""``."""
    return scalars.nearest(word, names) or ""


ZoneOf: TypeAlias = Callable[[str], tzinfo]


def parse_literal(text: str, wanted: Type, *, zone_of: ZoneOf | None = None) -> Value:
    """Turn the text of a YAML scalar into a value of the wanted type.

    zone_of: finds a time zone by name, needed for moments (`2026-11-23 10:30 Europe/Istanbul`);
    without it only `UTC` is known. Raises ValueError with a sentence for the admin.
    """
    if wanted.sealed:
        raise ValueError("a sealed value is never written down; only a secret question gives one")
    if wanted.name == "money":
        return Money(_amount(text), wanted.currency)
    if wanted.name == "datetime":
        return _moment(text, zone_of)
    reader = _READERS.get(wanted.name)
    if reader is None:
        raise ValueError(f"a {wanted.name} cannot be written as one value")
    return reader(text)


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(f"the text has {len(text)} characters, at most {MAX_TEXT}")
    return text


def _pattern_reader(pattern: str, complaint: str) -> Callable[[str], str]:
    shape = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not shape.fullmatch(text):
            raise ValueError(f'"{text}" {complaint}')
        return _text(text)

    return read


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(f'"{text}" is not a number; write it as 12 or 12.5')
    whole, _, places = text.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > WHOLE_DIGITS or len(places) > WHOLE_DIGITS:
        raise ValueError(f'"{text}" is too long; at most 15 digits before and 15 after the point')
    return Decimal(text) or Decimal(0)


def _amount(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", text):
        raise ValueError(f'"{text}" is not an amount; write it as 12 or 12.50')
    return _number(text)


def _bool(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower())
    right = meant or (text.lower() if text.lower() in {"true", "false"} else "")
    raise ValueError(f'"{text}" is not true or false' + (f"; write {right}" if right else ""))


def _date(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f'"{text}" is not a day of the calendar') from None
    raise ValueError(f'"{text}" is not a date; write it as 2026-11-23')


def _time(text: str) -> time:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f'"{text}" is not a time; write it as 09:30')
    return time(int(text[:2]), int(text[3:]))


def _moment(text: str, zone_of: ZoneOf | None) -> datetime:
    words = text.split(" ")
    if len(words) != 3:
        raise ValueError(f'"{text}" is not a moment; write it as 2026-11-23 10:30 Europe/Istanbul')
    return datetime.combine(_date(words[0]), _time(words[1]), _zone(words[2], zone_of))


def _zone(name: str, zone_of: ZoneOf | None) -> tzinfo:
    if zone_of is None and name != "UTC":
        raise ValueError(f'the time zone "{name}" is not known here; write the moment in UTC')
    try:
        return UTC if zone_of is None else zone_of(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'no time zone "{name}"') from None


_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def _duration(text: str) -> timedelta:
    if not re.fullmatch(r"([0-9]{1,9}(ms|s|m|h|d))+", text):
        right = f"; write {text}s or {text}m" if re.fullmatch(r"[0-9]{1,9}", text) else ""
        raise ValueError(f'"{text}" is not a duration' + (right or "; write it as 1m30s"))
    parts = re.findall(r"([0-9]+)(ms|s|m|h|d)", text)
    try:
        return timedelta(milliseconds=sum(int(count) * _UNITS_MS[unit] for count, unit in parts))
    except OverflowError:
        raise ValueError(f'"{text}" is too long') from None


def write_duration(length: timedelta) -> str:
    """A duration as an admin writes it, down to the millisecond: `1m30s`, `-2h`, `0s`."""
    left_ms = abs(length) // timedelta(milliseconds=1)
    pieces = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, left_ms = divmod(left_ms, _UNITS_MS[unit])
        pieces.append(f"{count}{unit}" if count else "")
    written = "".join(pieces) or "0s"
    return f"-{written}" if length < timedelta(0) and written != "0s" else written


_READERS: Mapping[str, Callable[[str], Value]] = {
    "text": _text,
    "digits": _pattern_reader(r"[0-9*#]*", "is not digits; only 0-9, * and # are"),
    "phone": _pattern_reader(
        r"\+[1-9][0-9]{6,14}", "is not a phone number; write it as +905321112233"
    ),
    "language": _pattern_reader(
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "is not a language; write it as tr or en"
    ),
    "number": _number,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "duration": _duration,
}
