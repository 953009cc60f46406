"""The API of tickets and of the catalogue they follow: `ticket_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.tickets.parts import TicketParts
from ivr.web.api.tickets.tickets import TicketRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["TicketParts", "ticket_routes"]


def ticket_routes(parts: TicketParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *TicketRoutes(parts).routes(),
    ]
