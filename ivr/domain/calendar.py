"""When a place is open: weekly hours, exceptions, public holidays, clock changes.

The rules (flow-language.md 10, tickets.md 8): a day's plan is the first match of exception,
holiday, weekday; an interval belongs to the day it starts on, also when it runs over midnight, so a
closed Sunday does not cut Saturday's 20:00-02:00. Intervals are half-open. An edge that a clock
change skips moves to the first minute that exists; an edge that the clock shows twice opens at the
first showing and closes at the last. The open set is the union of all intervals as moments: those
that touch or overlap are one opening, and no second counts twice.

Time zones come in as `tzinfo`; this module reads no files and no clock.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

Interval: TypeAlias = tuple[int, int]
"""(start, end) in minutes after the day's midnight on the wall clock, end not included.

The start lies in 0..1439, the end in start+1..start+1440; past 1440 it is the next day's morning.
"""
Intervals: TypeAlias = tuple[Interval, ...]
Spans: TypeAlias = list[tuple[datetime, datetime]]

LOOK_AHEAD_DAYS = 400

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_DAY_MINUTES = 1440
_KEPT_DAYS = 2000


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours of one place. Answers are aware UTC; questions may be in any zone.

    `weekly` has 7 entries, Monday first. Whether a switch has closed the place is not known here:
    it is told with the question. `next_open` and `closes_at` leave the switch out, since nobody
    can know when it will be turned back.
    """

    zone: tzinfo
    weekly: tuple[Intervals, ...]
    exceptions: Mapping[date, Intervals] = field(default_factory=dict)
    holidays: Mapping[date, Intervals] = field(default_factory=dict)
    # Edges of the openings by UTC day; only remembers what can be computed again.
    _days: dict[int, list[datetime]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse hours that make no sense, with ValueError."""
        if len(self.weekly) != 7:
            raise ValueError("weekly hours need 7 days, Monday first")
        plans = (*self.weekly, *self.exceptions.values(), *self.holidays.values())
        for start, end in (interval for plan in plans for interval in plan):
            if not (0 <= start < _DAY_MINUTES and start < end <= start + _DAY_MINUTES):
                raise ValueError(f"no such opening: minute {start} to minute {end}")

    def plan(self, day: date) -> Intervals:
        """The hours written for this day: exception, else holiday, else weekday."""
        found = self.exceptions.get(day)
        if found is None:
            found = self.holidays.get(day)
        return self.weekly[day.weekday()] if found is None else found

    def is_open(self, at: datetime, closed_by_switch: bool = False) -> bool:
        """Whether the place is open at this moment."""
        if closed_by_switch:
            return False
        moment = _utc(at)
        return bisect_right(self._edges(moment.toordinal()), moment) % 2 == 1

    def next_open(self, at: datetime) -> datetime | None:
        """When the doors open next, strictly after `at`; what "We open ..." promises a caller.

        While open this is the opening after the next closing, so a caller turned away by a switch
        is not told "we open now". A place that never closes again gives `at` itself; one that is
        closed and does not open within 400 days gives None.
        """
        moment = _utc(at)
        today = moment.toordinal()
        for day in range(today, today + LOOK_AHEAD_DAYS + 1):
            edges = self._edges(day)
            for opens in edges[::2]:
                if opens > moment and not self._goes_on(day, opens):
                    return opens
        return moment if self.is_open(moment) else None

    def closes_at(self, at: datetime) -> datetime | None:
        """When the opening that is running at `at` ends; None if closed, or open for 400 days."""
        return self.next_close(at) if self.is_open(at) else None

    def next_close(self, at: datetime) -> datetime | None:
        """When the doors close next, strictly after `at`; None if they do not within 400 days."""
        moment = _utc(at)
        today = moment.toordinal()
        for day in range(today, today + LOOK_AHEAD_DAYS + 1):
            for closes in self._edges(day)[1::2]:
                if closes > moment and not self._goes_on(day + 1, closes):
                    return closes
        return None

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Business seconds from one moment to another; 0 if `end` is not later.

        Moments are cut to whole seconds first, so that parts always add up to their whole.
        """
        first, last = _whole(start), _whole(end)
        total = timedelta(0)
        for day in range(first.toordinal(), last.toordinal() + 1):
            for opens, closes in self._openings(day):
                total += max(min(closes, last) - max(opens, first), timedelta(0))
        return total // _SECOND

    def add(self, start: datetime, seconds: int) -> datetime | None:
        """The earliest moment t with `elapsed(start, t) == seconds`, a whole second.

        With 0 it is the second of `start` itself, also while closed. None if the place stays
        closed for 400 days before enough seconds are counted. Less than 0 raises ValueError.
        """
        if seconds < 0:
            raise ValueError(f"cannot count {seconds} business seconds ahead")
        moment, left = _whole(start), timedelta(seconds=seconds)
        day = moment.toordinal()
        until = day + LOOK_AHEAD_DAYS
        while left and day <= until:
            for opens, closes in self._openings(day):
                begins = max(opens, moment)
                if closes - begins >= left:
                    return begins + left
                if closes > begins:
                    left, until = left - (closes - begins), day + LOOK_AHEAD_DAYS
            day += 1
        return None if left else moment

    def _openings(self, day: int) -> Iterable[tuple[datetime, datetime]]:
        """(opens, closes) of one UTC day, rising."""
        edges = self._edges(day)
        return zip(edges[::2], edges[1::2], strict=True)

    def _goes_on(self, day: int, edge: datetime) -> bool:
        """Whether this edge is only the UTC midnight inside a longer opening."""
        before, after = self._edges(day - 1), self._edges(day)
        return bool(before and after) and before[-1] == edge == after[0]

    def _edges(self, day: int) -> list[datetime]:
        """Opening, closing, opening ... within one UTC day, rising; cut at its midnights."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= _KEPT_DAYS:
                self._days.clear()
            known = self._days[day] = self._work_out(day)
        return known

    def _work_out(self, day: int) -> list[datetime]:
        midnight = datetime.combine(date.fromordinal(day), datetime.min.time(), UTC)
        spans: Spans = []
        # A zone may be a day ahead or behind, and an opening may reach into the day after its own.
        for nearby in range(day - 2, day + 2):
            spans += self._spans(date.fromordinal(nearby))
        edges: list[datetime] = []
        for opens, closes in sorted(spans):
            start, end = max(opens, midnight), min(closes, midnight + _DAY)
            if start >= end:
                continue
            if edges and start <= edges[-1]:
                edges[-1] = max(edges[-1], end)
            else:
                edges += (start, end)
        return edges

    def _spans(self, day: date) -> Spans:
        """The openings that belong to one local day, in UTC."""
        midnight = datetime.combine(day, datetime.min.time())
        return [
            (
                _instant(midnight + timedelta(minutes=start), self.zone, fold=0),
                _instant(midnight + timedelta(minutes=end), self.zone, fold=1),
            )
            for start, end in self.plan(day)
        ]


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)


def _whole(at: datetime) -> datetime:
    return _utc(at).replace(microsecond=0)


def _instant(wall: datetime, zone: tzinfo, fold: int) -> datetime:
    """The UTC moment at which the wall clock shows `wall`; skipped times move to the change.

    fold: 0 = the first showing of a doubled time, 1 = the last. Source: PEP 495.
    """
    first = wall.replace(tzinfo=zone, fold=0)
    offset, offset_after = first.utcoffset(), first.replace(fold=1).utcoffset()
    if offset is None or offset_after is None:
        raise ValueError("a calendar needs a zone with an offset")
    if offset >= offset_after:
        return (wall - (offset_after if fold else offset)).replace(tzinfo=UTC)
    # Skipped: the change lies between the two readings of a time that never was.
    early, late = (wall - offset_after).replace(tzinfo=UTC), (wall - offset).replace(tzinfo=UTC)
    while late - early > _SECOND:
        middle = early + (late - early) // timedelta(seconds=2) * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late
