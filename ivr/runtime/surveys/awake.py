"""The hours at which somebody may be asked: those of a plan and of a calendar, on his own clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.quiet import is_quiet_between

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from ivr.domain.calendar import Calendar

_STEP = timedelta(minutes=1)
_DAY = timedelta(days=1)


def awake_outside(quiet: tuple[int, int] | None, zone: tzinfo, now: datetime) -> datetime:
    """The first minute from now on that is outside these quiet hours; quiet: minutes after
    midnight from and to, None = there are none."""
    at = now
    while quiet and is_quiet_between(*quiet, at.astimezone(zone)):
        if at - now > _DAY:
            break
        at = at.replace(second=0, microsecond=0) + _STEP
    return at


def open_from(calendar: Calendar, zone: tzinfo, at: datetime) -> datetime:
    """The first moment from `at` on that a calendar is open, read on the clock of this zone; one
    that never opens again gives a moment beyond every wave."""
    theirs = replace(calendar, zone=zone)
    if theirs.is_open(at):
        return at
    return theirs.next_open(at) or at + timedelta(days=400)
