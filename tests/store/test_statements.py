"""Joining the rows of many calls into few statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import asyncpg

from ivr.store import interactions, journal_sql, outbox, phones, shelf
from ivr.store.desk import agents, audit, groups_sql, people, pops, sessions
from ivr.store.statements import LARGEST_CHUNK, Compiled, Each, Rows, steps

TABLE = Table("t", MetaData(), Column("a", Integer, primary_key=True), Column("b", String))
SQLITE = create_engine("sqlite://").dialect
DIALECTS: tuple[Dialect, ...] = (SQLITE, asyncpg.dialect())  # type: ignore[no-untyped-call]
INSERT = Rows(2, TABLE, lambda bind: {"a": bind("a", Integer), "b": bind("b", String)})
FIRST = Each(1, select(TABLE.c.a))
DESK = (agents, audit, groups_sql, people, pops, sessions)
OURS = [
    item
    for module in (interactions, journal_sql, outbox, phones, shelf, *DESK)
    for item in vars(module).values()
    if isinstance(item, Rows)
]


@given(st.integers(1, 700))
def test_every_row_goes_out_once_and_in_order(count: int) -> None:
    rows = [(number, str(number)) for number in range(count)]
    found = list(steps(Compiled(SQLITE), {INSERT: rows}))
    assert [value for step in found for value in step.rows[0]] == [v for row in rows for v in row]
    assert len(found) <= count // LARGEST_CHUNK + 6
    assert not any(step.many for step in found)


def test_statements_go_out_in_the_order_of_their_ranks() -> None:
    found = list(steps(Compiled(SQLITE), {INSERT: [(1, "x")], FIRST: [(), ()]}))
    assert [step.prepared.sql.split()[0] for step in found] == ["SELECT", "INSERT"]
    assert found[0].many


def test_a_statement_is_compiled_once() -> None:
    compiled = Compiled(SQLITE)
    assert compiled.get(INSERT, 4) is compiled.get(INSERT, 4)
    assert compiled.get(INSERT, 4) is not compiled.get(INSERT, 2)


def test_rows_that_share_a_constant_are_found_when_compiled() -> None:
    shared = literal(7)
    odd = Rows(0, TABLE, lambda bind: {"a": bind("a", Integer) + shared, "b": bind("b", String)})
    with pytest.raises(TypeError, match="share"):
        Compiled(SQLITE).get(odd, 2)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_all_our_inserts_take_many_rows(dialect: Dialect) -> None:
    assert len(OURS) == 24
    for statement in OURS:
        compiled = Compiled(dialect)
        one = compiled.get(statement).sql
        assert compiled.get(statement, LARGEST_CHUNK).sql.startswith(one.split("VALUES")[0])


def test_a_constant_inside_a_statement_needs_no_value() -> None:
    question = Each(0, select(TABLE.c.a).where(TABLE.c.b == "x"))
    assert Compiled(SQLITE).bind(question, {}) == ("x",)
