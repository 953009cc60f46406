"""What was said on a ticket, and its whole story: articles, changes, contacts, clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from ivr.runtime.ports.ticket_rows import KEYED
from ivr.runtime.ports.tickets import (
    AGENT,
    CUSTOMER,
    MESSAGE,
    NOTE,
    ArticleRow,
    ChangeRow,
    ContactLink,
    NewArticle,
)
from ivr.web.api.customers.eyes import eyes_of
from ivr.web.api.customers.fields import Long, Out, Ref, Word
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.sight import sight_of
from ivr.web.once import key_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.ticket_rows import NewFile
    from ivr.runtime.ports.tickets import TicketRow, TimelineItem
    from ivr.web.api.customers.eyes import Eyes
    from ivr.web.api.tickets.parts import TicketParts


class FileOut(Out):
    """A file of an article. purged: it was destroyed, only its name is left."""

    id: str
    filename: str
    mime: str
    size_bytes: int
    sha256: str
    purged: bool


class ArticleOut(Out):
    """Something said. kind: reply (ours to the customer), note, message (his), call or system.

    internal: never shown to the customer. author: a person of ours, else his number or address.
    """

    id: str
    ticket: str
    at: datetime
    kind: str
    internal: bool
    author_kind: str
    author: str
    body: str
    content_type: str
    interaction: str
    files: tuple[FileOut, ...]
    masked: tuple[str, ...] = ()


class ChangeOut(Out):
    """A field that changed."""

    by: str
    field: str
    before: Any
    after: Any
    reason: str


class ContactOut(Out):
    """A contact that was linked, and what it was for the ticket."""

    id: str
    role: str
    medium: str


class ClockLineOut(Out):
    """A line of the ledger of a clock."""

    clock: str
    seq: int
    kind: str
    reason: str
    target_s: int | None
    calendar: str
    data: dict[str, str]


class TimelineOut(Out):
    """Something in the life of a ticket; one of article, change, contact, clock is there.

    ticket: the number that it happened to, which may be one that was merged into this one.
    """

    at: datetime
    ticket: str
    article: ArticleOut | None = None
    change: ChangeOut | None = None
    contact: ContactOut | None = None
    clock: ClockLineOut | None = None


class ArticleNew(Body):
    """Something to be said. internal: of a call; a note always is, a reply never.

    sender: of a message, whose words they are; without it the customer's number or address.
    """

    kind: Literal["reply", "note", "message", "call"]
    body: Annotated[Long, Field(min_length=1)]
    internal: bool = False
    interaction: Key | Literal[""] = ""
    sender: Word = ""


class Spoken(Protocol):
    """What ArticleNew and the form with files have in common."""

    @property
    def kind(self) -> str:
        """reply, note, message or call."""

    @property
    def body(self) -> str:
        """The words."""

    @property
    def internal(self) -> bool:
        """Whether the customer is not to read it."""

    @property
    def interaction(self) -> str:
        """The call it was said in, "" = none."""

    @property
    def sender(self) -> str:
        """Whose words they are."""


class ArticleAdded(Out):
    """The article, and whether a person must decide: the customer wrote on a solved ticket."""

    article: ArticleOut
    asks_agent: bool
    version: int


@dataclass(frozen=True, slots=True)
class ArticleRoutes:
    """The routes /tickets/{ref}/articles and /timeline."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/tickets/{{ref}}"
        read = Right("ticket", "r")
        return [
            Route("GET", f"{one}/articles", self.ticket_articles, read),
            Route("POST", f"{one}/articles", self.add_article, Right("ticket", "a"), status=201),
            Route("GET", f"{one}/timeline", self.ticket_timeline, read),
        ]

    async def ticket_articles(self, ask: Ask, ref: Ref) -> Items[ArticleOut]:
        """What was said, oldest first, with that of tickets merged into it."""
        row = await sight_of(self.parts, ask).ticket(ref)
        eyes = await self._eyes(ask, row)
        found = await self.parts.tickets.articles(row.number)
        return Items(items=[article_out(each, eyes) for each in found])

    async def add_article(self, ask: Ask, ref: Ref, body: ArticleNew) -> Reply[ArticleAdded]:
        """Say something on a ticket. A reply meets what was promised for the answer."""
        added, fresh = await self.say(ask, ref, body)
        return Reply(added, 201 if fresh else 200, added.version)

    async def say(
        self, ask: Ask, ref: str, body: Spoken, files: tuple[NewFile, ...] = ()
    ) -> tuple[ArticleAdded, bool]:
        """The article, and whether it is a new one."""
        row = await sight_of(self.parts, ask).ticket(ref)
        article = replace(self._article(ask, row, body), files=files)
        given = await self.parts.tickets.append(row.number, article, self.parts.act(ask))
        shown = article_out(given.article, await self._eyes(ask, row))
        added = ArticleAdded(
            article=shown, asks_agent=given.asks_agent, version=given.ticket.version
        )
        return added, given.fresh

    async def ticket_timeline(self, ask: Ask, ref: Ref) -> Items[TimelineOut]:
        """All that happened, oldest first."""
        row = await sight_of(self.parts, ask).ticket(ref)
        eyes = await self._eyes(ask, row)
        found = await self.parts.tickets.timeline(row.number)
        return Items(items=[item_out(each, eyes) for each in found])

    def _article(self, ask: Ask, row: TicketRow, body: Spoken) -> NewArticle:
        his = body.kind == MESSAGE
        sender = body.sender or row.contact or row.customer_name or CUSTOMER
        key = key_of(ask.request)
        return NewArticle(
            kind=body.kind,
            author_kind=CUSTOMER if his else AGENT,
            author=sender if his else ask.who.name,
            body=body.body,
            at=self.parts.api.clock.now(),
            internal=body.kind == NOTE or (body.internal and body.kind != "reply"),
            message_id=f"{KEYED}{ask.who.name}:{key}" if key else "",
            interaction=body.interaction,
        )

    async def _eyes(self, ask: Ask, row: TicketRow) -> Eyes:
        now = self.parts.api.clock.now()
        return await eyes_of(ask.who, self.parts.contacts, now, row.customer)


def article_out(row: ArticleRow, eyes: Eyes) -> ArticleOut:
    """An article; who may not read names and numbers does not learn the customer's here."""
    shown = ArticleOut.model_validate(row)
    if row.author_kind != CUSTOMER or (eyes.names and not eyes.hides(row.author)):
        return shown
    author = eyes.number(row.author) if eyes.names else ""
    return shown.model_copy(update={"author": author, "masked": ("author",)})


def item_out(item: TimelineItem, eyes: Eyes) -> TimelineOut:
    """Something in the life of a ticket."""
    what, at, ticket = item.what, item.at, item.ticket
    if isinstance(what, ArticleRow):
        return TimelineOut(at=at, ticket=ticket, article=article_out(what, eyes))
    if isinstance(what, ChangeRow):
        return TimelineOut(at=at, ticket=ticket, change=ChangeOut.model_validate(what))
    if isinstance(what, ContactLink):
        return TimelineOut(at=at, ticket=ticket, contact=ContactOut.model_validate(what))
    return TimelineOut(at=at, ticket=ticket, clock=ClockLineOut.model_validate(what))
