"""The queue machine counts nanoseconds since 1970, everything else has moments."""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.domain.events import EPOCH

_MICROSECOND = timedelta(microseconds=1)


def to_ns(at: datetime) -> int:
    """Nanoseconds since 1970 of an aware moment."""
    return (at - EPOCH) // _MICROSECOND * 1000


def from_ns(at_ns: int) -> datetime:
    """The moment, rounded up to whole microseconds, so that what is due is never early."""
    return EPOCH + timedelta(microseconds=-(-at_ns // 1000))
