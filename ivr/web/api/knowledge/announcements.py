"""Announcements: what everybody has to know now, and who has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.knowledge import Use
from ivr.tickets.knowledge import ANNOUNCEMENT, PUBLISHED, READ
from ivr.web.api.customers.fields import Out
from ivr.web.api.knowledge.parts import reader_of
from ivr.web.api.knowledge.shapes import ArticleOut, Ref  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Items, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.knowledge import ArticleRow
    from ivr.web.api.knowledge.parts import KnowledgeParts


class AnnouncementOut(Out):
    """An announcement. read_at: when you said that you have read it, null = not yet."""

    article: ArticleOut
    read_at: datetime | None


class ReceiptOut(Out):
    """Somebody has read it."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnnouncementRoutes:
    """The routes /announcements. They are written and published as articles of that kind."""

    parts: KnowledgeParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/announcements", f"{BASE}/announcements/{{article}}"
        return [
            Route("GET", many, self.announcements, Right("kb", "r")),
            Route("POST", f"{one}/read", self.read_announcement, Right("kb", "x")),
            Route("GET", f"{one}/receipts", self.receipts_of_announcement, Right("kb", "e")),
        ]

    async def announcements(self, ask: Ask) -> Items[AnnouncementOut]:
        """The announcements that hold now, the latest first."""
        now = self.parts.of_tickets.api.clock.now()
        found = await self.parts.knowledge.notices(reader_of(ask.who), now)
        return Items(items=[AnnouncementOut.model_validate(each) for each in found])

    async def read_announcement(self, ask: Ask, article: Ref) -> None:
        """Say that you have read one; again changes nothing."""
        row = await self._announcement(ask, article)
        use = Use(READ, ask.who.name)
        await self.parts.knowledge.use(row.id, use, self.parts.of_tickets.api.clock.now())

    async def receipts_of_announcement(self, ask: Ask, article: Ref) -> Items[ReceiptOut]:
        """Who has read it, in order of time."""
        await self.parts.led(ask, article)
        row = await self._announcement(ask, article)
        found = await self.parts.knowledge.receipts(row.id)
        return Items(items=[ReceiptOut.model_validate(each) for each in found])

    async def _announcement(self, ask: Ask, article: str) -> ArticleRow:
        row = await self.parts.article(ask, article)
        if row.kind != ANNOUNCEMENT or row.published_at is None or row.state != PUBLISHED:
            raise NotFoundError("there is no such announcement")
        return row
