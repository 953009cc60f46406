"""Articles of the knowledge base: lists, drafts, publishing, what they were good for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.runtime.ports.knowledge import NewArticle
from ivr.runtime.ports.knowledge import Use as PortUse
from ivr.web.api.knowledge.parts import reader_of
from ivr.web.api.knowledge.shapes import (
    ArticleChange,
    ArticleList,
    ArticleNew,
    ArticleOut,
    Ref,
    UseNew,
    UsesOut,
)
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Items, Reply, Route, Version

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.knowledge import ArticleRow
    from ivr.web.api.knowledge.parts import KnowledgeParts

MOST_TITLE = 200


@dataclass(frozen=True, slots=True)
class KnowledgeRoutes:
    """The routes /kb."""

    parts: KnowledgeParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/kb", f"{BASE}/kb/{{article}}"
        read, edit = Right("kb", "r"), Right("kb", "e")
        return [
            Route("GET", many, self.articles, read),
            Route("POST", many, self.draft_article, Right("kb", "a"), status=201, also=(404, 409)),
            Route("GET", one, self.article, read),
            Route("PATCH", one, self.change_article, edit, also=(409,)),
            Route("DELETE", one, self.remove_draft, Right("kb", "d"), also=(409,)),
            Route("POST", f"{one}/publish", self.publish_article, edit, also=(409,)),
            Route("POST", f"{one}/archive", self.archive_article, edit, also=(409,)),
            Route("POST", f"{one}/uses", self.use_article, Right("kb", "x")),
            Route("GET", f"{one}/uses", self.uses_of_article, read),
        ]

    async def articles(self, ask: Ask, query: ArticleList) -> Items[ArticleOut]:
        """The articles that you may read, the latest first, a page at a time."""
        page = await self.parts.knowledge.page(
            query.which(self._now()), reader_of(ask.who), cursor=query.cursor, limit=query.limit
        )
        return Items(items=[_out(row) for row in page.rows], next=page.next or None)

    async def draft_article(self, ask: Ask, body: ArticleNew) -> Reply[ArticleOut]:
        """Write a draft, also from a ticket; agents write drafts, supervisors publish them."""
        new = NewArticle(**body.model_dump(exclude={"ticket"}))
        if body.ticket:
            row = await self.parts.sight(ask).ticket(body.ticket)
            new = replace(
                new,
                title=new.title or row.subject[:MOST_TITLE],
                body=new.body or row.description,
                categories=new.categories or tuple(filter(None, (row.category,))),
            )
        return _reply(await self.parts.knowledge.draft(new, self.parts.act(ask)))

    async def article(self, ask: Ask, article: Ref) -> Reply[ArticleOut]:
        """One version of an article."""
        return _reply(await self.parts.article(ask, article))

    async def change_article(
        self, ask: Ask, article: Ref, body: ArticleChange, version: Version
    ) -> Reply[ArticleOut]:
        """Change a draft; what is published gets a new draft."""
        await self.parts.changeable(ask, article)
        act = self.parts.act(ask)
        return _reply(
            await self.parts.knowledge.change(article, body.changes(), act, revision=version)
        )

    async def remove_draft(self, ask: Ask, article: Ref) -> None:
        """Delete a draft; what was published once stays."""
        await self.parts.article(ask, article)
        await self.parts.knowledge.remove(article, self.parts.act(ask))

    async def publish_article(self, ask: Ask, article: Ref, version: Version) -> Reply[ArticleOut]:
        """Publish a draft; the version before is archived."""
        await self.parts.led(ask, article)
        act = self.parts.act(ask)
        return _reply(await self.parts.knowledge.publish(article, act, revision=version))

    async def archive_article(self, ask: Ask, article: Ref, version: Version) -> Reply[ArticleOut]:
        """Take a version out of use."""
        await self.parts.led(ask, article)
        act = self.parts.act(ask)
        return _reply(await self.parts.knowledge.archive(article, act, revision=version))

    async def use_article(self, ask: Ask, article: Ref, body: UseNew) -> None:
        """Say what an article was good for, such as that it solved a ticket."""
        row, ticket = await self.parts.article(ask, article), ""
        if body.ticket:
            ticket = (await self.parts.sight(ask).ticket(body.ticket)).number
        use = PortUse(body.kind, ask.who.name, body.interaction, ticket)
        await self.parts.knowledge.use(row.id, use, self._now())

    async def uses_of_article(self, ask: Ask, article: Ref) -> UsesOut:
        """How often a version was shown, helped and so on."""
        row = await self.parts.article(ask, article)
        return UsesOut(**await self.parts.knowledge.uses(row.id))

    def _now(self) -> datetime:
        return self.parts.of_tickets.api.clock.now()


def _out(row: ArticleRow) -> ArticleOut:
    return ArticleOut.model_validate(row)


def _reply(row: ArticleRow) -> Reply[ArticleOut]:
    return Reply(_out(row), version=row.revision)
