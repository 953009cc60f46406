"""The same rows on both databases, whatever is typed; the plain Python of `holds` says which."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.search import LookupKind, Query, SearchError, Term, parse_query, words
from ivr.tickets.search_text import (
    MOST_WORDS,
    Hit,
    Rank,
    best_first,
    fts5_match,
    fts5_phrase,
    fts5_without,
    index_text,
    rank_of,
    tsquery,
    tsquery_phrase,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TABLE = (
    "CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
)
TEXTS = (
    "Kredi kartı ekstresi hatalı",
    "KREDİ KARTIM kayboldu, hatalı tutar çekildi",
    "Kargo gecikti; kredi iadesi istiyorum",
    "kartı kredi ile aldım",
    "IŞIK elektrik faturası 12e5x 5kg",
    "ışık şiddeti A4 e-fatura",
    'O\'Brien & Sons said: "no" :* <-> NEAR(x) ^y',
    "AND OR NOT NEAR and or not",
    "привет мир Ελλάδα",
    "1e5abc 12e 007 3.14 -5",
    "ali.veli@firma.com https://a.test/b?c=d",
    "Əli Məmmədov ﬁnans x² 日本語",
    "",
)
SEARCHES = (
    "kredi", "kred", "KREDİ kartı", "kart", '"kredi kartı"', '"kredi kart"', "kredi -kargo",
    'hatalı -"hatalı tutar"', "ışık", "isik", "IŞIK -a4", "12e5x", "12e5", "1e5ab", "1e5", "12e",
    "5kg", "5k", "e-fatura", "e-fat", "o'brien", "obrien", "o'b", "AND", "OR", "NOT", "NEAR",
    '"and or"', "near(x)", "^y", "привет", "прив", "ελλαδα", "007", "00", "3.14", "3.1", "-5 x",
    "ali.veli@firma.com", "firma", "a.test/b?c=d", "eli", "memmed", "finans", "x2", "日本", "日",
    "elektrik fatura", "fatura elektrik", '"elektrik fatura"', "x", "y", "no -said", "b'c",
)  # fmt: skip
PAIRS = tuple(
    f"{one} {mark}{other}"
    for one, other in zip(SEARCHES, SEARCHES[7:] + SEARCHES[:7], strict=True)
    for mark in ("", "-")
    if " " not in other
)
CROSSED = tuple(
    f"{one} {other}" for one in SEARCHES[:20] for other in ("kredi", "-kredi", '"kredi kartı"', "e")
)
CONFORMANCE = tuple(dict.fromkeys((*SEARCHES, *PAIRS, *CROSSED)))


def holds(query: Query, text: str) -> bool:
    """Whether a text fits the words of a search: what both databases have to agree with."""
    there = all(_holds(term, words(text)) for term in query.terms)
    return there and not any(_holds(term, words(text)) for term in query.without)


def _holds(term: Term, text: list[str]) -> bool:
    *first, last = term.words
    return any(
        text[at : at + len(first)] == first
        and (end == last or (term.prefix and end.startswith(last)))
        for at, end in enumerate(text[len(first) :])
    )


def expected(query: Query, texts: Iterable[str]) -> set[int]:
    """The places of the texts that fit."""
    return {at for at, text in enumerate(texts) if holds(query, text)}


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sqlite3.Connection]:
    """An empty full-text table of SQLite."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        yield connection


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to PostgreSQL."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


def in_sqlite(connection: sqlite3.Connection, query: Query, texts: Iterable[str]) -> set[int]:
    """What SQLite finds."""
    connection.execute("DELETE FROM t")
    rows = [(at, index_text(text)) for at, text in enumerate(texts)]
    connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", rows)

    def matching(text: str) -> set[int]:
        found = connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (text,))
        return {at for (at,) in found}

    there = fts5_match(query)
    kept = matching(there) if there else {at for at, _ in rows}
    return kept - matching(fts5_without(query)) if query.without else kept


async def in_postgres(
    connection: asyncpg.Connection, query: Query, texts: Iterable[str]
) -> set[int]:
    """What PostgreSQL finds."""
    rows = await connection.fetch(
        "SELECT at FROM unnest($1::text[]) WITH ORDINALITY AS t(x, at)"
        " WHERE to_tsvector('simple', x) @@ to_tsquery('simple', $2)",
        [index_text(text) for text in texts],
        tsquery(query),
    )
    return {row["at"] - 1 for row in rows}


def test_both_databases_are_asked_at_least_two_hundred_things() -> None:
    assert len(CONFORMANCE) >= 200


def test_sqlite_finds_what_fits(sqlite: sqlite3.Connection) -> None:
    for typed in CONFORMANCE:
        query = parse_query(typed, "TR")
        assert in_sqlite(sqlite, query, TEXTS) == expected(query, TEXTS), typed


