"""Says of a prompt how many SMS it costs, and which letter made it dearer (F510)."""

from __future__ import annotations

from typing import NamedTuple

from ivr.domain.texting import segments

GSM7 = "GSM-7"
UCS2 = "UCS-2"
_CALLED = {segments.GSM7: GSM7, segments.UCS2: UCS2}


class SmsSize(NamedTuple):
    """`segments` messages in `encoding`; `offender` is the first sign outside GSM-7, if any."""

    segments: int
    encoding: str
    offender: str | None


def sms_segments(text: str) -> SmsSize:
    """How many SMS segments a text takes; an empty text takes none."""
    found = segments.count(text)
    plain = segments.BASIC | segments.EXTENDED
    offender = next((sign for sign in text if sign not in plain), None)
    return SmsSize(found.parts if text else 0, _CALLED[found.alphabet], offender)
