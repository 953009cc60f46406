"""The API of tickets, of contacts and of the catalogue: `ticket_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.tickets.articles import ArticleRoutes
from ivr.web.api.tickets.beside import BesideRoutes
from ivr.web.api.tickets.catalogue import CatalogueRoutes
from ivr.web.api.tickets.clocks import ClockRoutes
from ivr.web.api.tickets.interactions import InteractionRoutes
from ivr.web.api.tickets.moves import MoveRoutes
from ivr.web.api.tickets.parts import TicketParts
from ivr.web.api.tickets.tickets import TicketRoutes
from ivr.web.api.tickets.upload_links import UploadLinkRoutes

if TYPE_CHECKING:
    from ivr.web.api.tickets.upload_links import LinkMaking
    from ivr.web.typed import Route

__all__ = ["TicketParts", "ticket_routes"]


def ticket_routes(parts: TicketParts, links: LinkMaking | None = None) -> list[Route]:
    """Every operation of this package, for `add_api`. links: by which customers send files."""
    return [
        *TicketRoutes(parts).routes(),
        *ArticleRoutes(parts).routes(),
        *MoveRoutes(parts).routes(),
        *BesideRoutes(parts).routes(),
        *ClockRoutes(parts).routes(),
        *InteractionRoutes(parts).routes(),
        *CatalogueRoutes(parts).routes(),
        *UploadLinkRoutes(parts, links).routes(),
    ]
