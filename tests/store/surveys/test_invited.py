"""What is asked while somebody waits finds its rows by an index, however many others there are."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text, union
from sqlalchemy.dialects import sqlite

from ivr.store.surveys.invited import _same_person
from ivr.store.surveys.repository import _asked
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBER = "+905321112233"
ROW: Any = SimpleNamespace(id=1, tenant_id=1, customer_id=7, created_at=NOON)


@pytest.mark.parametrize(
    "question",
    [_asked(["0532 111 22 33", NUMBER], NOON, 1), union(*_same_person(ROW, NUMBER))],
    ids=["what a number was asked", "who is the same person"],
)
async def test_no_row_of_somebody_else_is_read(
    sqlite_address: str, question: CompoundSelect[Any]
) -> None:
    store = open_fresh(sqlite_address, create=True)
    plain = question.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    asked = text("EXPLAIN QUERY PLAN " + str(plain).replace(":", r"\:"))
    steps = await store.database.read(lambda it: [row.detail for row in it.execute(asked)])
    await store.close()
    searches = [one for one in steps if "SEARCH" in one]
    assert len(searches) >= 5
    assert not [one for one in steps if "SCAN" in one or "(tenant_id=?)" in one]
