"""The search box: tickets, customers and articles together, as far as whoever asks may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from ivr.runtime.ports.search import CUSTOMER, KINDS, SearchSight
from ivr.tickets.search import MOST_CHARACTERS, parse_query
from ivr.web.api.customers.fields import Out
from ivr.web.api.knowledge.parts import reader_of
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right, may
from ivr.web.typed import Ask, Items, Limit, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.search import Found
    from ivr.web.api.knowledge.parts import KnowledgeParts

Kind = Literal["ticket", "customer", "article"]
Kinds = Annotated[tuple[Kind, ...], Field(max_length=3)]
Text = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+\z", max_length=MOST_CHARACTERS)
]


class FoundOut(Out):
    """Something found. rank: ticket (by number), contact (by number or address), phrase, words.

    number: of the ticket or customer, the article's slug. title: subject, name or title. state:
    status, kind of customer, state of article. group: team, segment, language.
    """

    kind: str
    id: str
    number: str
    title: str | None
    state: str
    group: str
    rank: str
    at: datetime
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRoutes:
    """The route /search."""

    parts: KnowledgeParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [Route("GET", f"{BASE}/search", self.search, Right("search", "r"))]

    async def search(
        self, ask: Ask, q: Text, kind: Kinds = (), limit: Limit = 20
    ) -> Items[FoundOut]:
        """Find tickets, customers and articles: words, "a phrase", -without, status: team:
        category: kind: tag: from: to:, numbers and addresses. The best first."""
        query = parse_query(q, self.parts.of_tickets.rules().country)
        sight = self._sight(ask)
        found = await self.parts.search.find(query, kind or KINDS, sight, limit=limit)
        return Items(items=[_out(each, names=sight.names) for each in found])

    def _sight(self, ask: Ask) -> SearchSight:
        who, reader = ask.who, reader_of(ask.who)
        tickets = may(who, "ticket", "r") is not None
        return SearchSight(
            tickets=tickets,
            scope=self.parts.sight(ask).scope() if tickets else None,
            customers=may(who, "customer", "r") is not None,
            names=may(who, "name", "r") is not None,
            reader=reader if may(who, "kb", "r") else None,
            at=None if reader.edits else self.parts.of_tickets.api.clock.now(),
        )


def _out(found: Found, *, names: bool) -> FoundOut:
    hidden = found.kind == CUSTOMER and not names
    return FoundOut(
        kind=found.kind,
        id=found.id,
        number=found.number,
        title=None if hidden else found.title,
        state=found.state,
        group=found.group,
        rank=found.rank.name.lower(),
        at=found.at,
        masked=("title",) if hidden else (),
    )
