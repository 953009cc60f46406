"""Words in a question to either database: which rows have them, and how well.

SQLite: the tables `words_of_...` (migration 0011). PostgreSQL: the column `search_words`.
Sources: sqlite.org/fts5.html 5.1.1; PostgreSQL manual 12.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, column, func, literal, literal_column, not_, select, table

from ivr.tickets.search_text import (
    fts5_match,
    fts5_phrase,
    fts5_without,
    tsquery,
    tsquery_phrase,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, Table

    from ivr.tickets.search import Query

_SIMPLE: ColumnElement[Any] = literal_column("'simple'")


@dataclass(frozen=True, slots=True)
class Words:
    """What a question about one of the three tables says of words, in the database's language.

    has: there and not missing, "" = no words asked. without: SQLite only. phrase: "" = no phrase.
    """

    about: Table
    is_postgres: bool
    has: str
    without: str
    phrase: str

    def narrow(self, question: Select[Any]) -> Select[Any]:
        """Only rows that have the words, with their score as the column `score`."""
        if self.is_postgres:
            return self._in_postgres(question)
        return self._in_sqlite(question)

    def as_phrase(self, question: Select[Any]) -> Select[Any]:
        """Only those that have all words next to each other."""
        if self.is_postgres:
            return question.where(self._vector().op("@@")(_tsquery(self.phrase)))
        return question.where(self.about.c.id.in_(self._rows(self.phrase)))

    def _in_postgres(self, question: Select[Any]) -> Select[Any]:
        if not self.has:
            return question.add_columns(_NO_SCORE)
        wanted, vector = _tsquery(self.has), self._vector()
        score = func.ts_rank(vector, wanted, type_=Float()).label("score")
        return question.add_columns(score).where(vector.op("@@")(wanted))

    def _in_sqlite(self, question: Select[Any]) -> Select[Any]:
        if self.without:
            question = question.where(not_(self.about.c.id.in_(self._rows(self.without))))
        if not self.has:
            return question.add_columns(_NO_SCORE)
        name = f"words_of_{self.about.name}"
        index = table(name, column("rowid"), column(name))
        score = -func.bm25(literal_column(name), type_=Float())
        return (
            question.add_columns(score.label("score"))
            .join(index, index.c.rowid == self.about.c.id)
            .where(index.c[name].op("MATCH")(self.has))
        )

    def _rows(self, match: str) -> Select[Any]:
        name = f"words_of_{self.about.name}"
        index = table(name, column("rowid"), column(name))
        return select(index.c.rowid).where(index.c[name].op("MATCH")(match))

    def _vector(self) -> ColumnElement[Any]:
        return literal_column(f"{self.about.name}.search_words")


_NO_SCORE = literal(0.0, Float()).label("score")


def words_of(about: Table, connection: Connection, query: Query) -> Words:
    """The words of a query, for one table."""
    if connection.dialect.name == "postgresql":
        return Words(about, True, tsquery(query), "", tsquery_phrase(query))
    return Words(about, False, fts5_match(query), fts5_without(query), fts5_phrase(query))


def _tsquery(text: str) -> ColumnElement[Any]:
    return func.to_tsquery(_SIMPLE, text)
