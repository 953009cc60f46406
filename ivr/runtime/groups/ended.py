"""Which waits stand behind a figure of a queue's day, as pages open them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.acd.callers.lately import LONGEST_WINDOW_NS, counts_late
from ivr.acd.settings import SECOND
from ivr.acd.telling.counts import SERVICE_LEVEL, day_of, share_in
from ivr.acd.views import LATELY_NS
from ivr.domain.errors import NotFoundError
from ivr.runtime.groups.times import from_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.acd.callers.lately import Lately
    from ivr.acd.settings import Rules
    from ivr.acd.state import Call, QueueState
    from ivr.acd.telling.counts import Ended
    from ivr.runtime.groups.host import Host
    from ivr.runtime.ports.desk import GroupLog


DAY, LATELY = "day", "30m"
SPANS = (DAY, LATELY)
"""Since when the waits of a figure have ended: since midnight, or for the last half hour."""


@dataclass(frozen=True, slots=True)
class EndedWaits:
    """Waits of a group. rules: those in force."""

    host: Host
    log: GroupLog
    rules: Callable[[], Rules]

    async def of(self, queue: str, figure: str, span: str = DAY) -> Sequence[Mapping[str, Any]]:
        """The waits that the figure counts, the last to end first (WAIT of the API, without caller
        and agent). figure: of `acd.telling.counts.FIGURES`, span: of `SPANS`. The service level of
        the last half hour counts who waits for too long, too. Raises NotFoundError, StoreError."""
        now, rules = self.host.now_ns(), self.rules()
        rule = rules.queues.get(queue)
        if rule is None:
            raise NotFoundError(f"there is no queue {queue!r}")
        since = day_of(rules.day_offsets, now).began if span == DAY else now - LATELY_NS + 1
        waits = await self.log.ended(self.host.name, since, queue)
        shares = [(wait, *share_in(figure, wait, rule)) for wait in waits]
        found = [_row(wait, in_time=bool(good)) for wait, good, counts in shares if counts]
        line = self.host.group.queues.get(queue)
        if line and span == LATELY and figure == SERVICE_LEVEL and counts_late(rule):
            return [*_late(line, now), *found]
        return found

    async def remember(self, lately: Lately) -> None:
        """Know how waits ended before a restart, for figures of less than a day."""
        since = self.host.now_ns() - LONGEST_WINDOW_NS
        lately.restore(await self.log.ended(self.host.name, since), self.rules().queues)


def _late(queue: QueueState, now: int) -> list[Mapping[str, Any]]:
    """Who waits for longer than the service level wants."""
    limit = now - queue.rule.service_level_ns
    late = [key[3] for key in queue.order if key[3].enqueued_at < limit]
    return [_waits(call, now) for call in late]


def _waits(call: Call, now: int) -> Mapping[str, Any]:
    return {
        "ticket": call.ticket,
        "call": call.call,
        "joined_at": from_ns(call.joined_at),
        "ended_at": None,
        "waited_s": (now - call.enqueued_at) // SECOND,
        "end": "waiting",
        "in_time": False,
    }


def _row(wait: Ended, *, in_time: bool) -> Mapping[str, Any]:
    return {
        "ticket": wait.ticket,
        "call": wait.call,
        "joined_at": from_ns(wait.joined_at),
        "ended_at": from_ns(wait.ended_at),
        "waited_s": (wait.ended_at - wait.joined_at) // SECOND,
        "end": wait.end.value,
        "in_time": in_time,
    }
