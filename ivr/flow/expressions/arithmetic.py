"""Exact calculating and comparing at run time, for numbers, money, text, days and durations.

Numbers are decimals with at most 15 digits before the point and 30 after it; a longer fraction is
rounded half to even. Moments are compared and moved on the world's clock, so a clock change in
spring or autumn neither adds nor loses an hour. Operands fit because the type check said so; a
TypeError here means that it was skipped.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException
from typing import Any, TypeAlias

from ivr.domain.values import Money, Sealed, Value, open_sealed
from ivr.flow.expressions.errors import EvaluationError
from ivr.flow.types import MAX_TEXT, PLACES, WHOLE_DIGITS

Operation: TypeAlias = Callable[[Any, Any], Value]
_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_STEP = Decimal(1).scaleb(-PLACES)
_ZERO = Decimal(0)
_ONE = Decimal(1)
_MICROSECOND = timedelta(microseconds=1)


def number(value: Decimal) -> Decimal:
    """The number within its limits: rounded to 30 places, E202 beyond 15 digits, never minus 0."""
    if not value:
        return _ZERO
    if value.adjusted() >= WHOLE_DIGITS:
        raise EvaluationError("E202", "a number has more than 15 digits before its point")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        return number(value.quantize(_STEP, context=_EXACT))
    return value


def rounded(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The number as a multiple of a power of ten, within its limits."""
    return number(value.quantize(step, rounding, _EXACT).quantize(min(step, _ONE), None, _EXACT))


def text(value: str) -> str:
    """The text itself; E203 beyond 10,000 characters."""
    if len(value) > MAX_TEXT:
        raise EvaluationError("E203", f"a text has more than {MAX_TEXT} characters")
    return value


def opened(value: Value) -> Value:
    """The value, taken out of its seal if it has one; only for the few readers of section 9."""
    return open_sealed(value) if isinstance(value, Sealed) else value


def calculate(word: str) -> Operation:
    """The function behind `+ - * / // %`: a fast way for two numbers, a table for the rest."""
    for_numbers, for_others = _NUMBERS[word], _OTHERS[word]

    def run(left: Value, right: Value) -> Value:
        if type(left) is Decimal and type(right) is Decimal:
            return for_numbers(left, right)
        chosen = for_others.get((_kind(left), _kind(right)))
        if chosen is None:
            raise TypeError(f"{word} does not take {_kind(left)} and {_kind(right)}")
        try:
            return chosen(left, right)
        except (OverflowError, ValueError):
            raise EvaluationError("E202", "a moment or duration is out of range") from None

    return run


def negative(value: Value) -> Value:
    """`-x` of a number, money or duration."""
    if isinstance(value, Decimal):
        return number(_EXACT.minus(value))
    if isinstance(value, Money):
        return Money(number(_EXACT.minus(value.amount)), value.currency)
    return scaled(_a_duration(value), Decimal(-1))


