"""What the functions of the flow language do when a call runs them.

Every function takes the environment first and then its values, already evaluated and of the right
types. `known`, `default`, `like`, `matches` and `visits` need more than values: see `evaluate`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain import fold as letters
from ivr.domain.values import Money, Value
from ivr.flow.expressions import arithmetic, checks
from ivr.flow.expressions.errors import EvaluationError
from ivr.flow.types import PLACES, write_duration

if TYPE_CHECKING:
    from ivr.flow.expressions.environment import Env

Implementation: TypeAlias = Callable[..., Value]
_NUMBER = re.compile(r"-?0*[0-9]{1,15}(\.[0-9]{1,30})?")
_SECONDS_PER_HOUR = Decimal(3600)


def keep_share(key: str, salt: str, total: int) -> int:
    """A number from 0 to total - 1 that is always the same for a key and a salt (verb `split`).

    SHA-256 over salt, a zero byte and the key, as a whole number modulo `total`.
    """
    return _digest(f"{salt}\0{key}") % total


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def _whole(value: Decimal) -> int:
    return int(value)


def _len(_env: Env, text: Value) -> Value:
    return Decimal(len(_plain(text)))


def _plain(value: Value) -> str:
    return str(arithmetic.opened(value))


def _first(_env: Env, text: str, count: Decimal) -> Value:
    return text[: max(_whole(count), 0)]


def _last(_env: Env, text: str, count: Decimal) -> Value:
    return text[max(len(text) - max(_whole(count), 0), 0) :]


def _contains(_env: Env, text: str, part: str) -> Value:
    return part in text


def _starts_with(_env: Env, text: str, part: str) -> Value:
    return text.startswith(part)


def _ends_with(_env: Env, text: str, part: str) -> Value:
    return text.endswith(part)


def _lower(env: Env, text: str) -> Value:
    return arithmetic.text(letters.lower(text, env.language))


def _upper(env: Env, text: str) -> Value:
    return arithmetic.text(letters.upper(text, env.language))


def _fold(_env: Env, text: str) -> Value:
    return arithmetic.text(letters.fold(text))


def _text(env: Env, value: Value) -> Value:
    match value:
        case datetime():
            return f"{_local(env, value):%Y-%m-%d %H:%M}"
        case Money():
            amount = arithmetic.rounded(value.amount, Decimal("0.01"), ROUND_HALF_UP)
            return f"{amount:.2f} {value.currency}"
        case bool() | Decimal() | date() | time() | timedelta():
            return _written(value)
        case _:
            return value


def _written(value: bool | Decimal | date | time | timedelta) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _digits_of(value)
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return write_duration(value)


def _digits_of(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _number(_env: Env, text: str) -> Value:
    if not _NUMBER.fullmatch(text):
        return None
    return arithmetic.number(Decimal(text))


def _min(_env: Env, *values: Value) -> Value:
    return min(values, key=arithmetic.rank)


def _max(_env: Env, *values: Value) -> Value:
    return max(values, key=arithmetic.rank)


def _abs(_env: Env, value: Decimal | Money | timedelta) -> Value:
    match value:
        case Money():
            return Money(value.amount.copy_abs(), value.currency)
        case Decimal():
            return value.copy_abs()
        case _:
            return abs(value)


def _on_amount(value: Decimal | Money, change: Callable[[Decimal], Decimal]) -> Value:
    if isinstance(value, Money):
        return Money(change(value.amount), value.currency)
    return change(value)


def _round(_env: Env, value: Decimal | Money, places: Decimal = Decimal(0)) -> Value:
    count = min(max(_whole(places), -15), PLACES)
    step = Decimal(1).scaleb(-count)
    return _on_amount(value, lambda exact: arithmetic.rounded(exact, step, ROUND_HALF_UP))


def _floor(_env: Env, value: Decimal | Money) -> Value:
    return _on_amount(value, lambda exact: arithmetic.rounded(exact, Decimal(1), ROUND_FLOOR))


def _local(env: Env, moment: datetime) -> datetime:
    try:
        return moment.astimezone(env.zone)
    except (OverflowError, ValueError):
        raise EvaluationError("E202", "a moment is out of range") from None


def _day(env: Env, value: Value) -> date:
    if isinstance(value, datetime):
        return _local(env, value).date()
    if isinstance(value, date):
        return value
    raise TypeError("a date or a datetime is wanted")


def _date(env: Env, value: datetime) -> Value:
    return _day(env, value)


def _time(env: Env, value: datetime) -> Value:
    return _local(env, value).time().replace(fold=0)


def _weekday(env: Env, value: Value) -> Value:
    return Decimal(_day(env, value).isoweekday())


def _days_between(env: Env, start: Value, end: Value) -> Value:
    return Decimal((_day(env, end) - _day(env, start)).days)


def _add_days(env: Env, value: date | datetime, count: Decimal) -> Value:
    try:
        if isinstance(value, datetime):
            later = _local(env, value) + timedelta(days=_whole(count))
            return arithmetic.moved(later, timedelta(0))
        return value + timedelta(days=_whole(count))
    except OverflowError:
        raise EvaluationError("E202", "a date is out of range") from None


def _hours_between(_env: Env, start: datetime, end: datetime) -> Value:
    microseconds = arithmetic.elapsed(end, start) // timedelta(microseconds=1)
    return arithmetic.calculate("/")(Decimal(microseconds), _SECONDS_PER_HOUR * 1_000_000)


def _hash(_env: Env, text: str, count: Decimal) -> Value:
    if _whole(count) < 1:
        raise EvaluationError(
            "E201", "hash() has nothing to divide by; its number must be 1 or more"
        )
    return Decimal(_digest(text) % _whole(count))


def _checked(check: Callable[[str], Value]) -> Implementation:
    return lambda _env, value: check(_plain(value))


IMPLEMENTATIONS: Mapping[str, Implementation] = {
    "len": _len,
    "first": _first,
    "last": _last,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "lower": _lower,
    "upper": _upper,
    "fold": _fold,
    "text": _text,
    "number": _number,
    "min": _min,
    "max": _max,
    "abs": _abs,
    "round": _round,
    "floor": _floor,
    "date": _date,
    "time": _time,
    "weekday": _weekday,
    "days_between": _days_between,
    "add_days": _add_days,
    "hours_between": _hours_between,
    "hash": _hash,
    "luhn": _checked(checks.luhn),
    "damm": _checked(checks.damm),
    "iban": _checked(checks.iban),
    "tckn": _checked(checks.tckn),
    "vkn": _checked(checks.vkn),
    "mask": _checked(checks.mask),
}
