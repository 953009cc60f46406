"""Cuts a phone number into the groups people of a country say and write it in.

Turkey is cut by hand (4-3-2-2, and 444 numbers 3-1-3), as its people do; every other country as
the `phonenumbers` library prints it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from ivr.media.say.formats import FormatError
from ivr.media.say.values import text_of
from ivr.media.say.wording import PhoneForm

if TYPE_CHECKING:
    from ivr.domain.values import Value

_DIALLED = re.compile(r"\+?[0-9]{2,17}")
_TURKEY = 90


def phone_of(value: Value, country: str) -> PhoneForm:
    """A number as it is said at home in `country`; numbers of other countries keep their code.

    `value` is E.164 or a national number, digits only. A code no country owns is cut plainly.
    """
    dialled = text_of(value)
    if not _DIALLED.fullmatch(dialled):
        raise FormatError("the text is not a phone number")
    try:
        number = phonenumbers.parse(dialled, country)
    except NumberParseException:
        return PhoneForm(short_groups(dialled.lstrip("+")), dialled.startswith("+"))
    if number.country_code != phonenumbers.country_code_for_region(country):
        return PhoneForm(_printed(number, PhoneNumberFormat.INTERNATIONAL), foreign=True)
    if number.country_code == _TURKEY:
        return PhoneForm(_turkish(number), foreign=False)
    return PhoneForm(_printed(number, PhoneNumberFormat.NATIONAL), foreign=False)


def short_groups(digits: str) -> tuple[str, ...]:
    """Cut a run of digits into threes and twos, never leaving a single digit behind."""
    if len(digits) <= 3:
        return (digits,)
    size = 2 if len(digits) == 4 else 3
    return (digits[:size], *short_groups(digits[size:]))


def _turkish(number: PhoneNumber) -> tuple[str, ...]:
    digits = phonenumbers.national_significant_number(number)
    if len(digits) == 10:
        return (f"0{digits[:3]}", digits[3:6], digits[6:8], digits[8:])
    if len(digits) == 7 and digits.startswith("444"):
        return (digits[:3], digits[3], digits[4:])
    return _printed(number, PhoneNumberFormat.NATIONAL)


def _printed(number: PhoneNumber, form: int) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9]+", phonenumbers.format_number(number, form)))
