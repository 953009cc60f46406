"""`/u/{token}`: a customer sends photos or videos for his ticket, by a link that an agent gave him.

The link is good for a while and for one sending; whoever has it needs no login, and the page needs
no script. It tells nothing of the ticket but its number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.runtime.ports.ticket_rows import CUSTOMER, MESSAGE, Act, NewArticle
from ivr.tickets.numbering import shown
from ivr.web.auth.csrf import check_public
from ivr.web.files.receiving import received
from ivr.web.help.filled import MOST_MESSAGE
from ivr.web.help.markup import alert, files_field, page, text_area
from ivr.web.help.markup import field as framed
from ivr.web.help.parts import HOUR_S, TRIES_PER_HOUR, kindly, language_of, too_often
from ivr.web.help.words import said
from ivr.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.ticket_rows import TicketRow
    from ivr.runtime.ports.tickets import Tickets
    from ivr.web.files.receiving import Sent, Taking
    from ivr.web.help.upload_links import UploadLink, UploadLinks

BY = "web"


@dataclass(frozen=True, slots=True)
class SendingPage:
    """The handlers. source, origins: of a request."""

    links: UploadLinks
    tickets: Tickets
    taking: Taking
    clock: Clock
    source: Callable[[web.Request], str]
    origins: Callable[[web.Request], Sequence[str]]
    tries: Rates = field(default_factory=lambda: Rates(TRIES_PER_HOUR / HOUR_S, TRIES_PER_HOUR))

    def routes(self) -> list[web.RouteDef]:
        """Both ways to this page."""
        return [
            web.get("/u/{token}", kindly(self.show)),
            web.post("/u/{token}", kindly(self.send)),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The empty form."""
        link, over = await self._link(request)
        return over or self._form(request, link)

    async def send(self, request: web.Request) -> web.Response:
        """What he sends."""
        check_public(request, self.origins(request))
        if self.tries.wait_s(self.source(request), self.clock.now().timestamp()):
            return too_often(language_of(request))
        link, over = await self._link(request)
        if over is not None:
            return over
        async with received(request, self.taking) as sent:
            words = sent.values.get("message", "").strip()
            wrong = _wrong(sent, words)
            if wrong:
                return self._form(request, link, words, wrong)
            return await self._take(request, link, words, sent)

    async def _take(
        self, request: web.Request, link: UploadLink, words: str, sent: Sent
    ) -> web.Response:
        row, language = await self._ticket(link), language_of(request)
        now = self.clock.now()
        article = NewArticle(
            kind=MESSAGE,
            author_kind=CUSTOMER,
            author=row.contact or row.customer_name or CUSTOMER,
            body=words.replace("\0", ""),
            at=now,
            message_id=link.message_id,
            files=sent.take(),
        )
        given = await self.tickets.append(row.number, article, Act(BY, now))
        sent.taken = given.fresh
        if not given.fresh:
            return _over(language, "link_used")
        told = f"<p>{escape(said(language, 'files_came').format(n=len(sent.files)))}</p>"
        return page(language, said(language, "thanks"), told, home=False)

    async def _link(self, request: web.Request) -> tuple[UploadLink, web.Response | None]:
        """What the address says, and the answer where it is not good any more. Raises 404."""
        link = self.links.read(request.match_info["token"])
        if link is None:
            raise web.HTTPNotFound
        language = language_of(request)
        if self.clock.now() >= link.until:
            return link, _over(language, "link_over")
        if link.message_id in await self.tickets.of_messages([link.message_id]):
            return link, _over(language, "link_used")
        await self._ticket(link)
        return link, None

    async def _ticket(self, link: UploadLink) -> TicketRow:
        row = await self.tickets.get(link.ticket)
        if row is None:
            raise web.HTTPNotFound
        return row

    def _form(
        self, request: web.Request, link: UploadLink, words: str = "", wrong: str = ""
    ) -> web.Response:
        language = language_of(request)
        area = text_area("message", words, most=MOST_MESSAGE)
        written = framed(
            "message", said(language, "message"), area, optional=said(language, "optional")
        )
        body = (
            f"{alert(said(language, wrong)) if wrong else ''}"
            f"<p>{escape(said(language, 'number'))}: <strong>{shown(link.ticket)}</strong></p>"
            f'<form method="post" action="?lang={language}" enctype="multipart/form-data">'
            f"{files_field(language, self.taking, wrong)}{written}"
            f"<p>{escape(said(language, 'link_once'))}</p>"
            f"<p><button>{escape(said(language, 'send'))}</button></p></form>"
        )
        title = said(language, "send_files")
        return page(language, title, body, status=422 if wrong else 200, home=False)


def _wrong(sent: Sent, words: str) -> str:
    """Key of the words that say what is wrong, "" = nothing."""
    if sent.refused is not None:
        return "file_kind"
    if not sent.files:
        return "no_file"
    return "too-long" if len(words) > MOST_MESSAGE else ""


def _over(language: str, why: str) -> web.Response:
    words = alert(said(language, why))
    return page(language, said(language, "send_files"), words, status=410, home=False)
