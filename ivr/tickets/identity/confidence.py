"""How sure we are that a number is a customer's: by how it came to us, less with every month.

Source: tickets.md 5.1. 50 and more is known, 20 to 49 maybe, below it is as if it were not there.
"""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

KNOWN = 50
"""From here on a number alone says who it is."""
MAYBE = 20
"""From here on a number is worth showing with the word "perhaps"."""
CERTAIN = 100
_HALF_MONTHS = 12


class Origin(StrEnum):
    """How a number or address came to us; the words of `contact_point.verified_how`."""

    CODE = "code"
    AGENT = "agent"
    IMPORT = "import"
    WEB_FORM = "web_form"
    TEXT = "text"


_AT_ENTRY: Mapping[Origin, int] = {
    Origin.CODE: 90,
    Origin.AGENT: 80,
    Origin.IMPORT: 70,
    Origin.WEB_FORM: 60,
    Origin.TEXT: 20,
}


def entry_confidence(origin: str) -> int:
    """The confidence of a number when it comes to us. Raises ValueError for an unknown origin."""
    return _AT_ENTRY[Origin(origin)]


def renewed(
    confidence: int, confirmed_at: datetime, origin: str, now: datetime
) -> tuple[int, datetime]:
    """Confidence and time of a known number that came to us once more.

    Whoever gives his number himself, or has it checked, starts its years anew, and the better of
    the two confidences stays. A number merely seen in a text confirms nothing: it counts only when
    the old confidence has sunk below what it is worth by itself.
    """
    fresh = entry_confidence(origin)
    if fresh >= KNOWN:
        return max(confidence, fresh), now
    sunk = effective(confidence, confirmed_at, now) < fresh
    return (fresh, now) if sunk else (confidence, confirmed_at)


def effective(confidence: int, confirmed_at: datetime, now: datetime) -> int:
    """What a confidence is worth now: half of it after each year without a confirmed contact.

    confidence x 0.5^(months / 12), months whole ones of the calendar in UTC, the rest cut off:
    80 is 50 after eight months and 47 after nine. Both times aware.
    """
    months = max(0, _months(confirmed_at, now))
    return int(confidence * 0.5 ** (months / _HALF_MONTHS))


def _months(since: datetime, until: datetime) -> int:
    """Whole months of the calendar from one moment to another."""
    first, last = (at.astimezone(UTC) for at in (since, until))
    months = (last.year - first.year) * 12 + last.month - first.month
    begun = (last.day, last.time()) < (first.day, first.time())
    return months - 1 if begun else months
