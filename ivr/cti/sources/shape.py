"""From what a system answers to the values that a flow works with, or to what does not fit.

Raw values are those of JSON (numbers as int or Decimal), or the text of a table's cell or of a flow
test; a text is read as the same type would be read in a flow file. Opens nothing, reads no clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypeAlias

from ivr.domain.phone import parse_phone
from ivr.domain.values import Money, Value
from ivr.flow.types import (
    MAX_LIST,
    MAX_TEXT,
    PHONE,
    PLACES,
    WHOLE_DIGITS,
    Type,
    ZoneOf,
    parse_literal,
)

Raw: TypeAlias = "bool | int | Decimal | str | Sequence[Raw] | Mapping[str, Raw] | None"
Route: TypeAlias = tuple[str | int, ...]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_S = 10**9


@dataclass(frozen=True, slots=True)
class Customs:
    """How people of this place write: country of national numbers, time zone of bare times."""

    country: str
    zone: tzinfo
    zone_of: ZoneOf


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The field that does not fit, and one sentence."""

    field: str
    message: str


def to_record(
    raw: Raw, gives: Mapping[str, Type], customs: Customs, routes: Mapping[str, Route] | None = None
) -> dict[str, Value] | Mismatch:
    """The record of a source, or the first field that does not fit.

    routes: the way to a field, (name,) if not given. A required field that is missing or of the
    wrong type is a Mismatch; an optional one is then None.
    """
    record: dict[str, Value] = {}
    for name, kind in gives.items():
        found = _walk(raw, (routes or {}).get(name, (name,)))
        try:
            record[name] = to_value(found, kind.present, customs)
        except ValueError as error:
            if not kind.optional:
                return Mismatch(name, str(error))
            record[name] = None
    return record


def _walk(raw: Raw, route: Route) -> Raw:
    for step in route:
        if isinstance(step, str):
            raw = raw.get(step) if isinstance(raw, Mapping) else None
        elif isinstance(raw, Sequence) and not isinstance(raw, str) and step < len(raw):
            raw = raw[step]
        else:
            return None
    return raw


def to_value(raw: Raw, kind: Type, customs: Customs) -> Value:
    """One value of a type. Raises ValueError with a sentence that never repeats the value."""
    if raw is None:
        raise ValueError(f"there is no {kind}")
    reader = _READERS.get(kind.name)
    try:
        value = reader(raw, kind, customs) if reader else None
        if value is None and isinstance(raw, str):
            value = parse_literal(raw, kind, zone_of=customs.zone_of)
    except (ValueError, ArithmeticError):
        value = None
    if value is None:
        raise ValueError(f"this is not a {kind}")
    return value


def clean_text(text: str) -> str:
    """The text in one spelling (NFC), without control characters."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _text(raw: Raw, _kind: Type, _customs: Customs) -> Value:
    if not isinstance(raw, str):
        return None
    text = clean_text(raw)
    return text if len(text) <= MAX_TEXT else None


def _bool(raw: Raw, _kind: Type, _customs: Customs) -> Value:
    return raw if isinstance(raw, bool) else None


def _decimal(raw: Raw) -> Decimal | None:
    """A JSON number, or its text; exact and within the bounds of `number`."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        return None
    number = Decimal(raw)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() >= WHOLE_DIGITS or -exponent > PLACES:
        return None
    return number


def _number(raw: Raw, _kind: Type, _customs: Customs) -> Value:
    return None if isinstance(raw, str) else _decimal(raw)


def _money(raw: Raw, kind: Type, _customs: Customs) -> Value:
    amount = None if isinstance(raw, str) else _decimal(raw)
    if amount is None or amount != round(amount, 2):
        return None
    return Money(round(amount, 2) or Decimal(0), kind.currency)


def _phone(raw: Raw, _kind: Type, customs: Customs) -> Value:
    return parse_phone(raw, customs.country) if isinstance(raw, str) else None


def _datetime(raw: Raw, _kind: Type, customs: Customs) -> Value:
    """ISO 8601; a time without an offset is one of this place."""
    if not isinstance(raw, str) or not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", raw):
        return None
    moment = datetime.fromisoformat(raw)
    return moment if moment.tzinfo else moment.replace(tzinfo=customs.zone)


def _duration(raw: Raw, _kind: Type, _customs: Customs) -> Value:
    """Seconds, when it is a number."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal) or not 0 <= raw <= _LONGEST_S:
        return None
    return timedelta(milliseconds=int(raw * 1000))


def _list(raw: Raw, kind: Type, customs: Customs) -> Value:
    if isinstance(raw, str) or not isinstance(raw, Sequence) or len(raw) > MAX_LIST:
        return None
    if kind.item is None:
        return None
    item = kind.item
    return tuple(to_value(each, item, customs) for each in raw)


_READERS: Mapping[str, Callable[[Raw, Type, Customs], Value]] = {
    "text": _text,
    "bool": _bool,
    "number": _number,
    "money": _money,
    PHONE.name: _phone,
    "datetime": _datetime,
    "duration": _duration,
    "list": _list,
}
"""What JSON says in its own way; a type left out, or None from here, is read from its text."""
