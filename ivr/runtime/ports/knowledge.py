"""The seam of the knowledge base: articles by language and version, and what they were used for.

An article is named by the public id of one of its versions, or by slug and language. Errors:
NotFoundError 404 (also for what the reader may not see), StaleVersionError 412, NotValidError 422,
ArticleStateError 409. Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.tickets import Act
    from ivr.tickets.knowledge import Reader

CHANGEABLE = (
    *("title", "body", "ivr_answer", "visibility", "categories", "valid_from", "valid_until"),
)
"""What `change` takes, of drafts only."""
MOST = 200
"""Rows of a page at most."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """A draft to be written. categories: paths or codes. valid_until: no longer shown then."""

    slug: str
    locale: str
    title: str
    kind: str = "article"
    body: str = ""
    ivr_answer: str = ""
    visibility: str = "agents"
    categories: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One version of an article in one language. revision: rises with each change of this row."""

    id: str
    kind: str
    slug: str
    locale: str
    version: int
    revision: int
    title: str
    body: str
    ivr_answer: str
    visibility: str
    state: str
    categories: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    author: str
    at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles; empty = any. category: path or code, with those below it. words: all there.

    valid_at: only what holds at that moment.
    """

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    locale: str = ""
    slug: str = ""
    category: str = ""
    words: str = ""
    valid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A part of a list, the latest first. next: cursor of what follows, "" = this was all."""

    rows: tuple[ArticleRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """What an article was used for. kind: of USES. interaction, ticket: what for, "" = nothing."""

    kind: str
    person: str = ""
    interaction: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement as somebody sees it. read_at: when he said that he has read it."""

    article: ArticleRow
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody has read an announcement."""

    person: str
    at: datetime


class Knowledge(Protocol):
    """Articles, documents and announcements. Every change is one durable transaction."""

    async def draft(self, new: NewArticle, act: Act, *, tenant: int = 1) -> ArticleRow:
        """Write a draft: the next version in its language. ArticleStateError if there is one."""

    async def change(
        self,
        ref: str,
        changes: Mapping[str, object],
        act: Act,
        *,
        revision: int | None = None,
        tenant: int = 1,
    ) -> ArticleRow:
        """Change fields of CHANGEABLE of a draft. revision: as read, None = whatever it is."""

    async def publish(
        self, ref: str, act: Act, *, revision: int | None = None, tenant: int = 1
    ) -> ArticleRow:
        """Publish a draft; what was published before in its language is archived."""

    async def archive(
        self, ref: str, act: Act, *, revision: int | None = None, tenant: int = 1
    ) -> ArticleRow:
        """Take a published version or a draft out of use."""

    async def remove(self, ref: str, act: Act, *, tenant: int = 1) -> None:
        """Delete a draft; what was published once stays."""

    async def get(self, ref: str, reader: Reader, *, tenant: int = 1) -> ArticleRow | None:
        """One version, if this reader may see it."""

    async def page(
        self,
        which: ArticleFilter,
        reader: Reader,
        *,
        cursor: str = "",
        limit: int = 50,
        tenant: int = 1,
    ) -> ArticlePage:
        """What a reader may see of it. Raises NotValidError for a cursor that is none."""

    async def published(
        self, slug: str, locale: str, reader: Reader, at: datetime, *, tenant: int = 1
    ) -> ArticleRow | None:
        """What holds now under a slug in a language ("" = any) and this reader may see."""

    async def use(self, ref: str, use: Use, at: datetime, *, tenant: int = 1) -> None:
        """Count a use. A receipt (`read`) of a person counts once."""

    async def uses(self, ref: str, *, tenant: int = 1) -> Mapping[str, int]:
        """How often this version was used, by kind."""

    async def notices(self, reader: Reader, at: datetime, *, tenant: int = 1) -> Sequence[Notice]:
        """The announcements that hold now, the latest first."""

    async def receipts(self, ref: str, *, tenant: int = 1) -> Sequence[Receipt]:
        """Who has read an announcement, in order of time."""