def scaled(length: timedelta, factor: Decimal) -> timedelta:
    """A duration times a number, rounded to the microsecond."""
    exact = _EXACT.multiply(Decimal(length // _MICROSECOND), factor)
    try:
        return timedelta(microseconds=int(exact.to_integral_value(ROUND_HALF_EVEN)))
    except OverflowError:
        raise EvaluationError("E202", "a duration is out of range") from None


def moved(moment: datetime, length: timedelta) -> datetime:
    """The moment so much later, in its own zone; E202 beyond the calendar."""
    try:
        return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
    except (OverflowError, ValueError):
        raise EvaluationError("E202", "a moment is out of range") from None


def elapsed(later: datetime, earlier: datetime) -> timedelta:
    """The true time between two moments, whatever the clocks did."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)


def rank(value: Value) -> Any:  # noqa: ANN401 - whatever Python can order
    """What stands for the value when it is compared: money by amount, moments in UTC."""
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value


def equal(left: Value, right: Value) -> bool:
    """`==`; also between a sealed value and a plain one."""
    if type(left) is type(right) and isinstance(left, (str, Decimal, bool)):
        return left == right
    return bool(rank(opened(left)) == rank(opened(right)))


def unequal(left: Value, right: Value) -> bool:
    """`!=`."""
    return not equal(left, right)


def contained(item: Value, items: Value) -> bool:
    """`in`."""
    if not isinstance(items, tuple):
        raise TypeError("in wants a list")
    return any(equal(item, other) for other in items)


def not_contained(item: Value, items: Value) -> bool:
    """`not in`."""
    return not contained(item, items)


def _ordering(word: str) -> Callable[[Value, Value], bool]:
    order: Callable[[Any, Any], bool] = _ORDERS[word]

    def run(left: Value, right: Value) -> bool:
        if type(left) is Decimal and type(right) is Decimal:
            return order(left, right)
        return order(rank(left), rank(right))

    return run


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": equal,
    "!=": unequal,
    "in": contained,
    "not in": not_contained,
    **{word: _ordering(word) for word in _ORDERS},
}


def _kind(value: object) -> str:
    for kind, name in _KINDS.items():
        if isinstance(value, kind):
            return name
    return type(value).__name__


_KINDS: Mapping[type, str] = {
    Decimal: "number",
    str: "text",
    Money: "money",
    timedelta: "duration",
    datetime: "datetime",
}


def _a_duration(value: Value) -> timedelta:
    if not isinstance(value, timedelta):
        raise TypeError(f"- does not take {_kind(value)}")
    return value


def _divided(left: Decimal, right: Decimal) -> Decimal:
    _refuse_zero(right)
    return _EXACT.divide(left, right)


def _refuse_zero(value: Decimal | timedelta) -> None:
    if not value:
        raise EvaluationError("E201", "division by zero")


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    _refuse_zero(right)
    rest = _EXACT.remainder(left, right)
    return _EXACT.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def _floor_divided(left: Decimal, right: Decimal) -> Decimal:
    rest = _remainder(left, right)
    return _EXACT.divide(_EXACT.subtract(left, rest), right).to_integral_value()


def _bounded(
    operation: Callable[[Decimal, Decimal], Decimal],
) -> Callable[[Decimal, Decimal], Decimal]:
    def run(left: Decimal, right: Decimal) -> Decimal:
        try:
            return number(operation(left, right))
        except DecimalException:
            raise EvaluationError("E202", "a number is out of range") from None

    return run


_NUMBERS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _bounded(_EXACT.add),
    "-": _bounded(_EXACT.subtract),
    "*": _bounded(_EXACT.multiply),
    "/": _bounded(_divided),
    "//": _bounded(_floor_divided),
    "%": _bounded(_remainder),
}


def _money(word: str) -> Operation:
    operation = _NUMBERS[word]

    def run(left: Money, right: Money) -> Money:
        return Money(operation(left.amount, right.amount), left.currency)

    return run


def _money_and_number(word: str) -> Operation:
    operation = _NUMBERS[word]

    def run(left: Money, right: Decimal) -> Money:
        return Money(operation(left.amount, right), left.currency)

    return run


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


def _money_ratio(left: Money, right: Money) -> Decimal:
    return _NUMBERS["/"](left.amount, right.amount)


def _duration_part(left: timedelta, right: Decimal) -> timedelta:
    _refuse_zero(right)
    return scaled(left, _EXACT.divide(Decimal(1), right))


def _duration_ratio(left: timedelta, right: timedelta) -> Decimal:
    _refuse_zero(right)
    return _NUMBERS["/"](Decimal(left // _MICROSECOND), Decimal(right // _MICROSECOND))


def _joined(left: str, right: str) -> str:
    return text(left + right)


_Pair: TypeAlias = tuple[str, str]
_OTHERS: Mapping[str, Mapping[_Pair, Operation]] = {
    "+": {
        ("text", "text"): _joined,
        ("money", "money"): _money("+"),
        ("duration", "duration"): operator.add,
        ("datetime", "duration"): moved,
        ("duration", "datetime"): _swapped(moved),
    },
    "-": {
        ("money", "money"): _money("-"),
        ("duration", "duration"): operator.sub,
        ("datetime", "duration"): lambda moment, length: moved(moment, -length),
        ("datetime", "datetime"): elapsed,
        ("date", "date"): operator.sub,
    },
    "*": {
        ("money", "number"): _money_and_number("*"),
        ("number", "money"): _swapped(_money_and_number("*")),
        ("duration", "number"): scaled,
        ("number", "duration"): _swapped(scaled),
    },
    "/": {
        ("money", "number"): _money_and_number("/"),
        ("money", "money"): _money_ratio,
        ("duration", "number"): _duration_part,
        ("duration", "duration"): _duration_ratio,
    },
    "//": {},
    "%": {},
}
