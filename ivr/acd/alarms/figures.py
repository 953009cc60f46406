"""What alarms measure in a queue: of this moment, of the last while, or of the day.

Counts of the day are kept by the queue itself; of a window shorter than that the growth of these
counts is remembered here, each time it is looked. Source: kpis-staffing.md 2.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from ivr.acd import forecast
from ivr.acd.alarms import rule as rules
from ivr.acd.alarms.course import Reading
from ivr.acd.forecast import OFF_DUTY
from ivr.acd.settings import SECOND
from ivr.acd.state import AVAILABLE
from ivr.acd.telling.counts import counted
from ivr.acd.telling.levels import Ends, service_level
from ivr.acd.views import of_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.acd.alarms.rule import QueueAlarm
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
    _grown: dict[str, deque[tuple[int, Ends]]] = field(default_factory=dict)

    def begin(self, waits: Iterable[Ended], rules: Mapping[str, Queue]) -> None:
        """Know waits that ended before this program began, the first one first. Before any look."""
        for wait in waits:
            for name, counts in counted([wait], rules).items():
                self._grown.setdefault(name, deque()).append((wait.ended_at, counts.ends))

    def look(self, group: Group, now: int) -> None:
        """Take in what has ended since the last look; counts begin anew with each day."""
        fresh, self._until = now >= self._until, group.day_ends
        for name, queue in group.queues.items():
            ends = of_today(group, queue, now).ends
            before = NONE if fresh and name in self._seen else self._seen.get(name, ends)
            grown = _minus(ends, before)
            self._seen[name] = ends
            kept = self._grown.setdefault(name, deque())
            if grown != NONE:
                kept.append((now, grown))
            while kept and kept[0][0] <= now - LONGEST_WINDOW_NS:
                kept.popleft()

    def within(self, queue: str, now: int, window_ns: int) -> Ends:
        """How waits ended in the last `window_ns`."""
        kept = self._grown.get(queue, ())
        return _sum([ends for at, ends in kept if at > now - window_ns])


def _minus(one: Ends, other: Ends) -> Ends:
    return Ends(*(max(0, getattr(one, name) - getattr(other, name)) for name in _COUNTS))


def _sum(ends: list[Ends]) -> Ends:
    return Ends(*(sum(getattr(one, name) for one in ends) for name in _COUNTS))


def measure(rule: QueueAlarm, group: Group, lately: Lately, now: int) -> Reading:
    """What this alarm watches, as it is now; nothing where its queue is no more."""
    queue = group.queues.get(rule.queue)
    if queue is None:
        return Reading()
    if rule.metric in rules.SHARES:
        today = of_today(group, queue, now).ends
        ends = lately.within(rule.queue, now, rule.window_ns) if rule.window_ns else today
        return _share(rule, queue, ends, now)
    return Reading(_moment(rule.metric, queue, now))


def _share(rule: QueueAlarm, queue: QueueState, ends: Ends, now: int) -> Reading:
    if rule.metric == rules.ABANDONED:
        num, den = ends.abandoned, ends.answered + ends.abandoned
    else:
        with_late = _with_late(ends, queue, now)
        num, den = service_level(rule.variant, with_late, queue.rule.service_counted)
    return Reading(100 * num / den if den else None, den)


def _with_late(ends: Ends, queue: QueueState, now: int) -> Ends:
    """Who waits longer than the threshold is as good as lost for the service level, so that it does
    not improve because nobody answers; who waits less counts nowhere yet."""
    limit = now - queue.rule.service_level_ns
    late = sum(key[3].enqueued_at < limit for key in queue.order)
    return replace(ends, abandoned=ends.abandoned + late)


def _moment(metric: str, queue: QueueState, now: int) -> float | None:
    if metric == rules.WAITING:
        return len(queue.order)
    if metric == rules.OLDEST:
        oldest = min((key[3].enqueued_at for key in queue.order), default=now)
        return max(0, now - oldest) / SECOND
    if metric == rules.ESTIMATE:
        return forecast.of_queue(queue, now).quantile_s
    return _agents(metric, queue)


def _agents(metric: str, queue: QueueState) -> int:
    counts = [profile.counts for profile in queue.profiles]
    if metric == rules.AVAILABLE:
        return sum(each.get(AVAILABLE, 0) for each in counts)
    return sum(n for each in counts for state, n in each.items() if state not in OFF_DUTY)
