"""The port `Search` on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.search import ARTICLE, CUSTOMER, MOST, TICKET
from ivr.store.search import articles, people, tickets
from ivr.store.search.asking import Asking
from ivr.tickets.search_text import best_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from ivr.runtime.ports.search import Found, SearchSight
    from ivr.runtime.ports.tickets import Rules
    from ivr.store.database import Database
    from ivr.store.search.asking import Match
    from ivr.tickets.search import Query

_FINDERS: Mapping[str, Callable[[Asking], Iterator[Match]]] = {
    TICKET: tickets.find,
    CUSTOMER: people.find,
    ARTICLE: articles.find,
}


class SqlSearch:
    """Finds tickets, customers and articles together. rules: what is published now."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    async def find(
        self,
        query: Query,
        kinds: Sequence[str],
        sight: SearchSight,
        *,
        limit: int = 50,
        tenant: int = 1,
    ) -> Sequence[Found]:
        """The best first, each once, at most `limit`."""
        rules, most = self._rules(), max(1, min(limit, MOST))

        def question(connection: Connection) -> list[Found]:
            asking = Asking(connection, tenant, query, sight, rules, most)
            return _best(asking, kinds)

        return await self._database.read(question)


def _best(asking: Asking, kinds: Sequence[str]) -> list[Found]:
    found = [match for kind in dict.fromkeys(kinds) for match in _FINDERS[kind](asking)]
    by_place = {(match.hit.kind, match.hit.id, match.hit.rank): match.shown for match in found}
    best = best_first(match.hit for match in found)[: asking.limit]
    return [by_place[hit.kind, hit.id, hit.rank] for hit in best]
