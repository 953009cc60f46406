"""What alarms measure in a queue: of this moment, of the last while, or of the day.

Source: kpis-staffing.md 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd import forecast
from ivr.acd.alarms import rule as rules
from ivr.acd.alarms.course import Reading
from ivr.acd.callers.lately import of_today, with_late
from ivr.acd.forecast import OFF_DUTY
from ivr.acd.settings import SECOND
from ivr.acd.state import AVAILABLE
from ivr.acd.telling.levels import service_level

if TYPE_CHECKING:
    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.acd.callers.lately import Lately
    from ivr.acd.state import Group, QueueState
    from ivr.acd.telling.levels import Ends


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
        ends = with_late(ends, queue, now)
        num, den = service_level(rule.variant, ends, queue.rule.service_counted)
    return Reading(100 * num / den if den else None, den)


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
