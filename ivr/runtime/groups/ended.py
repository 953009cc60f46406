"""Which waits stand behind a figure of a queue's day, as pages open them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.acd.settings import SECOND
from ivr.acd.telling.counts import day_of, share_in
from ivr.domain.errors import NotFoundError
from ivr.runtime.groups.times import from_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.acd.settings import Rules
    from ivr.acd.telling.counts import Ended
    from ivr.runtime.groups.host import Host
    from ivr.runtime.ports.desk import GroupLog


async def ended_waits(
    host: Host, log: GroupLog, rules: Callable[[], Rules], queue: str, figure: str
) -> Sequence[Mapping[str, Any]]:
    """The waits that the figure counts, the last to end first (WAIT of the API, without caller and
    agent). figure: of `acd.telling.counts.FIGURES`. Raises NotFoundError, StoreError."""
    now = rules()
    rule = now.queues.get(queue)
    if rule is None:
        raise NotFoundError(f"there is no queue {queue!r}")
    today = day_of(now.day_offsets, host.now_ns())
    waits = await log.ended(host.name, today.began, queue)
    shares = [(wait, *share_in(figure, wait, rule)) for wait in waits]
    return [_row(wait, in_time=bool(good)) for wait, good, counts in shares if counts]


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
