"""Somebody who writes articles, on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.runtime.ports.knowledge import NewArticle
from ivr.store.knowledge.repository import SqlKnowledge
from ivr.store.search.repository import SqlSearch
from ivr.store.tables import interaction, interaction_segment
from ivr.store.tickets.jobs import Jobs
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.runtime.ports.knowledge import ArticleRow


class Writers(Desk):
    """Somebody who writes articles, beside the desk for tickets."""

    def __post_init__(self) -> None:
        """With the knowledge base and the search."""
        super().__post_init__()
        self.kb = SqlKnowledge(Jobs(self.store.database, lambda: self.rules))
        self.search = SqlSearch(self.store.database, lambda: self.rules)

    async def draft(self, slug: str = "iade", tenant: int = 1, **fields: Any) -> ArticleRow:  # noqa: ANN401
        """A draft; what is not named is made up."""
        by = fields.pop("by", "sule")
        made = {"locale": "tr", "title": "İade nasıl yapılır", "body": "Kargoya verin.", **fields}
        return await self.kb.draft(NewArticle(slug, **made), self.act(by), tenant=tenant)

    async def publish(self, slug: str = "iade", tenant: int = 1, **fields: Any) -> ArticleRow:  # noqa: ANN401
        """The same, published."""
        made = await self.draft(slug, tenant, **fields)
        return await self.kb.publish(made.id, self.act("sule"), tenant=tenant)

    async def end_call(self, public_id: str, queue: str, *, is_over: bool) -> None:
        """A call is over, perhaps after it waited in a queue."""
        at = self.at

        def job(connection: Connection) -> None:
            mine = interaction.c.public_id == public_id
            row = connection.scalar(select(interaction.c.id).where(mine))
            ended = update(interaction).where(mine).values(ended_at=at if is_over else None)
            connection.execute(ended)
            part = {"interaction_id": row, "seq": 1, "kind": "ivr", "detail": ""}
            span = {"started_at": at, "ended_at": at, "queue": queue or None}
            connection.execute(insert(interaction_segment).values({**part, **span}))

        await self.store.database.change(job)
