"""Who knows a caller: the agents with whom this number talked last.

Source: acd-cti.md 4.5, `last_agent`: answered, at least 20 s of talk, within the queue's time.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ivr.acd.settings import Rules, Sticky
    from ivr.domain.call import CallId
    from ivr.runtime.ports import Clock, InteractionRow, Interactions

_LOG = logging.getLogger(__name__)
LAST_AGENT = "last_agent"
LEAST_TALK = timedelta(seconds=20)
LOOKED_AT = 5
"""So many of the number's last calls are looked at."""
TALK = "talk"


class Acquaintance:
    """Finds agents who know a caller, in what was recorded of earlier calls."""

    def __init__(
        self, interactions: Interactions, rules: Callable[[], Rules], clock: Clock
    ) -> None:
        self._interactions = interactions
        self._rules = rules
        self._clock = clock

    def matters(self, queue: str, number: str) -> bool:
        """Whether this queue gives callers back, and the caller can be known at all."""
        rule = self._rules().queues.get(queue)
        return bool(number) and rule is not None and LAST_AGENT in rule.sticky.sources

    async def of(self, call: CallId, queue: str, number: str) -> tuple[AgentId, ...]:
        """Agents who talked with this number, the last one first. Empty if nothing can be read:
        then the call is for everybody."""
        sticky = self._rules().queues[queue].sticky
        try:
            rows = await self._interactions.by_number(number, LOOKED_AT + 1)
            found = [await self._talked(row, sticky) for row in rows if row.public_id != call]
        except StoreError:
            _LOG.warning("last_agent_not_found", exc_info=True)
            return ()
        return tuple(dict.fromkeys(agent for agents in found[:LOOKED_AT] for agent in agents))

    async def _talked(self, row: InteractionRow, sticky: Sticky) -> list[AgentId]:
        earliest = self._clock.now() - timedelta(microseconds=sticky.within_ns // 1000)
        if (row.ended_at or row.started_at) < earliest:
            return []
        whole = await self._interactions.get(row.public_id)
        return [] if whole is None else _talkers(whole, earliest)


def _talkers(row: InteractionRow, earliest: datetime) -> list[AgentId]:
    """Who talked long enough and late enough, the last one first."""
    lasted: dict[str, timedelta] = {}
    for one in reversed(row.segments):
        if one.kind == TALK and one.detail and one.ended_at >= earliest:
            took = one.ended_at - one.started_at
            lasted[one.detail] = lasted.get(one.detail, timedelta()) + took
    return [AgentId(name) for name, took in lasted.items() if took >= LEAST_TALK]
