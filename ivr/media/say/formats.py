"""The table of formats: which values each one takes and which argument it may carry.

Source: flow-language.md 6.1. The flow checker asks here (F504); `speak` and `write` ask again.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CURRENCIES = ("TRY", "USD", "EUR", "GBP", "AZN")

FORMATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "": ("text", "digits", "language"),
        "number": ("number",),
        "ordinal": ("number",),
        "percent": ("number",),
        "money": ("money",),
        "digits": ("digits", "text"),
        "code": ("text", "digits"),
        "phone": ("phone",),
        "date": ("date",),
        "time": ("time",),
        "datetime": ("datetime",),
        "duration": ("duration",),
        "count": ("number",),
    }
)

_ARGUMENTS: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        "digits": (re.compile(r"[1-9]?"), "takes a group size from 1 to 9, as digits:4"),
        "date": (re.compile(r"(full)?"), "takes only :full"),
        "time": (re.compile(r"(at)?"), "takes only :at"),
        "datetime": (re.compile(r"(at)?"), "takes only :at"),
        "duration": (re.compile(r"(about)?"), "takes only :about"),
        "count": (
            re.compile(r"\s*[^,\s][^,]*,\s*[^,\s][^,]*"),
            "needs the words for one and for many, as count:message,messages",
        ),
    }
)

_MONEY = re.compile(r"money(?:\(([A-Z]{3})\))?")


class FormatError(ValueError):
    """A value cannot be said or written this way. The message never holds the value itself."""


def format_problem(fmt: str, argument: str) -> str | None:
    """What is wrong with `{..|fmt:argument}` whatever the value is, or None if nothing is."""
    if fmt not in FORMATS:
        known = ", ".join(name for name in FORMATS if name)
        return f'no format "{fmt}"; the formats are {known}'
    if fmt not in _ARGUMENTS:
        return f'{fmt or "plain text"} takes no argument, found ":{argument}"' if argument else None
    pattern, rule = _ARGUMENTS[fmt]
    return None if pattern.fullmatch(argument) else f'{fmt} {rule}; found ":{argument}"'


def accepts(fmt: str, type_name: str) -> bool:
    """Whether a value of this flow type can be formatted so.

    `type_name` is written as in a flow; a trailing `?` does not matter, `sealed ..` never fits,
    and `money(JPY)` does not fit because nobody taught us to say it.
    """
    name = type_name.strip().removesuffix("?")
    money = _MONEY.fullmatch(name)
    if money is None:
        return name in FORMATS.get(fmt, ())
    return fmt == "money" and (money[1] is None or money[1] in CURRENCIES)
