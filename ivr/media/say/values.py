"""Checks a value and takes it apart, the same for every language.

Every function raises `FormatError` for a value that cannot be said, without naming the value.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from ivr.domain.values import Money, Sealed, Value
from ivr.media.say.formats import CURRENCIES, FormatError
from ivr.media.say.wording import Amount, Figure, Moment, Span, When

_LARGEST_DIGITS = 18
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_DECIMALS = Decimal("1e-9")
_CENT = Decimal("0.01")
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_TYPED = re.compile(r"[0-9*#]*")
_SEPARATORS = re.compile(r"[ \-./]")


def refuse(value: Value, wanted: str) -> FormatError:
    """The error for a value of the wrong kind; names kinds only, as the value may be personal."""
    kind = "a sealed value" if isinstance(value, Sealed) else type(value).__name__
    return FormatError(f"needs {wanted}, got {kind}")


def text_of(value: Value) -> str:
    """The value as text, if it is text."""
    if isinstance(value, str):
        return value
    raise refuse(value, "text")


def figure_of(value: Value) -> Figure:
    """A number, rounded half up to 9 decimals; at most 18 digits before the point."""
    exact = _rounded(value, _DECIMALS)
    whole, _, decimals = f"{exact.copy_abs():f}".partition(".")
    return Figure(exact < 0, int(whole), decimals.rstrip("0"))


def rank_of(value: Value) -> int:
    """A whole number from 0 up, for first, second, third."""
    figure = figure_of(value)
    if figure.negative or figure.decimals:
        raise FormatError("an ordinal needs a whole number from 0 up")
    return figure.whole


def amount_of(value: Value) -> Amount:
    """Money in a known currency, rounded half up (away from zero) to 2 places."""
    if not isinstance(value, Money):
        raise refuse(value, "money")
    if value.currency not in CURRENCIES:
        raise FormatError(f"cannot say amounts in {value.currency}")
    exact = _rounded(value.amount, _CENT)
    whole, part = divmod(int(exact.copy_abs().scaleb(2, _EXACT)), 100)
    return Amount(exact < 0, whole, part, value.currency)


def _rounded(value: Value, step: Decimal) -> Decimal:
    if not isinstance(value, Decimal):
        raise refuse(value, "a number")
    if not value.is_finite() or value.adjusted() >= _LARGEST_DIGITS:
        raise FormatError("the number is too large to be said")
    exact = value.quantize(step, context=_EXACT)
    if exact.adjusted() >= _LARGEST_DIGITS:
        raise FormatError("the number is too large to be said")
    return exact


def digit_groups(value: Value, size: int) -> tuple[str, ...]:
    """Digits, star and hash in groups of `size` from the left; spaces and dashes are ignored."""
    typed = _SEPARATORS.sub("", text_of(value))
    if not _TYPED.fullmatch(typed):
        raise FormatError("the text holds more than digits, * and #")
    return tuple(typed[start : start + size] for start in range(0, len(typed), size))


def day_of(value: Value) -> date:
    """A date that is not a date with time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise refuse(value, "a date")


def clock_of(value: Value) -> time:
    """A time of day, cut to the minute."""
    if isinstance(value, time):
        return time(value.hour, value.minute)
    raise refuse(value, "a time")


def moment_of(value: Value, when: When) -> Moment:
    """An aware instant, put on the clock of the call's zone."""
    if not isinstance(value, datetime):
        raise refuse(value, "a date with time")
    if value.utcoffset() is None or when.now.utcoffset() is None:
        raise FormatError("a date with time needs a zone")
    here = value.astimezone(when.zone)
    ahead = here.date() - when.now.astimezone(when.zone).date()
    return Moment(here.date(), time(here.hour, here.minute), ahead.days)


def span_of(value: Value, about: bool) -> Span:
    """A duration rounded half up to seconds; `about` rounds up to minutes instead."""
    if not isinstance(value, timedelta):
        raise refuse(value, "a duration")
    size = abs(value)
    seconds = -(-size // _MINUTE) * 60 if about else (size + _SECOND / 2) // _SECOND
    minutes, hours = seconds // 60, seconds // 3600
    parts = (hours // 24, hours % 24, minutes % 60, seconds % 60)
    return Span(value < timedelta(0) and seconds > 0, parts, about, size < _MINUTE)