async def test_postgresql_finds_what_fits(postgres: asyncpg.Connection) -> None:
    for typed in CONFORMANCE:
        query = parse_query(typed, "TR")
        assert await in_postgres(postgres, query, TEXTS) == expected(query, TEXTS), typed


def test_most_searches_find_something_and_none_finds_everything() -> None:
    found = [len(expected(parse_query(typed, "TR"), TEXTS)) for typed in SEARCHES]
    assert sum(map(bool, found)) > len(found) * 0.8
    assert max(found) < len(TEXTS)


LETTERS = st.sampled_from([*"kredİı5e1x", *" \"'*:&|!<>()-+^{}\\~\x00%_", "AND", " NOT ", "NEAR("])
TYPED = st.lists(LETTERS, max_size=12).map("".join) | st.text(max_size=10)
SOME_TEXTS = st.lists(TYPED, min_size=1, max_size=4)


@given(TYPED, SOME_TEXTS)
def test_no_text_breaks_out_of_sqlites_language(
    sqlite: sqlite3.Connection, typed: str, texts: list[str]
) -> None:
    query = _parsed(typed)
    assert in_sqlite(sqlite, query, texts) == expected(query, texts)
    if fts5_phrase(query):
        sqlite.execute("SELECT rowid FROM t WHERE t MATCH ?", (fts5_phrase(query),)).fetchall()


async def test_no_text_breaks_out_of_postgresqls_language(postgres: asyncpg.Connection) -> None:
    found: list[tuple[str, list[str]]] = []

    @given(TYPED, SOME_TEXTS)
    def collect(typed: str, texts: list[str]) -> None:
        found.append((typed, texts))

    collect()
    for typed, texts in found:
        query = _parsed(typed)
        if tsquery(query):
            assert await in_postgres(postgres, query, texts) == expected(query, texts), typed
        if tsquery_phrase(query):
            await postgres.fetchval("SELECT to_tsquery('simple', $1)", tsquery_phrase(query))


@given(TYPED)
def test_only_words_in_quotation_marks_reach_a_database(typed: str) -> None:
    query = _parsed(typed)
    for rendered in (fts5_match(query), fts5_without(query), fts5_phrase(query)):
        outside = "".join(rendered.split('"')[::2])
        assert set(outside) <= set("ANDOR *")
        assert all(words(part) == part.split() for part in rendered.split('"')[1::2])
    for rendered in (tsquery(query), tsquery_phrase(query)):
        outside = "".join(rendered.split("'")[::2])
        assert set(outside) <= set("&!()<-> :*")


def test_a_search_is_rendered_so() -> None:
    query = parse_query('"hatalı tutar" kredi -kargo -"iade yok"', "TR")
    assert fts5_match(query) == '"hatali tutar" AND "kredi" *'
    assert fts5_without(query) == '"kargo" OR "iade yok"'
    assert fts5_phrase(query) == '"hatali tutar kredi" *'
    assert tsquery(query) == "'hatali' <-> 'tutar' & 'kredi':* & !('kargo') & !('iade' <-> 'yok')"
    assert tsquery_phrase(query) == "'hatali' <-> 'tutar' <-> 'kredi':*"


def test_without_words_there_is_nothing_to_render() -> None:
    query = parse_query("status:open", "TR")
    assert [fts5_match(query), fts5_without(query), tsquery(query)] == ["", "", ""]
    assert tsquery(parse_query("status:open -x", "TR")) == "!('x')"


def test_one_word_is_no_phrase() -> None:
    query = parse_query("kredi", "TR")
    assert (fts5_phrase(query), tsquery_phrase(query)) == ("", "")


def test_what_is_indexed_is_words_with_one_blank_between() -> None:
    assert index_text("Hatalı  tutar!", "", "KREDİ") == "hatali tutar kredi"
    assert len(index_text("a " * 20_000).split()) == MOST_WORDS


def test_the_best_comes_first_and_each_thing_once() -> None:
    hits = [
        Hit("ticket", 1, Rank.WORDS, 9.0, NOW),
        Hit("ticket", 2, Rank.WORDS, 9.0, NOW + timedelta(days=1)),
        Hit("ticket", 3, Rank.PHRASE, 1.0, NOW),
        Hit("customer", 1, rank_of(LookupKind.PHONE), 0.0, NOW),
        Hit("ticket", 4, rank_of(LookupKind.TICKET), 0.0, NOW),
        Hit("ticket", 3, Rank.WORDS, 9.0, NOW),
        Hit("ticket", 5, Rank.WORDS, 9.5, NOW),
    ]
    order = [(hit.kind, hit.id) for hit in best_first(hits)]
    tickets = [("ticket", number) for number in (3, 5, 2, 1)]
    assert order == [("ticket", 4), ("customer", 1), *tickets]


def _parsed(typed: str) -> Query:
    try:
        return parse_query(typed, "TR")
    except SearchError:
        return Query(typed, tuple(Term((word,)) for word in words(typed)))
