"""Which wave of a plan is due: its local times on the clock of the house's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.surveys.planned.rhythm import next_time, times

if TYPE_CHECKING:
    from datetime import tzinfo

    from ivr.surveys.model import Plan

LATEST = timedelta(days=2)
"""So late a wave is still begun, of a server that was off; an older one is left out."""
LONGEST = timedelta(days=30)
"""A wave ends when the next begins, and after so long at the latest."""
_SPAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wave:
    """One coming round of a plan. key: its local time, `2026-07-10T10:00`, which names it for ever;
    of one that somebody begins by hand with its seconds, so that it is never taken for another.

    at: when it begins; ends_at: from then on nobody is written to for it. Both in UTC.
    """

    key: str
    at: datetime
    ends_at: datetime


def due_wave(plan: Plan, zone: tzinfo, since: datetime, now: datetime) -> Wave | None:
    """The latest wave that has begun; None if there is none, or it is too long ago.

    since: when the plan was published: earlier waves are none of its.
    """
    local = _local(now, zone)
    begun = times(plan.every, plan.dates, local - LATEST - _SPAN, local + _SPAN)
    found = [_wave(plan, each, zone) for each in begun]
    later_than = max(since, now - LATEST)
    return max((each for each in found if later_than <= each.at <= now), key=_at, default=None)


def next_wave(plan: Plan, zone: tzinfo, now: datetime) -> Wave | None:
    """The first wave that is still to begin; None = there is none."""
    local: datetime | None = _local(now, zone) - _SPAN
    while local is not None:
        local = next_time(plan.every, plan.dates, local)
        if local is not None and (wave := _wave(plan, local, zone)).at > now:
            return wave
    return None


def wave_now(plan: Plan, zone: tzinfo, now: datetime) -> Wave:
    """One that is begun by hand. It ends where the next planned one begins, which comes at its own
    time as if there had been no other."""
    following, last = next_wave(plan, zone, now), now + LONGEST
    ends = last if following is None else min(last, following.at)
    return Wave(_local(now, zone).strftime("%Y-%m-%dT%H:%M:%S"), now, ends)


def _wave(plan: Plan, local: datetime, zone: tzinfo) -> Wave:
    at = _at_zone(local, zone)
    following = next_time(plan.every, plan.dates, local)
    last = at + LONGEST
    ends = last if following is None else min(last, _at_zone(following, zone))
    return Wave(local.strftime("%Y-%m-%dT%H:%M"), at, ends)


def _at(wave: Wave) -> datetime:
    return wave.at


def _local(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _at_zone(local: datetime, zone: tzinfo) -> datetime:
    """In UTC. An hour that a change of the clock leaves out is moved on by it; of one that comes
    twice the first counts."""
    return local.replace(tzinfo=zone).astimezone(UTC)
