"""Links by which a customer sends photos or videos for a ticket, without a login."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.texts import TextNew
from ivr.web.api.customers.fields import Out, Ref
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.web.api.tickets.parts import TicketParts

Text: TypeAlias = Callable[[TextNew], Awaitable[object]]
WORDS: Mapping[str, str] = {
    "tr": "Fotoğraf ve videolarınızı bu bağlantıdan gönderebilirsiniz: {url}",
    "en": "You can send your photos and videos by this link: {url}",
}
"""What a text message with a link says."""


class UploadLinkAsk(Body):
    """text: language in which the link is texted to the number of the ticket, "" = it is not."""

    text: Literal["", "tr", "en"] = ""


class UploadLinkOut(Out):
    """A link. until: when it ends, if it was not used before. files, most_mb: what can be sent."""

    url: str
    until: datetime
    files: int
    most_mb: int


@dataclass(frozen=True, slots=True)
class LinkMaking:
    """How links are made. make: number of a ticket, end -> token. files, most_mb: as told. text:
    sends a text message, None = no trunk does."""

    make: Callable[[str, datetime], str]
    life_s: float
    files: int
    most_mb: int
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class UploadLinkRoutes:
    """The route /tickets/{ref}/upload-link. making None: nobody makes such links here."""

    parts: TicketParts
    making: LinkMaking | None

    def routes(self) -> list[Route]:
        """The operation of this module."""
        path = f"{BASE}/tickets/{{ref}}/upload-link"
        return [Route("POST", path, self.make_upload_link, Right("ticket", "a"), status=201)]

    async def make_upload_link(self, ask: Ask, ref: Ref, body: UploadLinkAsk) -> UploadLinkOut:
        """A link to give to the customer, good for one sending. Who makes it is written down."""
        row = await sight_of(self.parts, ask).ticket(ref)
        making, api = self.making, self.parts.api
        if making is None:
            raise NotFoundError("this server makes no such links (uploads.link)")
        text = self._text(row.contact) if body.text else None
        facts = {"texted": body.text} if body.text else {}
        await api.write_down(ask, "ticket.upload_link", f"ticket:{row.number}", **facts)
        now = api.clock.now()
        until = now + timedelta(seconds=making.life_s)
        token = making.make(row.number, until)
        url = f"{api.place.base}/u/{token}"
        if text is not None:
            said = WORDS[body.text].format(url=url)
            key = f"upload:{token[-22:]}"
            await text(TextNew(row.contact, said, key, now, in_contact=True, expires_at=until))
        return UploadLinkOut(url=url, until=until, files=making.files, most_mb=making.most_mb)

    def _text(self, to: str) -> Text:
        """What texts to this number. Raises NotValidError."""
        if self.making is None or self.making.text is None:
            raise NotValidError("text: no trunk of this server sends text messages")
        if not to.startswith("+"):
            raise NotValidError("text: the ticket has no telephone number")
        return self.making.text
