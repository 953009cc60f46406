"""How the waits of queues ended of late.

Counts of the day are kept by the queue itself; the growth of these counts is remembered here, each
time it is looked. Source: kpis-staffing.md 2.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from ivr.acd.settings import SECOND
from ivr.acd.telling.counts import Counts, alone
from ivr.acd.telling.levels import Ends, service_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.acd.settings import Queue
    from ivr.acd.state import Group, QueueState
    from ivr.acd.telling.counts import Ended

LONGEST_WINDOW_NS = 4 * 3600 * SECOND
_COUNTS = tuple(each.name for each in fields(Ends))
NONE = Ends(*(0 for _each in _COUNTS))


@dataclass(slots=True)
class Lately:
    """How the waits of each queue ended of late. `look` often; instants never go back."""

    _until: int = 0
    _seen: dict[str, Ends] = field(default_factory=dict)
    _sums: dict[str, list[tuple[int, Ends]]] = field(default_factory=dict)
    """Queue -> instant and all that had ended by then, since the first of them."""

    def look(self, group: Group, now: int) -> None:
        """Take in what has ended since the last look; counts begin anew with each day."""
        fresh, self._until = now >= self._until, group.day_ends
        for name, queue in group.queues.items():
            ends = of_today(group, queue, now).ends
            before = NONE if fresh and name in self._seen else self._seen.get(name, ends)
            self._seen[name] = ends
            if ends != before:
                self._add(name, now, _minus(ends, before))

    def restore(self, waits: Iterable[Ended], rules: Mapping[str, Queue]) -> None:
        """Know of waits that ended before a restart, in whatever order. Before any `look`."""
        for wait in sorted(waits, key=lambda each: each.ended_at):
            if wait.queue in rules:
                self._add(wait.queue, wait.ended_at, alone(wait, rules[wait.queue]).ends)

    def within(self, queue: str, now: int, window_ns: int) -> Ends:
        """How waits ended in the last `window_ns`."""
        sums = self._sums.get(queue)
        if sums is None:
            return NONE
        before = bisect_right(sums, now - window_ns, key=itemgetter(0)) - 1
        return _minus(sums[-1][1], sums[max(0, before)][1])

    def _add(self, queue: str, at: int, grown: Ends) -> None:
        """Asked each second, a sum answers at once, however many have ended."""
        sums = self._sums.setdefault(queue, [(-LONGEST_WINDOW_NS, NONE)])
        sums.append((at, _plus(sums[-1][1], grown)))
        gone = bisect_right(sums, at - LONGEST_WINDOW_NS, key=itemgetter(0)) - 1
        del sums[: max(0, gone)]


def _minus(one: Ends, other: Ends) -> Ends:
    return Ends(*(max(0, getattr(one, name) - getattr(other, name)) for name in _COUNTS))


def _plus(one: Ends, other: Ends) -> Ends:
    return Ends(*(getattr(one, name) + getattr(other, name) for name in _COUNTS))


def with_late(ends: Ends, queue: QueueState, now: int) -> Ends:
    """Who waits longer than the threshold is as good as lost for the service level, so that it does
    not improve because nobody answers; who waits less counts nowhere yet."""
    limit = now - queue.rule.service_level_ns
    late = sum(key[3].enqueued_at < limit for key in queue.order)
    return replace(ends, abandoned=ends.abandoned + late)


def counts_late(rule: Queue) -> bool:
    """Whether the queue's formula counts those who wait for too long."""
    one = replace(NONE, abandoned=1)
    return service_level(rule.service_level, one, rule.service_counted)[1] > 0


def of_today(group: Group, queue: QueueState, now: int) -> Counts:
    """What a queue has counted on the day it is now. At midnight nothing need happen in a group."""
    return queue.counts if now < group.day_ends else Counts()
