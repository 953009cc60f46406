"""Writing a lookup: inputs into an address, percent-encoded, or into a JSON body.

Percent-encoding: RFC 3986 section 2. A sealed value is opened here and nowhere else on its way to
another system, and only for a body that may carry it.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.domain.scalars import duration_text
from ivr.domain.values import Money, Sealed, Value, open_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.types import Type

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DOTS = frozenset(("", ".", ".."))


class UnsendableError(ValueError):
    """These inputs cannot be sent this way; nothing has left."""


def fill_address(template: str, inputs: Mapping[str, Value]) -> str:
    """The address with each `{name}` filled in; a query part whose input is missing is left out.

    Raises UnsendableError for a sealed or missing value, or one that would climb the path.
    """
    address, question, query = template.partition("?")
    origin, path = _cut(address)
    segments = [_fill_segment(segment, inputs) for segment in path.split("/")]
    filled = origin + "/".join(segments)
    if not question:
        return filled
    parts = [_fill(part, inputs) for part in query.split("&") if _has_all(part, inputs)]
    return f"{filled}?{'&'.join(parts)}" if parts else filled


def _cut(address: str) -> tuple[str, str]:
    start = address.find("/", address.find("://") + 3)
    return (address, "") if start < 0 else (address[:start], address[start:])


def _has_all(part: str, inputs: Mapping[str, Value]) -> bool:
    return all(inputs.get(name) is not None for name in _PLACE.findall(part))


def _fill_segment(segment: str, inputs: Mapping[str, Value]) -> str:
    filled = _fill(segment, inputs)
    if filled in _DOTS and filled != segment:
        raise UnsendableError("a value would change the path of the address")
    return filled


def _fill(part: str, inputs: Mapping[str, Value]) -> str:
    return _PLACE.sub(lambda found: quote(written(inputs.get(found[1])), safe=""), part)


def written(value: Value) -> str:
    """A value as text for an address: numbers plain, dates and times by ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return f"{value.amount:f}"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise UnsendableError("a value of this kind does not fit into an address")


def to_body(inputs: Mapping[str, Value], takes: Mapping[str, Type], *, private: bool) -> bytes:
    """One JSON object of the inputs that are there, exact numbers, in the order of `takes`.

    private: whether nobody on the way can read it (https, or this machine). Raises UnsendableError
    for a sealed value otherwise, or where the source did not ask for a sealed one.
    """
    parts = []
    for name, kind in takes.items():
        value = inputs.get(name)
        if value is None:
            continue
        if isinstance(value, Sealed):
            if not (kind.sealed and private):
                raise UnsendableError("a sealed value may not travel this way")
            value = open_sealed(value)
        parts.append(f"{json.dumps(name)}:{_json(value)}")
    return ("{" + ",".join(parts) + "}").encode("utf-8")


def _json(value: Value) -> str:
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return f"{value.amount:f}"
    if isinstance(value, tuple):
        return "[" + ",".join(_json(each) for each in value) + "]"
    return json.dumps(written(value))
