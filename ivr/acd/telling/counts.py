"""What a queue counts of its day: how its waits ended, and how many of them in time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.acd.telling.levels import Ends, service_level
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ivr.acd.settings import Queue


SERVICE_LEVEL = "service_level"
FIGURES = (SERVICE_LEVEL, "answered", "abandoned", "overflowed")
"""What a queue shows of its day."""
DAY_NS = 24 * 3600 * 10**9


class Day(NamedTuple):
    """A local day: its number, and the instants in ns UTC at which it begins and is over."""

    number: int
    began: int
    ends: int


def day_of(offsets: Sequence[tuple[int, int]], now: int) -> Day:
    """The local day of an instant. offsets: instant -> ns that the zone is ahead from then on; the
    first holds before it, too. A day may be over early, when the clocks are changed."""
    place = max(0, bisect_right(offsets, now, key=itemgetter(0)) - 1)
    offset = offsets[place][1]
    number = (now + offset) // DAY_NS
    ends = (number + 1) * DAY_NS - offset
    if place + 1 < len(offsets):
        ends = min(ends, offsets[place + 1][0])
    return Day(number, number * DAY_NS - offset, ends)


class Ended(NamedTuple):
    """A wait that is over. Instants in ns UTC."""

    ticket: Ticket
    call: CallId
    queue: str
    joined_at: int
    ended_at: int
    end: WaitEnd


def ended_of(ticket: str, columns: Mapping[str, Any]) -> Ended:
    """A wait as its row tells it."""
    return Ended(
        Ticket(ticket),
        CallId(columns["call"]),
        columns["queue"],
        columns["joined_at"],
        columns["ended_at"],
        WaitEnd(columns["end"]),
    )


@dataclass(slots=True)
class Counts:
    """Waits of one queue on one day. offered: that began. overflowed: neither answered nor given
    up by the caller; of these called_back asked for it, and lost are by our own fault.

    in_time, quick, called_back_quick: answered, given up, called back within the threshold. short:
    given up within the limit of short abandons.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    in_time: int = 0
    short: int = 0
    quick: int = 0
    called_back: int = 0
    called_back_quick: int = 0
    lost: int = 0

    def count(self, end: WaitEnd, waited_ns: int, rule: Queue) -> None:
        """A wait has ended."""
        within = waited_ns <= rule.service_level_ns
        if end is WaitEnd.ANSWERED:
            self.answered += 1
            self.in_time += within
        elif end is WaitEnd.ABANDONED:
            self.abandoned += 1
            self.quick += within
            self.short += waited_ns <= rule.short_abandon_ns
        else:
            self.overflowed += 1
            self.lost += end is WaitEnd.SYSTEM_LOST
            self.called_back += end is WaitEnd.CALLBACK
            self.called_back_quick += end is WaitEnd.CALLBACK and within

    def take_back(self, waited_ns: int, rule: Queue) -> None:
        """An answered wait goes on after all."""
        self.answered -= 1
        self.in_time -= waited_ns <= rule.service_level_ns

    @property
    def ends(self) -> Ends:
        """The same as formulas want it."""
        return Ends(
            answered=self.answered,
            abandoned=self.abandoned,
            overflowed=self.overflowed - self.called_back - self.lost,
            called_back=self.called_back,
            in_time=self.in_time,
            quick=self.quick,
            called_back_quick=self.called_back_quick,
            short=self.short,
        )


def alone(wait: Ended, rule: Queue) -> Counts:
    """What one wait counts."""
    counts = Counts()
    counts.count(wait.end, wait.ended_at - wait.joined_at, rule)
    return counts


def share_in(figure: str, wait: Ended, rule: Queue) -> tuple[int, int]:
    """What one wait adds to a figure of its queue: (in time, counted), each 0 or 1.

    figure: of `FIGURES`; of the service level above and below the line of the queue's formula.
    """
    counts = alone(wait, rule)
    if figure == SERVICE_LEVEL:
        return service_level(rule.service_level, counts.ends, rule.service_counted)
    number = getattr(counts, figure)
    return counts.in_time * number, number


def counted(waits: Iterable[Ended], rules: Mapping[str, Queue]) -> dict[str, Counts]:
    """Queue -> counts of its waits; of queues that are no more nothing is counted."""
    found: dict[str, Counts] = {}
    for wait in waits:
        rule = rules.get(wait.queue)
        if rule is not None:
            counts = found.setdefault(wait.queue, Counts())
            counts.offered += 1
            counts.count(wait.end, wait.ended_at - wait.joined_at, rule)
    return found
