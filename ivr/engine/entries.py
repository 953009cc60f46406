"""What a caller typed on a keypad, turned into a value of the variable's type."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.domain.phone import parse_phone
from ivr.domain.values import Money, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.types import Type
    from ivr.flow.world import World

WHOLE_DIGITS = 15
"""The most digits of a number before its decimal point."""


def entered(keys: str, wanted: Type, world: World) -> Value:
    """The value, or None if these keys are none (then the try counts as `check_failed`).

    number and money: `*` is the decimal point. bool: 1 or 2. date: DDMMYYYY. time: HHMM. phone: a
    number as dialled in the country of the configuration, or with 00. (flow-language.md section 5)
    """
    convert = _CONVERSIONS.get(wanted.name, _never)
    try:
        return convert(keys, wanted, world)
    except (ValueError, ArithmeticError):
        return None


def _never(_keys: str, _wanted: Type, _world: World) -> Value:
    """Types that nobody can type on a keypad, such as a duration."""
    return None


def _as_typed(keys: str, _wanted: Type, _world: World) -> Value:
    return keys


def _number(keys: str, _wanted: Type, _world: World) -> Value:
    whole, _, fraction = keys.partition("*")
    if not (whole + fraction).isdecimal() or len(whole.lstrip("0")) > WHOLE_DIGITS:
        raise ValueError(keys)
    return Decimal(f"{whole or '0'}.{fraction}" if fraction else whole)


def _money(keys: str, wanted: Type, world: World) -> Value:
    amount = _number(keys, wanted, world)
    if not isinstance(amount, Decimal) or amount != round(amount, 2):
        raise ValueError(keys)
    return Money(amount, wanted.currency or world.currency)


def _bool(keys: str, _wanted: Type, _world: World) -> Value:
    return {"1": True, "2": False}.get(keys)


def _date(keys: str, _wanted: Type, _world: World) -> Value:
    if len(keys) != 8:
        raise ValueError(keys)
    return date(int(keys[4:]), int(keys[2:4]), int(keys[:2]))


def _time(keys: str, _wanted: Type, _world: World) -> Value:
    if len(keys) != 4:
        raise ValueError(keys)
    return time(int(keys[:2]), int(keys[2:]))


def _phone(keys: str, _wanted: Type, world: World) -> Value:
    return parse_phone(keys, world.country)


_CONVERSIONS: Mapping[str, Callable[[str, Type, World], Value]] = {
    "digits": _as_typed,
    "text": _as_typed,
    "number": _number,
    "money": _money,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "phone": _phone,
}
