"""Links by which a customer sends photos or videos for a ticket, without a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.web.api.customers.fields import Out, Ref
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.web.api.tickets.parts import TicketParts


class UploadLinkOut(Out):
    """A link. until: when it ends, if it was not used before. files, most_mb: what can be sent."""

    url: str
    until: datetime
    files: int
    most_mb: int


@dataclass(frozen=True, slots=True)
class LinkMaking:
    """How links are made. make: number of a ticket, end -> token. files, most_mb: as told."""

    make: Callable[[str, datetime], str]
    life_s: float
    files: int
    most_mb: int


@dataclass(frozen=True, slots=True)
class UploadLinkRoutes:
    """The route /tickets/{ref}/upload-link. making None: nobody makes such links here."""

    parts: TicketParts
    making: LinkMaking | None

    def routes(self) -> list[Route]:
        """The operation of this module."""
        path = f"{BASE}/tickets/{{ref}}/upload-link"
        return [Route("POST", path, self.make_upload_link, Right("ticket", "a"), status=201)]

    async def make_upload_link(self, ask: Ask, ref: Ref) -> UploadLinkOut:
        """A link to give to the customer, good for one sending. Who makes it is written down."""
        row = await sight_of(self.parts, ask).ticket(ref)
        making, api = self.making, self.parts.api
        if making is None:
            raise NotFoundError("this server makes no such links (uploads.link)")
        await api.write_down(ask, "ticket.upload_link", f"ticket:{row.number}")
        until = api.clock.now() + timedelta(seconds=making.life_s)
        url = f"{api.place.base}/u/{making.make(row.number, until)}"
        return UploadLinkOut(url=url, until=until, files=making.files, most_mb=making.most_mb)
