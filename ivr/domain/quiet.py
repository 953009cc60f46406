"""When people may be contacted: quiet hours by purpose, in the zone of whom we reach.

The one judge of it for every part of the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SERVICE, MARKETING = "service", "marketing"
"""Purposes: what somebody asked for (a callback, news of an order), and what nobody did."""
STAFF = "staff"
"""Purpose of news for our own people, as of an alarm: they are on duty at any hour."""
_SUNDAY = 6
_QUIET: Mapping[str, tuple[int, int, bool]] = {
    STAFF: (24, 0, False),
    "callback": (21, 8, False),
    SERVICE: (21, 8, False),
    "survey": (20, 9, True),
    MARKETING: (20, 9, True),
}
"""Purpose -> the hours in which it is quiet, from and to, and whether Sundays are."""


def is_quiet(purpose: str, local: datetime) -> bool:
    """Whether nobody may be contacted for this purpose at this local time.

    An unknown purpose counts as marketing: the strictest.
    """
    begins, ends, sundays = _QUIET.get(purpose, _QUIET[MARKETING])
    if sundays and local.weekday() == _SUNDAY:
        return True
    return local.hour >= begins or local.hour < ends


def is_quiet_between(begins: int, ends: int, local: datetime) -> bool:
    """Whether a local time lies in quiet hours of one's own, as minutes after midnight; they may
    go over midnight."""
    minute = local.hour * 60 + local.minute
    if begins <= ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends
