"""What one search has at hand, and what a question about any kind of thing has in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ivr.domain.fold import fold
from ivr.runtime.ports.search import Found
from ivr.store.search.matching import words_of
from ivr.tickets.search_text import Hit, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

    from ivr.runtime.ports.search import SearchSight
    from ivr.runtime.ports.tickets import TicketRules
    from ivr.tickets.search import Query

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asking:
    """One search under way."""

    connection: Connection
    tenant: int
    query: Query
    sight: SearchSight
    rules: TicketRules
    limit: int

    def days(self, moment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """Between the first and the last day, as the tenant's calendar has them."""
        found = []
        if self.query.since is not None:
            found.append(moment >= self._begin(self.query.since))
        if self.query.until is not None:
            found.append(moment < self._begin(self.query.until + _DAY))
        return found

    def codes(self, names: Sequence[str]) -> list[str]:
        """The codes of categories, folded paths or codes, with all below them."""
        catalogue = self.rules.catalogue
        every = catalogue.categories.values()
        above = [each.path for each in every if {fold(each.path), fold(each.code)} & {*names}]
        within = [
            each.code for each in every if any(catalogue.is_within(each.path, top) for top in above)
        ]
        return sorted({*within, *names})

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.rules.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Match:
    """A row that was found: what decides its place, and what is shown of it."""

    hit: Hit
    shown: Found


def matches(asking: Asking, about: Table, question: Select[Any], kind: str) -> Iterator[Match]:
    """Rows that have the words: first those that have them as a phrase, then the others.

    question: gives public_id, number, title, state, group and at, narrowed to what may be seen.
    """
    if not (asking.query.terms or asking.query.filters or _has_days(asking.query)):
        return
    words = words_of(about, asking.connection, asking.query)
    question = question.add_columns(about.c.id)
    if words.phrase:
        phrase = words.best(words.as_phrase(question), asking.limit)
        yield from told(asking, phrase, kind, Rank.PHRASE)
    yield from told(asking, words.best(question, asking.limit), kind, Rank.WORDS)


def told(asking: Asking, question: Select[Any], kind: str, rank: Rank) -> Iterator[Match]:
    """The rows of a question as matches of one rank."""
    for row in asking.connection.execute(question):
        yield _match(row, kind, rank)


def distinct(connection: Connection, column: ColumnElement[Any]) -> list[str]:
    """Every value of an indexed column, by jumping from one to the next."""
    steps = select(func.min(column).label("value")).cte("steps", recursive=True)
    above = select(func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(above).where(steps.c.value.is_not(None)))
    found = connection.scalars(select(steps.c.value).where(steps.c.value.is_not(None)))
    return [str(each) for each in found]


def _has_days(query: Query) -> bool:
    return query.since is not None or query.until is not None


def _match(row: Row[Any], kind: str, rank: Rank) -> Match:
    score = float(getattr(row, "score", 0.0))
    found = Found(kind, row.public_id, row.number, row.title, row.state, row.group, rank, row.at)
    return Match(Hit(kind, row.id, rank, score, row.at), found)
