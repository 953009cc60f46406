"""A search in the words of the databases, and what is found in one order.

Both index the same text, `index_text`, and get the same words, so both find the same rows. Only
letters and digits ever reach either language, each word inside quotation marks: whatever people
type, it stays text. Sources: tickets.md section 14; sqlite.org/fts5.html section 3;
PostgreSQL manual 12.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from ivr.tickets.search import LookupKind, Term, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ivr.tickets.search import Query

MOST_WORDS = 16_000
"""Of one text: PostgreSQL tells the places of later words no longer apart."""


class Rank(IntEnum):
    """How well something fits; the higher comes first, whatever the databases think of it."""

    WORDS = 1
    PHRASE = 2
    CONTACT = 3
    TICKET = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. score: of the database, greater is better. at: when it last changed."""

    kind: str
    id: int
    rank: Rank
    score: float
    at: datetime


def index_text(*parts: str) -> str:
    """What the databases index of a record (`search_fold`): its words with one blank between."""
    found = (word for part in parts for word in words(part))
    return " ".join(word for _, word in zip(range(MOST_WORDS), found, strict=False))


def fts5_match(query: Query) -> str:
    """What has to be there, for MATCH of SQLite's FTS5; "" if no word has to."""
    return " AND ".join(_fts5(term) for term in query.terms)


def fts5_without(query: Query) -> str:
    """What must not be there, as another MATCH whose rows are taken away; "" if nothing."""
    return " OR ".join(_fts5(term) for term in query.without)


def fts5_phrase(query: Query) -> str:
    """All words next to each other: what it finds ranks as a phrase; "" for a single word."""
    whole = _phrase(query)
    return _fts5(whole) if whole else ""


def tsquery(query: Query) -> str:
    """What has to be there and what must not, for `to_tsquery('simple', ...)`; "" if no words."""
    there = [_tsquery(term) for term in query.terms]
    return " & ".join(there + [f"!({_tsquery(term)})" for term in query.without])


def tsquery_phrase(query: Query) -> str:
    """All words next to each other: what it finds ranks as a phrase; "" for a single word."""
    whole = _phrase(query)
    return _tsquery(whole) if whole else ""


def rank_of(kind: LookupKind) -> Rank:
    """The rank of what a number or an address found."""
    return Rank.TICKET if kind is LookupKind.TICKET else Rank.CONTACT


def best_first(hits: Iterable[Hit]) -> list[Hit]:
    """Each thing once, the best first: by rank, then the database's score, then the latest."""
    order = sorted(hits, key=lambda hit: (-hit.rank, -hit.score, -hit.at.timestamp(), hit.id))
    best: dict[tuple[str, int], Hit] = {}
    for hit in order:
        best.setdefault((hit.kind, hit.id), hit)
    return list(best.values())


def _phrase(query: Query) -> Term | None:
    every = tuple(word for term in query.terms for word in term.words)
    if len(every) < 2:
        return None
    return Term(every, prefix=query.terms[-1].prefix)


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def _tsquery(term: Term) -> str:
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
