"""Who knows a caller: owners of his tickets and of his account, and with whom he talked last.

Source: acd-cti.md 4.5. `last_agent`: answered, at least 20 s of talk, within the queue's time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.acd.settings import ACCOUNT_OWNER, LAST_AGENT, OWNERS, TICKET_OWNER
from ivr.domain.agent import AgentId, Wanted
from ivr.domain.errors import StoreError
from ivr.domain.queue import TICKET_NAMES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from ivr.acd.settings import Rules, Sticky
    from ivr.domain.call import CallId
    from ivr.domain.commands import Enqueue
    from ivr.domain.values import Value
    from ivr.runtime.ports import Clock, InteractionRow, Interactions
    from ivr.runtime.ports.customers import Callers, Owners

_LOG = logging.getLogger(__name__)
LEAST_TALK = timedelta(seconds=20)
LOOKED_AT = 5
"""So many of the number's last calls are looked at."""
TALK = "talk"


class Acquaintance:
    """Finds agents who know a caller.

    callers: who owns what a call is about, None where no customers and tickets are kept.
    looked_up: waits until it is known whose call it is, or cannot be known soon.
    """

    def __init__(
        self, interactions: Interactions, rules: Callable[[], Rules], clock: Clock
    ) -> None:
        self._interactions = interactions
        self._rules = rules
        self._clock = clock
        self.callers: Callers | None = None
        self.looked_up: Callable[[CallId], Awaitable[None]] | None = None

    def matters(self, queue: str, number: str) -> bool:
        """Whether this queue gives callers back, and the caller can be known at all."""
        rule = self._rules().queues.get(queue)
        if rule is None:
            return False
        owned = self.callers is not None and not OWNERS.isdisjoint(rule.sticky.sources)
        return owned or (bool(number) and LAST_AGENT in rule.sticky.sources)

    async def of(self, call: CallId, wait: Enqueue, number: str) -> tuple[Wanted, ...]:
        """Agents who know the caller, those of the queue's first source first. Empty if anything
        cannot be read: then the call is for everybody."""
        rule = self._rules().queues.get(wait.queue)
        if rule is None:  # new rules have come since it mattered; the queue machine says what now
            return ()
        sticky = rule.sticky
        try:
            owners = await self._owners(call, sticky, _ticket(wait.pop))
            talkers = await self._talkers(call, sticky, number)
        except StoreError:
            _LOG.warning("nobody_found_who_knows_the_caller", exc_info=True)
            return ()
        found: Mapping[str, Iterable[str]] = {
            TICKET_OWNER: () if owners is None else owners.tickets,
            ACCOUNT_OWNER: [owners.account] if owners is not None and owners.account else (),
            LAST_AGENT: talkers,
        }
        return tuple(
            Wanted(AgentId(name), source) for source in sticky.sources for name in found[source]
        )

    async def _owners(self, call: CallId, sticky: Sticky, ticket: str) -> Owners | None:
        if self.callers is None or OWNERS.isdisjoint(sticky.sources):
            return None
        if self.looked_up is not None:
            await self.looked_up(call)
        return await self.callers.owners(call, ticket)

    async def _talkers(self, call: CallId, sticky: Sticky, number: str) -> Sequence[AgentId]:
        """Agents who talked with this number, the last one first."""
        if not number or LAST_AGENT not in sticky.sources:
            return ()
        rows = await self._interactions.by_number(number, LOOKED_AT + 1)
        found = [await self._talked(row, sticky) for row in rows if row.public_id != call]
        return tuple(dict.fromkeys(agent for agents in found[:LOOKED_AT] for agent in agents))

    async def _talked(self, row: InteractionRow, sticky: Sticky) -> list[AgentId]:
        earliest = self._clock.now() - timedelta(microseconds=sticky.within_ns // 1000)
        if (row.ended_at or row.started_at) < earliest:
            return []
        whole = await self._interactions.get(row.public_id)
        return [] if whole is None else _talkers(whole, earliest)


def _ticket(shown: Mapping[str, Value]) -> str:
    """Number of the ticket that the call names, "" = none."""
    values = (shown[name] for name in TICKET_NAMES if shown.get(name))
    value = next(values, "")
    if isinstance(value, Mapping):  # a record that the step `ticket` made
        value = value.get("number", "")
    return value.strip() if isinstance(value, str) else ""


def _talkers(row: InteractionRow, earliest: datetime) -> list[AgentId]:
    """Who talked long enough and late enough, the last one first."""
    lasted: dict[str, timedelta] = {}
    for one in reversed(row.segments):
        if one.kind == TALK and one.detail and one.ended_at >= earliest:
            took = one.ended_at - one.started_at
            lasted[one.detail] = lasted.get(one.detail, timedelta()) + took
    return [AgentId(name) for name, took in lasted.items() if took >= LEAST_TALK]
