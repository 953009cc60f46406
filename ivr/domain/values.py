"""The values a flow works with, beside plain text, numbers and dates.

At run time the types of the flow language are: `text digits phone language` = `str`, `number` =
`Decimal`, `money` = `Money`, `bool`, `date`, `time`, `datetime` (aware) and `duration` =
`timedelta` of the standard library, a record = `dict[str, Value]`, a list = `tuple`, a missing
value = `None`, and anything sealed = `Sealed` around its text. `int` and `float` stand only in the
engine's own memory and notes, never in a variable of a flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time, timedelta
    from decimal import Decimal

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. `amount` has at most 2 places after it was rounded for speech or writing."""

    amount: Decimal
    currency: str


class Sealed:
    """A secret (card number, PIN) that prints as dots and refuses plain JSON.

    Only `open_sealed` looks inside, so that every reader of a secret can be found by one search.
    """

    __slots__ = ("_inside",)

    def __init__(self, inside: str) -> None:
        self._inside = inside

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other._inside == self._inside

    def __hash__(self) -> int:
        return hash(("Sealed", self._inside))

    def __bool__(self) -> bool:
        return bool(self._inside)

    def __reduce__(self) -> str:
        raise TypeError("a sealed value cannot be pickled")


def open_sealed(value: Sealed) -> str:
    """The text inside a sealed value. Never log, store or speak what this returns."""
    return value._inside


Value: TypeAlias = (
    "bool | int | float | str | Decimal | Money | date | time | datetime | timedelta"
    " | Sealed | Mapping[str, Value] | tuple[Value, ...] | None"
)
