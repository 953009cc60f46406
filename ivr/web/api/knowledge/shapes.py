"""Articles as the API takes and gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from ivr.runtime.ports.knowledge import ArticleFilter
from ivr.web.api.customers.fields import Cursor, Long, MaybeCode, MaybeRef, Out
from ivr.web.typed import Body, Limit, Query

Kind = Literal["article", "document", "announcement"]
State = Literal["draft", "published", "archived"]
Visibility = Literal["internal", "agents", "public"]
Use = Literal["shown", "helpful", "solved", "sent"]
Ref = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{26}\z")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*\z", max_length=128)]
MaybeSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]{0,128}\z")]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2})?\z")]
MaybeLocale = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}(-[A-Za-z]{2})?)?\z")]
Title = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}\z")]
Answer = Annotated[str, StringConstraints(pattern=r"^[^\x00]*\z", max_length=2000)]
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}\z")]
Categories = Annotated[tuple[MaybeCode, ...], Field(max_length=50)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 2, tzinfo=UTC), le=datetime(9999, 12, 30, tzinfo=UTC)),
]


class ArticleOut(Out):
    """One version of an article in one language. revision: rises with each change of it."""

    id: str
    kind: Kind
    slug: str
    locale: str
    version: int
    revision: int
    title: str
    body: str
    ivr_answer: str
    visibility: Visibility
    state: State
    categories: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    author: str
    at: datetime
    published_at: datetime | None


class ArticleNew(Body):
    """A draft to be written. ticket: it is made from that one, so its subject, its description and
    its category are taken where nothing is given here."""

    slug: Slug
    locale: Locale
    kind: Kind = "article"
    title: Title = ""
    body: Long = ""
    ivr_answer: Answer = ""
    visibility: Visibility = "agents"
    categories: Categories = ()
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    ticket: MaybeRef = ""


class ArticleChange(Body):
    """What shall be otherwise in a draft; what is not named stays."""

    title: Title | None = None
    body: Long | None = None
    ivr_answer: Answer | None = None
    visibility: Visibility | None = None
    categories: Categories | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    def changes(self) -> dict[str, Any]:
        """What was named, as the port takes it; null takes a moment away."""
        named = self.model_dump(exclude_unset=True)
        return {
            name: value
            for name, value in named.items()
            if value is not None or name.startswith("valid_")
        }


class ArticleList(Query):
    """Which articles; all that is given must hold. category: with those below it. q: words that
    all are there. valid: only what holds now."""

    kind: Annotated[tuple[Kind, ...], Field(max_length=3)] = ()
    state: Annotated[tuple[State, ...], Field(max_length=3)] = ()
    visibility: Annotated[tuple[Visibility, ...], Field(max_length=3)] = ()
    locale: MaybeLocale = ""
    slug: MaybeSlug = ""
    category: MaybeCode = ""
    q: Words = ""
    valid: bool = False
    cursor: Cursor = ""
    limit: Limit = 50

    def which(self, now: datetime) -> ArticleFilter:
        """As the port asks for it."""
        return ArticleFilter(
            kinds=self.kind,
            states=self.state,
            visibilities=self.visibility,
            locale=self.locale,
            slug=self.slug,
            category=self.category,
            words=self.q,
            valid_at=now if self.valid else None,
        )


class UseNew(Body):
    """What an article was good for. solved: it answered the question of a call or of a ticket."""

    kind: Use
    interaction: MaybeRef = ""
    ticket: MaybeRef = ""


class UsesOut(Out):
    """How often a version was used."""

    shown: int
    helpful: int
    solved: int
    sent: int
    read: int
