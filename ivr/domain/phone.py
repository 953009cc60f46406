"""Telephone numbers: one form inside (E.164), the national form for people, dots for logs.

Numbers arrive as callers key them (0532...), as networks send them (+90..., 00...) and as words
("anonymous"). Source: ITU-T E.164; numbering plans by the phonenumbers library.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_WRITTEN = re.compile(r"\+?[0-9 ()./\-\u00a0]*[0-9][0-9 ()./\-\u00a0]*")
_NOT_DIGIT = re.compile(r"[^0-9]")
_SHORT = re.compile(r"[0-9]{2,6}")
_MOST_CHARACTERS = 32
_REMEMBERED = 4096
"""A call asks for its few numbers again and again: who it is, where it goes, what is told of it."""
_DOTS = "•••••••"
# Country codes of two digits; +1 and +7 have one, all others three.
_TWO_DIGIT_CODES = re.compile("2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WITHHELD_WORDS = (
    "anonymous",
    "restricted",
    "unavailable",
    "blocked",
    "unknown",
    "private",
    "withheld",
)
# Providers that can only send digits spell the word on a telephone keypad: ANONYMOUS = +266696687.
_WITHHELD = frozenset(
    ("", *_WITHHELD_WORDS, *(f"+{word.translate(_KEYPAD)}" for word in _WITHHELD_WORDS))
)


def parse_phone(text: str, country: str, *, keep_short: bool = False) -> str | None:
    """The number in E.164 (`+905321112233`), or None if it is not a telephone number.

    text: as keyed or sent: `0532 111 22 33`, `5321112233`, `0090532...`, `+90532...`, `4440333`.
    country: two letters (TR), for numbers without a country code. A national number must exist in
    that country's plan; one that came with its country code only needs a possible length, so that
    ranges newer than our library are not lost. keep_short: emergency and service numbers (112) and
    extensions, 2 to 6 digits, have no E.164 form; they come back as bare digits instead of None.
    Use it for what a trunk tells us, never for a number that shall be dialled.
    """
    text = text.strip()
    return None if len(text) > _MOST_CHARACTERS else _parse(text, country, keep_short)


@lru_cache(_REMEMBERED)
def _parse(text: str, country: str, keep_short: bool) -> str | None:
    if withheld(text) or not _WRITTEN.fullmatch(text):
        return None
    digits = _NOT_DIGIT.sub("", text)
    if text.startswith("+"):
        return _international(digits)
    number = _from_country(digits, country)
    if number is None and digits.startswith("00"):
        number = _international(digits[2:])
    if number is None and keep_short:
        number = _short(digits)
    return number


def national(e164: str, country: str) -> str:
    """The number as people of `country` write it: `0532 111 22 33`, or `+49 30 901820` abroad.

    Anything that is not a number in E.164 comes back unchanged.
    """
    import phonenumbers  # noqa: PLC0415 - slow to load, and many processes never need it

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    home = phonenumbers.country_code_for_region(country.upper()) == number.country_code
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, shape.NATIONAL if home else shape.INTERNATIONAL)


def withheld(text: str) -> bool:
    """Whether a sender field means "the caller hides the number"; then there is no ANI.

    Empty, a word for it (`anonymous`, `Restricted`, ...), the word spelled on a keypad
    (`+266696687`), any of them as a SIP address, or a SIP address at anonymous.invalid (RFC 3323).
    """
    word = text.strip().strip('"<>').casefold()
    scheme, colon, rest = word.partition(":")
    if colon and scheme in ("sip", "sips", "tel"):
        word = rest
    name, _, host = word.partition("@")
    return name.strip() in _WITHHELD or re.split("[:;>]", host)[0] == "anonymous.invalid"


def takes_texts(number: str) -> bool:
    """Whether a text message to a number can arrive: to landlines, services and short numbers it
    cannot. A number whose kind nobody knows may be tried."""
    import phonenumbers  # noqa: PLC0415 - see national

    kind = phonenumbers.PhoneNumberType
    deaf = {kind.FIXED_LINE, kind.TOLL_FREE, kind.PREMIUM_RATE, kind.SHARED_COST, kind.UAN}
    found = _kind(number)
    return found is not None and found not in deaf


def is_service(e164: str) -> bool:
    """444 1 234 and its like: reached from everywhere in a country, too short to be compared."""
    import phonenumbers  # noqa: PLC0415 - see national

    return _kind(e164) == phonenumbers.PhoneNumberType.UAN


@lru_cache(_REMEMBERED)
def _kind(e164: str) -> int | None:
    """A PhoneNumberType; None for what is no number."""
    import phonenumbers  # noqa: PLC0415 - see national

    try:
        return phonenumbers.number_type(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return None


def mask_phone(text: str) -> str:
    """The number for logs: `+90•••••••33`, always seven dots, so that the length is hidden too."""
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) < 7 or not text[-2:].isdigit():
        return _DOTS
    return (_country_code(digits) if text.startswith("+") else "") + _DOTS + digits[-2:]


def _country_code(digits: str) -> str:
    if digits[0] in "17":
        return f"+{digits[:1]}"
    return f"+{digits[:2]}" if _TWO_DIGIT_CODES.match(digits) else f"+{digits[:3]}"


def _international(digits: str) -> str | None:
    import phonenumbers  # noqa: PLC0415 - see national

    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    return _e164(number) if phonenumbers.is_possible_number(number) else None


def _from_country(digits: str, country: str) -> str | None:
    import phonenumbers  # noqa: PLC0415 - see national

    try:
        number = phonenumbers.parse(digits, country.upper())
    except phonenumbers.NumberParseException:
        return None
    return _e164(number) if phonenumbers.is_valid_number(number) else None


def _e164(number: PhoneNumber) -> str:
    import phonenumbers  # noqa: PLC0415 - see national

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _short(digits: str) -> str | None:
    return digits if _SHORT.fullmatch(digits) else None
