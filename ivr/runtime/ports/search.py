"""The seam of search: words over tickets, customers and articles, as far as somebody may see them.

What is typed is read by `ivr/tickets/search.py`. Raises StoreError where the database fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.tickets import Scope
    from ivr.tickets.knowledge import Reader
    from ivr.tickets.search import Query
    from ivr.tickets.search_text import Rank

TICKET, CUSTOMER, ARTICLE = "ticket", "customer", "article"
KINDS = (TICKET, CUSTOMER, ARTICLE)
MOST = 200


@dataclass(frozen=True, slots=True)
class SearchSight:
    """What somebody may find. tickets: whether any, and scope: which, None = all.

    customers: whether any; names: also by name, telephone and address, not by number alone.
    reader: of articles, None = none; at: only articles that hold then, None = also those over.
    """

    tickets: bool = False
    scope: Scope | None = None
    customers: bool = False
    names: bool = False
    reader: Reader | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Something found. id: public. number: of the ticket or customer, or the article's slug.

    title: subject, name or title. state: status of a ticket, kind of a customer, state of an
    article. group: team of a ticket, segment of a customer, language of an article.
    """

    kind: str
    id: str
    number: str
    title: str
    state: str
    group: str
    rank: Rank
    at: datetime


class Search(Protocol):
    """Finds tickets, customers and articles together."""

    async def find(
        self,
        query: Query,
        kinds: Sequence[str],
        sight: SearchSight,
        *,
        limit: int = 50,
        tenant: int = 1,
    ) -> Sequence[Found]:
        """The best first, each once, at most `limit` (MOST)."""
