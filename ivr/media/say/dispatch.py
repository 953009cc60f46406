"""From a format's name to the words: prepares the value and asks the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ivr.domain.values import Value
from ivr.media.say import values
from ivr.media.say.formats import FormatError, format_problem
from ivr.media.say.phones import phone_of
from ivr.media.say.wording import When, Wording

_DIGITS_IN_A_GROUP = 4
_Wording: TypeAlias = Callable[[Wording, str, Value, When], str]


def word(wording: Wording, fmt: str, argument: str, value: Value, when: When) -> str:
    """Put `value` into the words of one language, spoken or written.

    Raises `FormatError` for an unknown format, a bad argument or a value the format cannot take.
    """
    problem = format_problem(fmt, argument)
    if problem:
        raise FormatError(problem)
    return _BY_FORMAT[fmt](wording, argument, value, when)


def _digits(wording: Wording, argument: str, value: Value, _when: When) -> str:
    size = int(argument) if argument else _DIGITS_IN_A_GROUP
    return wording.digits(values.digit_groups(value, size))


def _moment(wording: Wording, argument: str, value: Value, when: When) -> str:
    return wording.moment(values.moment_of(value, when), argument == "at")


def _count(wording: Wording, argument: str, value: Value, _when: When) -> str:
    one, many = (noun.strip() for noun in argument.split(","))
    return wording.count(values.figure_of(value), one, many)


_BY_FORMAT: Mapping[str, _Wording] = MappingProxyType(
    {
        "": lambda _wording, _arg, value, _when: values.text_of(value),
        "number": lambda wording, _arg, value, _when: wording.number(values.figure_of(value)),
        "ordinal": lambda wording, _arg, value, _when: wording.ordinal(values.rank_of(value)),
        "percent": lambda wording, _arg, value, _when: wording.percent(values.figure_of(value)),
        "money": lambda wording, _arg, value, _when: wording.money(values.amount_of(value)),
        "digits": _digits,
        "code": lambda wording, _arg, value, _when: wording.code(values.text_of(value)),
        "phone": lambda wording, _arg, value, when: wording.phone(phone_of(value, when.country)),
        "date": lambda wording, arg, value, _: wording.day(values.day_of(value), arg == "full"),
        "time": lambda wording, arg, value, _: wording.clock(values.clock_of(value), arg == "at"),
        "datetime": _moment,
        "duration": lambda wording, arg, value, _: wording.duration(
            values.span_of(value, arg == "about")
        ),
        "count": _count,
    }
)
