"""Stretches of time in which somebody can be called back, to choose from: today's and tomorrow's.

They lie within opening hours and outside quiet hours, begin where those do or on the full hour, and
are two hours long, or shorter where the hours end before, but never shorter than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.domain.quiet import is_quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, tzinfo

    from ivr.domain.calendar import Calendar

MOST = 3
_LONGEST, _SHORTEST = timedelta(hours=2), timedelta(hours=1)
_AHEAD = timedelta(minutes=30)
"""Nobody chooses what begins sooner: that is as good as at once."""
_LOOK = timedelta(minutes=15)
"""In what steps hours are looked through; those of people begin and end on the quarter hour."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """From when to when, aware, in the zone of the house."""

    begins: datetime
    ends: datetime


def slots(now: datetime, zone: tzinfo, hours: Calendar | None) -> tuple[Slot, ...]:
    """The first two of today and the first of tomorrow, in order; more of a day if the other has
    too few. hours: None = always open. Empty where neither day has any."""

    def may_call(at: datetime) -> bool:
        opened = hours is None or hours.is_open(at)
        return opened and not is_quiet("callback", at.astimezone(zone))

    day = now.astimezone(zone).date()
    today = list(_of_day(day, zone, _full_hour(now + _AHEAD), may_call))
    tomorrow = list(_of_day(day + timedelta(days=1), zone, now, may_call))
    chosen, others = [*today[:2], *tomorrow[:1]], [*today[2:], *tomorrow[1:]]
    chosen += others[: MOST - len(chosen)]
    return tuple(sorted(chosen, key=lambda slot: slot.begins))


def _full_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole if whole == at else whole + _HOUR


def _of_day(
    day: date, zone: tzinfo, earliest: datetime, may_call: Callable[[datetime], bool]
) -> Iterator[Slot]:
    """One after the other. Counted in UTC, so that a clock change makes none longer."""
    at, over = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    while at < over:
        ends = at
        while ends < at + _LONGEST and at >= earliest and may_call(ends):
            ends += _LOOK
        if ends - at >= _SHORTEST:
            yield Slot(at.astimezone(zone), ends.astimezone(zone))
        at = max(ends, at + _LOOK)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
