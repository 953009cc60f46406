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

MOST_WEIGHED = 5_000
"""Rows of one kind whose score is worked out; a word that is everywhere says little anyway."""
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

    def as_phrase(self, question: Select[Any]) -> Select[Any]:
        """Only rows that have all words next to each other."""
        if self.is_postgres:
            return question.where(self._vector().op("@@")(_tsquery(self.phrase)))
        return question.where(self.about.c.id.in_(self._rows(self.phrase)))

    def best(self, question: Select[Any], limit: int) -> Select[Any]:
        """The rows that have the words, the best first, with their score as the column `score`.

        Of what very many have, only the newest are weighed.
        """
        if not self.has:
            question = self._lacking(question).add_columns(_NO_SCORE)
            return question.order_by(self.about.c.id.desc()).limit(limit)
        newest = self._in_postgres(question) if self.is_postgres else self._in_sqlite(question)
        weighed = newest.limit(MOST_WEIGHED).subquery("newest")
        columns = [each for each in weighed.c if each.key not in {"score", "vector"}]
        score: ColumnElement[Any] = (
            func.ts_rank(weighed.c.vector, _tsquery(self.has), type_=Float())
            if self.is_postgres
            else weighed.c.score
        )
        found = select(*columns, score.label("score"))
        return found.order_by(literal_column("score").desc(), weighed.c.id.desc()).limit(limit)

    def _lacking(self, question: Select[Any]) -> Select[Any]:
        """Without the rows that have what must not be there; PostgreSQL asks for it in `has`."""
        if not self.without:
            return question
        return question.where(not_(self.about.c.id.in_(self._rows(self.without))))

    def _in_postgres(self, question: Select[Any]) -> Select[Any]:
        vector = self._vector()
        has = vector.op("@@")(_tsquery(self.has))
        found = question.add_columns(vector.label("vector")).where(has)
        return found.order_by(self.about.c.id.desc())

    def _in_sqlite(self, question: Select[Any]) -> Select[Any]:
        name = f"words_of_{self.about.name}"
        index = table(name, column("rowid"), column(name))
        score = -func.bm25(literal_column(name), type_=Float())
        return (
            self._lacking(question)
            .add_columns(score.label("score"))
            .join(index, index.c.rowid == self.about.c.id)
            .where(index.c[name].op("MATCH")(self.has))
            .order_by(index.c.rowid.desc())
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
