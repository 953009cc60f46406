"""Somebody who writes articles, on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.knowledge import NewArticle
from ivr.store import postgres
from ivr.store.address import read_address
from ivr.store.knowledge.repository import SqlKnowledge
from ivr.store.search.repository import SqlSearch
from ivr.store.tables import METADATA, owner
from ivr.store.tickets.jobs import Jobs
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
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


async def empty(url: str) -> None:
    """Take every row out of a PostgreSQL database."""
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables if table is not owner)
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"TRUNCATE {names} CASCADE")
    await engine.dispose()
