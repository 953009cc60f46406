"""Ticket numbers: all digits, so that they can be keyed on a phone, with a check digit at the end.

`YYNNNNNNC`: the year of opening in the tenant's zone, a serial number per tenant and year from 1,
and the Damm digit over all digits before it. The serial has six digits and grows by one when they
are used up. The number is no secret: nothing may be told on it alone. Source: tickets.md section 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.expressions.checks import damm, damm_digit

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

LEAST_WIDTH = 6
"""Digits of a serial number in a year that does not need more."""
MOST_WIDTH = 12
"""Digits beyond which something else than tickets must have been counted."""
ALARM_PERCENT = 90
"""Share of a width from which somebody is told that numbers are about to get longer."""
_NUMBER = re.compile(rf"[0-9]{{{LEAST_WIDTH + 3},{MOST_WIDTH + 3}}}")
_TAG = re.compile(r"\[#([0-9]{1,24})\]")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A ticket number taken apart. year: its two digits, 26 for 2026; serial: from 1."""

    year: int
    serial: int


def prefix(at: datetime, zone: tzinfo) -> int:
    """The two digits of the year in which a ticket is opened, on the clock of its tenant.

    at: aware. Midnight of New Year's Eve is that of the zone: 21:00 UTC in Istanbul.
    """
    return at.astimezone(zone).year % 100


def number_of(year: int, serial: int) -> str:
    """The number of the serial-th ticket of a year (26 or 2026), as it is stored.

    Raises ValueError for a serial under 1 or over 12 digits.
    """
    if serial < 1 or len(str(serial)) > MOST_WIDTH:
        raise ValueError(f"{serial} is no serial number of a ticket; 1 to {MOST_WIDTH} digits")
    body = f"{year % 100:02}{serial:0{LEAST_WIDTH}}"
    return body + damm_digit(body)


def valid(number: str) -> bool:
    """Whether these digits can be a ticket number: long enough, serial from 1, right check digit.

    Blanks between the groups do not matter. It says nothing of whether such a ticket is there.
    """
    return parts(number) is not None


def parts(number: str) -> Numbered | None:
    """Year and serial of a number as stored or shown; None if it cannot be one."""
    digits = number.replace(" ", "")
    if not _NUMBER.fullmatch(digits) or not damm(digits):
        return None
    written, serial = digits[2:-1], int(digits[2:-1])
    if serial == 0 or (len(written) > LEAST_WIDTH and written[0] == "0"):
        return None
    return Numbered(int(digits[:2]), serial)


def shown(number: str) -> str:
    """The number as people read it, in groups of three: `260 042 174`, `261 000 000 6`."""
    digits = number.replace(" ", "")
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def width_of(serial: int) -> int:
    """How many digits a serial number takes: six, and more only when it needs them."""
    return max(LEAST_WIDTH, len(str(serial)))


def nearly_used_up(serial: int) -> bool:
    """Whether a year has used 90 % of the numbers of its present width."""
    most = 10 ** width_of(serial) - 1
    return bool(serial * 100 >= most * ALARM_PERCENT)


def tag(number: str) -> str:
    """What the subject of a mail carries, so that an answer finds its ticket: `[#260042174]`."""
    return f"[#{number.replace(' ', '')}]"


def find_in(subject: str) -> str | None:
    """The first ticket number with a right check digit in the subject of a mail; None without."""
    return next((found for found in _TAG.findall(subject) if valid(found)), None)
