"""Checks what somebody put into a form, field by field, and brings it into the form that is stored.

Values come from agents' pages and the web form (text), from the API (JSON) and from flows (values
of the flow language). What comes out is plain JSON as the schema of `forms` describes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.phone import parse_phone
from ivr.domain.values import Money, Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.tickets.forms import Form, FormField

Plain: TypeAlias = "str | int | float | bool"
"""A value as it is stored."""
MOST_FIGURES = 15
"""Figures of a number, so that JSON gives it back as it was."""
_DIGITS = re.compile(r"[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[^@\s<>(),;:\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MOST_EMAIL = 254
_MOST_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field.

    code: missing, unknown, wrong-type, too-long, length or not-a-choice.
    """

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in. values: those without an error, in the order of the form."""

    values: Mapping[str, Plain] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()


class _WrongError(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def fill(form: Form, given: Mapping[str, object], country: str, *, whole: bool = True) -> Filled:
    """Check every value. Sealed values are refused; None and blank text count as not given.

    country: two letters, for phone numbers without a country code. whole: whether required fields
    must be there already; a ticket may be opened with some of them still to come.
    """
    values: dict[str, Plain] = {}
    errors = [_unknown(name, form) for name in given if name not in form.fields]
    for name, each in form.fields.items():
        written = given.get(name)
        if is_blank(written):
            if each.required and whole:
                errors.append(FieldError(name, "missing", f"{name} is needed"))
            continue
        try:
            values[name] = _read(each, written, country)
        except _WrongError as wrong:
            errors.append(FieldError(name, wrong.code, str(wrong)))
    return Filled(values, tuple(errors))


def missing(form: Form, values: Mapping[str, object]) -> tuple[str, ...]:
    """The required fields without a value, for the guards of `resolved`."""
    fields = form.fields.values()
    return tuple(each.name for each in fields if each.required and is_blank(values.get(each.name)))


def is_blank(value: object) -> bool:
    """Whether nothing was given."""
    return value is None or (isinstance(value, str) and not value.strip())


def _unknown(name: str, form: Form) -> FieldError:
    known = ", ".join(form.fields) or "none"
    return FieldError(name, "unknown", f"the form has no such field; its fields: {known}")


def _read(each: FormField, value: object, country: str) -> Plain:
    if isinstance(value, Sealed):
        raise _WrongError("wrong-type", f"{each.name} is a secret, which no form keeps")
    if each.type == "phone":
        return _phone(each, value, country)
    return _READERS[each.type](each, value)


def _words(each: FormField, value: object) -> str:
    if not isinstance(value, str):
        raise _WrongError("wrong-type", f"{each.name} must be text")
    return value.strip()


def _text(each: FormField, value: object) -> Plain:
    words = _words(each, value)
    if len(words) > each.most:
        raise _WrongError(
            "too-long", f"{each.name} has {len(words)} characters, at most {each.most}"
        )
    return words


def _digits(each: FormField, value: object) -> Plain:
    digits = _words(each, value).replace(" ", "")
    if not _DIGITS.fullmatch(digits):
        raise _WrongError("wrong-type", f"{each.name} takes digits only")
    least, most = each.length
    if not least <= len(digits) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise _WrongError("length", f"{each.name} has {len(digits)} digits, {wanted} are wanted")
    return digits


def _decimal(each: FormField, value: object) -> Decimal:
    """An exact number; true and false are none."""
    text = value if isinstance(value, str) else _figures(value)
    if len(text) > _MOST_CHARACTERS:
        raise _WrongError("too-long", f"{each.name} has more than {MOST_FIGURES} figures")
    if not _NUMBER.fullmatch(text.strip()):
        raise _WrongError("wrong-type", f"{each.name} must be a number such as 12.5")
    return Decimal(text.strip())


def _figures(value: object) -> str:
    """A number as it would be written; nothing for what is no number or far too large a one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return ""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) <= _MOST_CHARACTERS else ""


def _number(each: FormField, value: object) -> Plain:
    exact = _decimal(each, value)
    if len(exact.normalize().as_tuple().digits) > MOST_FIGURES or abs(exact) >= 10**MOST_FIGURES:
        raise _WrongError("too-long", f"{each.name} has more than {MOST_FIGURES} figures")
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _integer(each: FormField, value: object) -> Plain:
    number = _number(each, value)
    if not isinstance(number, int):
        raise _WrongError("wrong-type", f"{each.name} must be a whole number")
    return number


def _money(each: FormField, value: object) -> Plain:
    """Minor units. A whole number is taken for them already; text and amounts are not: 10.50."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(each, value)
    if isinstance(value, float):
        raise _WrongError("wrong-type", f"{each.name}: write money as text or in minor units")
    if isinstance(value, Money) and value.currency != each.currency:
        raise _WrongError("wrong-type", f"{each.name} takes {each.currency}, not {value.currency}")
    amount = value.amount if isinstance(value, Money) else value
    minor = _decimal(each, amount) * 100
    if minor != minor.to_integral_value():
        raise _WrongError("wrong-type", f"{each.name} has more than two places")
    return _integer(each, minor)


def _boolean(each: FormField, value: object) -> Plain:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise _WrongError("wrong-type", f"{each.name} must be true or false")
    return value == "true"


def _date(each: FormField, value: object) -> Plain:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    text = _words(each, value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _WrongError("wrong-type", f"{each.name} must be a day such as 2026-11-23")


def _email(each: FormField, value: object) -> Plain:
    text = _words(each, value)
    if len(text) > _MOST_EMAIL:
        raise _WrongError("too-long", f"{each.name} is longer than any address")
    if not _EMAIL.fullmatch(text):
        raise _WrongError("wrong-type", f"{each.name} must be an e-mail address")
    return text


def _phone(each: FormField, value: object, country: str) -> Plain:
    number = parse_phone(_words(each, value), country)
    if number is None:
        raise _WrongError("wrong-type", f"{each.name} must be a telephone number")
    return number


def _choice(each: FormField, value: object) -> Plain:
    if not isinstance(value, str) or value not in each.choices:
        choices = ", ".join(each.choices)
        raise _WrongError("not-a-choice", f"{each.name} must be one of {choices}")
    return value


_READERS: Mapping[str, Callable[[FormField, object], Plain]] = {
    "text": _text,
    "digits": _digits,
    "number": _number,
    "integer": _integer,
    "money": _money,
    "boolean": _boolean,
    "date": _date,
    "email": _email,
    "enum": _choice,
}
