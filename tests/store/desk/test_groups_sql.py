"""Statements of the routing record: a start must not read through all that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.store.desk.groups_sql import LOAD, OFFERS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from ivr.store import SqlStore


def plan(reader: Connection, question: Select[*tuple[str, ...]]) -> str:
    """How SQLite wants to find the answer."""
    found = question.compile(dialect=reader.dialect)
    values = tuple("x" for _name in found.positiontup or ())
    rows = reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {found}", values)
    return " ".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("kind", ["waiting", "ring_group", "offer"])
async def test_live_rows_are_found_by_an_index_of_live_rows(store: SqlStore, kind: str) -> None:
    found = await store.database.read(lambda reader: plan(reader, LOAD[kind]))
    assert f"INDEX ix_{kind}_live" in found


async def test_the_offers_of_a_call_are_found_by_their_index(store: SqlStore) -> None:
    found = await store.database.read(lambda reader: plan(reader, OFFERS))
    assert "INDEX ix_offer_call" in found
