"""Somebody wrote that he wants to be called back: a ticket of that kind, and a promise to call."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.errors import RequestError
from ivr.runtime.ports.intake import Conversion
from ivr.runtime.ports.ticket_rows import Act

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.tickets import Tickets

BY = "web"
KIND = "callback"
Book: TypeAlias = Callable[[str, str], Awaitable[datetime]]
"""Promise to call a number in a language; gives the moment from which it will be tried."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FormCallbacks:
    """Makes tickets of wishes to be called back. book None: agents see the ticket and call."""

    intake: Intake
    tickets: Tickets
    clock: Clock
    book: Book | None = None

    async def promise(self, item: str, number: str, language: str) -> str:
        """The number of the ticket that an item becomes. Raises those of the ports."""
        act = Act(BY, self.clock.now())
        await self.intake.claim(item, act)
        settled = await self.intake.convert(item, Conversion(kind=KIND), act)
        ticket = settled.ticket.number
        opens_at = await self._booked(number, language)
        await self.tickets.callback_promised(ticket, opens_at, act)
        return ticket

    async def _booked(self, number: str, language: str) -> datetime:
        """A number that we do not call is left to the agent who takes the ticket."""
        if self.book is not None:
            try:
                return await self.book(number, language)
            except RequestError as error:
                _LOG.info("callback_not_booked", extra={"facts": {"why": error.code}})
        return self.clock.now()
