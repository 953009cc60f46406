"""When somebody who was promised a call may be rung up: by the hour, and by who is free.

With the agent first, the promise waits in the queue from the moment on at which it is due, as long
as somebody is at work. Otherwise somebody is called when an agent is free for him beyond all who
wait before him; or when he is the next, and agents of the queue become free so quickly that he will
hardly wait. What nobody became free for in all of the time promised is tried at its end whatever
happens: a promise that was never tried is none (acd-cti.md 7.4 and I12).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING

from ivr.acd import words
from ivr.acd.callbacks import is_ready
from ivr.acd.settings import MINUTE, SECOND
from ivr.domain.quiet import is_quiet
from ivr.runtime.groups.times import from_ns

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from ivr.acd.callbacks import Callback
    from ivr.acd.state import Group, QueueState
    from ivr.acd.words import Command
    from ivr.domain.agent import Reach
    from ivr.flow.world import World

LAST_NS = 15 * MINUTE
"""So long before its time is over a promise is tried even if nobody is free."""
SOON_NS = 20 * SECOND
"""The next one in line is called when half of those who are next wait no longer than this."""
MEDIAN = 0.69
"""Of times that are spread by chance (exponentially), half are below this share of the mean."""
PACE_OF = 8
"""Over so many answers the pace of a queue is taken."""
AWAY = ("offline", "break", "not_responding")


class Chances:
    """Knows the hours and the pace of the queues. zone: of whom we call: that of the house."""

    def __init__(
        self, group: Callable[[], Group], world: Callable[[], World], zone: Callable[[], tzinfo]
    ) -> None:
        self._group = group
        self._world = world
        self._zone = zone
        self._answers: dict[str, deque[int]] = {}

    def heard(self, command: Command) -> None:
        """What the queue machine has done: agents who got a caller set the pace."""
        columns = command.columns if isinstance(command, words.Row) else {}
        if columns.get("end") == "answered":
            times = self._answers.setdefault(columns["queue"], deque(maxlen=PACE_OF + 1))
            times.append(self._group().now)

    def shut(self, queue: str) -> Callable[[int], bool]:
        """Whether nobody may be called at a moment: at night, and while the queue is closed."""
        world, zone = self._world(), self._zone()
        shape = world.queue_shapes.get(queue)
        calendar = world.calendars.get(shape.hours) if shape is not None else None

        def is_shut(at_ns: int) -> bool:
            at = from_ns(at_ns)
            closed = calendar is not None and not calendar.is_open(at)
            return closed or is_quiet("callback", at.astimezone(zone))

        return is_shut

    def may_call(self, promise: Callback, reach: Reach, before: int, now: int) -> bool:
        """Whether this person is called now. before: calls to others of this queue on the way."""
        if not is_ready(promise, now, self.shut(promise.queue)):
            return False
        queue = self._group().queues.get(promise.queue)
        if queue is None:
            return False
        if not promise.tries and now >= last_ns(promise):
            return True
        if self.is_agent_first(promise.queue):
            return _is_staffed(queue, reach)
        before += _ahead(queue, promise.virtual_ns(0))
        if _free(queue, reach) > before:
            return True
        return before == 0 and _is_staffed(queue, reach) and self._is_quick(promise.queue, now)

    def is_agent_first(self, queue: str) -> bool:
        """Whether agents of this queue are offered the call before the customer is rung up."""
        shape = self._world().queue_shapes.get(queue)
        return shape is not None and shape.callback_agent_first

    def serves(self, queue: str, reach: Reach) -> bool:
        """Whether agents of this queue can be rung up by this way."""
        found = self._group().queues.get(queue)
        return found is not None and any(reach in one.reaches for one in found.profiles)

    def _is_quick(self, queue: str, now: int) -> bool:
        times = self._answers.get(queue)
        if times is None or len(times) <= PACE_OF:
            return False
        mean = (now - times[0]) / (len(times) - 1)
        return MEDIAN * mean <= SOON_NS


def last_ns(promise: Callback) -> int:
    """From when on a promise is tried even if nobody is free."""
    window = promise.until_ns - promise.from_ns
    return promise.until_ns - min(LAST_NS, window // 4)


def _ahead(queue: QueueState, v: int) -> int:
    """How many wait whose turn comes before a place of this age."""
    return bisect_left(queue.order, (1, v), key=lambda key: (key[0], key[1]))


def _free(queue: QueueState, reach: Reach) -> int:
    """How many agents of the queue could be offered a caller now."""
    return sum(len(one.idle) for one in queue.profiles if reach in one.reaches)


def _is_staffed(queue: QueueState, reach: Reach) -> bool:
    """Whether an agent of the queue is at work."""
    return any(
        count
        for one in queue.profiles
        if reach in one.reaches
        for state, count in one.counts.items()
        if state not in AWAY
    )
