"""The port `Knowledge` on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.tickets import Act
from ivr.store.knowledge import reading, uses, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.knowledge import (
        ArticleFilter,
        ArticlePage,
        ArticleRow,
        NewArticle,
        Notice,
        Receipt,
        Use,
    )
    from ivr.store.tickets.jobs import Jobs
    from ivr.tickets.knowledge import Reader


class SqlKnowledge:
    """Articles, documents and announcements."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def draft(self, new: NewArticle, act: Act, *, tenant: int = 1) -> ArticleRow:
        """Write a draft: the next version in its language."""
        return await self._jobs.write(act, tenant, lambda it: writing.draft(it, new))

    async def change(
        self,
        ref: str,
        changes: Mapping[str, object],
        act: Act,
        *,
        revision: int | None = None,
        tenant: int = 1,
    ) -> ArticleRow:
        """Change fields of a draft."""
        wanted = dict(changes)
        return await self._jobs.write(
            act, tenant, lambda it: writing.change(it, ref, wanted, revision)
        )

    async def publish(
        self, ref: str, act: Act, *, revision: int | None = None, tenant: int = 1
    ) -> ArticleRow:
        """Publish a draft; what was published before in its language is archived."""
        return await self._jobs.write(act, tenant, lambda it: writing.publish(it, ref, revision))

    async def archive(
        self, ref: str, act: Act, *, revision: int | None = None, tenant: int = 1
    ) -> ArticleRow:
        """Take a published version or a draft out of use."""
        return await self._jobs.write(act, tenant, lambda it: writing.archive(it, ref, revision))

    async def remove(self, ref: str, act: Act, *, tenant: int = 1) -> None:
        """Delete a draft."""
        await self._jobs.write(act, tenant, lambda it: writing.remove(it, ref))

    async def get(self, ref: str, reader: Reader, *, tenant: int = 1) -> ArticleRow | None:
        """One version, if this reader may see it."""
        return await self._jobs.read(tenant, lambda it: reading.get(it, ref, reader))

    async def page(
        self,
        which: ArticleFilter,
        reader: Reader,
        *,
        cursor: str = "",
        limit: int = 50,
        tenant: int = 1,
    ) -> ArticlePage:
        """What a reader may see of it."""
        return await self._jobs.read(
            tenant, lambda it: reading.page(it, which, reader, cursor, limit)
        )

    async def published(
        self, slug: str, locale: str, reader: Reader, at: datetime, *, tenant: int = 1
    ) -> ArticleRow | None:
        """What holds now under a slug in a language."""
        return await self._jobs.read(
            tenant, lambda it: reading.published(it, slug, locale, reader, at)
        )

    async def use(self, ref: str, use: Use, at: datetime, *, tenant: int = 1) -> None:
        """Count a use."""
        act = Act(use.person or "server", at)
        await self._jobs.write(act, tenant, lambda it: uses.add(it, ref, use, at))

    async def uses(self, ref: str, *, tenant: int = 1) -> Mapping[str, int]:
        """How often this version was used, by kind."""
        return await self._jobs.read(tenant, lambda it: uses.counts(it, ref))

    async def notices(self, reader: Reader, at: datetime, *, tenant: int = 1) -> Sequence[Notice]:
        """The announcements that hold now."""
        return await self._jobs.read(tenant, lambda it: reading.notices(it, reader, at))

    async def receipts(self, ref: str, *, tenant: int = 1) -> Sequence[Receipt]:
        """Who has read an announcement."""
        return await self._jobs.read(tenant, lambda it: uses.receipts(it, ref))
