"""The statements of the journal: every search goes through an index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine

from ivr.store import journal_sql as sql
from ivr.store.statements import Compiled, Each
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store.statements import Statement

SEARCHES: list[Statement] = [
    sql.STEP,
    sql.SNAPSHOT,
    sql.REPLY,
    sql.END,
    sql.STANDING,
    sql.CLAIM,
    Each(0, sql.FIND),
    Each(0, sql.LIVE),
    Each(0, sql.SAVED),
    Each(0, sql.LATER),
    Each(0, sql.LAST_REPLY),
]


def _plan(path: Path, statement: Statement) -> list[str]:
    fresh_file(path)
    prepared = Compiled(create_engine("sqlite://").dialect).get(statement)
    nothing: list[Any] = [None] * len(prepared.binds)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", nothing).fetchall()
    return [row[3] for row in rows]


@pytest.mark.parametrize("statement", SEARCHES)
def test_no_search_walks_through_a_whole_table(path: Path, statement: Statement) -> None:
    scans = [
        line
        for line in _plan(path, statement)
        if line.startswith("SCAN") and "ix_call_live" not in line and line != "SCAN owner"
    ]
    assert scans == []
