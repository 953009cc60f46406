"""The contract is in tests/ports; here: lists stay on an index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from ivr.runtime.ports.contacts import ContactFilter
from ivr.store import open_store
from ivr.store.desk.contacts import listed

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_the_newest_are_found_without_sorting_everything(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'ivr.db'}", create=True)
    question = listed(ContactFilter(since=NOON), 1).limit(10)
    plain = question.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": False})
    asked = text(f"EXPLAIN QUERY PLAN {str(plain).replace('?', '1')}")
    plan = await store.database.read(lambda it: [row[-1] for row in it.execute(asked)])
    await store.close()
    assert any("ix_interaction_started_at" in line for line in plan), plan
