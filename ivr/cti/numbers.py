"""What the sender field of a call is worth: its normal form, what kind it is, how sure it is.

Pure: no clock, no network. Source: acd-cti.md 10.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.phone import is_service, parse_phone, withheld

LAST = 9
"""So many digits are compared where a stored number has lost its beginning."""
_NOT_DIGIT = re.compile(r"[^0-9]")


class NumberKind(StrEnum):
    """What kind of sender it is; only ordinary and national service numbers are matched."""

    ORDINARY = "ordinary"
    NATIONAL_SERVICE = "national_service"
    SHORT_CODE = "short_code"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


class Attestation(StrEnum):
    """What the network says of the number (STIR/SHAKEN, ATIS-1000074): A full to C gateway."""

    FULL = "A"
    PARTIAL = "B"
    GATEWAY = "C"
    FAILED = "failed"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The trunk a call came by. country: two letters, "" = the tenant's own.

    trusted: whether its operator vouches for the numbers it shows.
    """

    country: str = ""
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A sender. e164: normal form, "" if it has none. level: 0 worthless, 1 claimed, 2 attested."""

    raw: str
    e164: str
    kind: NumberKind
    level: int

    @property
    def last9(self) -> str:
        """The last nine digits of an ordinary number; "" for all others."""
        digits = self.e164.removeprefix("+")
        return digits[-LAST:] if self.kind is NumberKind.ORDINARY and len(digits) >= LAST else ""


_OWN = Line()


def read_sender(
    raw: str, country: str, line: Line = _OWN, attestation: Attestation = Attestation.NONE
) -> Number:
    """The sender of a call. country: the tenant's, two letters; there is no default."""
    if withheld(raw):
        return Number(raw, "", NumberKind.WITHHELD, 0)
    found = parse_phone(raw, country, keep_short=True)
    if found is None:
        return Number(raw, "", NumberKind.UNKNOWN, 0)
    level = _level(found, country, line, attestation)
    if not found.startswith("+"):
        return Number(raw, "", NumberKind.SHORT_CODE, level)
    kind = NumberKind.NATIONAL_SERVICE if is_service(found) else NumberKind.ORDINARY
    return Number(raw, found, kind, level)


def compare_numbers(stored: str, caller: Number, country: str) -> str:
    """How a number in a record fits the caller's: `ani`, `ani_last9`, or "" if it does not.

    The last nine digits count only for a stored number that has lost its beginning: two numbers
    that are both whole and differ belong to two people.
    """
    if not caller.e164:
        return ""
    whole = parse_phone(stored, country)
    if whole == caller.e164:
        return "ani"
    digits = _NOT_DIGIT.sub("", stored)
    if whole is not None or not caller.last9 or len(digits) < LAST or _has_code(stored):
        return ""
    return "ani_last9" if digits.endswith(caller.last9) else ""


def _has_code(stored: str) -> bool:
    return stored.strip().startswith(("+", "00"))


def _level(number: str, country: str, line: Line, attestation: Attestation) -> int:
    if attestation is Attestation.FAILED:
        return 0
    if line.country and line.country.upper() != country.upper() and _is_of(number, country):
        return 0
    return 2 if line.trusted or attestation is Attestation.FULL else 1


def _is_of(number: str, country: str) -> bool:
    """Whether a number belongs to a country; a short one can only be the tenant's own."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and many processes never need it

    code = phonenumbers.country_code_for_region(country.upper())
    return not number.startswith("+") or number.startswith(f"+{code}")
