"""Brings escalations to the desks of people; who has no page open is told when one is.

A notice whose clock has ended meanwhile is dropped. Source: tickets.md section 10.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.ticket_rows import CUSTOMER, NOTICE
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock, Effect, Outbox
    from ivr.runtime.ports.tickets import Tickets

_LOG = logging.getLogger(__name__)
Tell = Callable[[str, str, Mapping[str, Any]], Awaitable[int]]
"""Sends a person's pages a message: who, its type, its data; 0 if that did not work."""
ESCALATED = "ticket.escalated"
DESK = "desk"
LOOK = timedelta(seconds=1)
AGAIN = timedelta(seconds=20)
"""After which somebody without an open page is looked for again."""
_SHOWN = ("number", "metric", "percent", "due_at", "emergency")


class Notices:
    """Takes notices out of the outbox. online: whether a person has a page open."""

    def __init__(
        self,
        outbox: Outbox,
        tickets: Tickets,
        clock: Clock,
        online: Callable[[str], bool],
        tell: Tell,
    ) -> None:
        self._outbox = outbox
        self._tickets = tickets
        self._clock = clock
        self._online = online
        self._tell = tell

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self._clock, LOOK), "notices_wait_for_store")

    async def look(self) -> None:
        """Deliver what is due now."""
        for effect in await self._outbox.due(self._clock.now(), kind=NOTICE):
            await self._deliver(effect)

    async def _deliver(self, effect: Effect) -> None:
        if await self._settled(json.loads(effect.body)):
            await self._outbox.done(effect.effect_id)
        else:
            again = self._clock.now() + AGAIN
            await self._outbox.failed(effect.effect_id, again, "no page is open")

    async def _settled(self, notice: Mapping[str, Any]) -> bool:
        """Whether there is nothing more to be done about it."""
        if notice["way"] != DESK or notice["to"] == CUSTOMER:
            facts = {"ticket": notice["number"], "way": notice["way"]}
            _LOG.warning("notice_way_not_built", extra={"facts": facts})
            return True
        if not await self._counts(notice):
            return True
        return self._online(notice["to"]) and await self._told(notice)

    async def _counts(self, notice: Mapping[str, Any]) -> bool:
        """Whether the clock still runs or waits."""
        clocks = await self._tickets.clocks(notice["ticket"], tenant=notice["tenant"])
        return any(one.id == notice["clock"] and one.finished_at is None for one in clocks)

    async def _told(self, notice: Mapping[str, Any]) -> bool:
        shown = {name: notice[name] for name in _SHOWN}
        return await self._tell(notice["to"], ESCALATED, shown) > 0
