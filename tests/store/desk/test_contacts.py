"""The contract is in tests/ports; here: lists stay on an index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from ivr.runtime.ports.contacts import ContactFilter, Handled
from ivr.store.desk.contacts import listed
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ContactFilter(), "ix_interaction_started_at"),
        (ContactFilter(since=NOON), "ix_interaction_started_at"),
        (ContactFilter(within=Handled(("ayse",), NOON)), "ix_interaction_started_at"),
        (ContactFilter(customer="77"), "ix_interaction_customer"),
        (ContactFilter(agents=("ayse",)), "ix_interaction_last_agent"),
    ],
)
async def test_a_list_stays_on_an_index(tmp_path: Path, which: ContactFilter, index: str) -> None:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True)
    question = listed(which, 1).limit(10)
    plain = str(
        question.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    )
    asked = text(f"EXPLAIN QUERY PLAN {plain.replace('?', '1')}")
    plan = await store.database.read(lambda it: [row[-1] for row in it.execute(asked)])
    await store.close()
    assert any(index in line for line in plan), plan
