"""The ticket with which a page opens its live connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.errors import NotAllowedError
from ivr.web.api.parts import BASE
from ivr.web.auth.tickets import LIFE_S
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Route

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


class TicketOut(BaseModel):
    """Good once, for so many seconds."""

    ticket: str
    expires_in_s: int = LIFE_S


@dataclass(frozen=True, slots=True)
class EventRoutes:
    """The route /events/ticket."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [Route("POST", f"{BASE}/events/ticket", self.ticket, Right("session", "x"))]

    async def ticket(self, ask: Ask) -> TicketOut:
        """A ticket that opens one WebSocket: /api/v1/events, or /sip for a phone in the page."""
        if ask.who.session is None:
            raise NotAllowedError("only people get tickets")
        return TicketOut(ticket=self.parts.tickets.make(ask.who.session))
