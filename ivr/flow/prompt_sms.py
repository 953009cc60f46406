"""Counts how many SMS a text costs, and says which letter made it dearer (F510).

Source: 3GPP TS 23.038 section 6.2.1 (default alphabet and extension table) and TS 23.040 9.2.3.24:
one message holds 160 septets or 70 UCS-2 units, each part of a longer one 153 or 67. A sign of two
units (an extension sign, an emoji) is never cut between two parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

GSM7 = "GSM-7"
UCS2 = "UCS-2"

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")


class SmsSize(NamedTuple):
    """`segments` messages in `encoding`; `offender` is the first sign outside GSM-7, if any."""

    segments: int
    encoding: str
    offender: str | None


def sms_segments(text: str) -> SmsSize:
    """How many SMS segments a text takes; an empty text takes none."""
    offender = next((sign for sign in text if sign not in _BASIC | _EXTENSION), None)
    if offender is None:
        widths = (2 if sign in _EXTENSION else 1 for sign in text)
        return SmsSize(_parts(widths, 160, 153), GSM7, None)
    units = (2 if ord(sign) > 0xFFFF else 1 for sign in text)
    return SmsSize(_parts(units, 70, 67), UCS2, offender)


def _parts(widths: Iterable[int], alone: int, part: int) -> int:
    """Fill parts greedily; `alone` units fit one message, `part` units each of several."""
    total, parts, used = 0, 0, part
    for width in widths:
        total += width
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return min(parts, 1) if total <= alone else parts
