"""Lists of recordings go by an index of time and look up the rest row by row, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from ivr.runtime.ports.contacts import Handled
from ivr.runtime.ports.recorded.listing import Reach, RecordingFilter
from ivr.runtime.ports.tickets import Scope
from ivr.store.recorded.listing import listed
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.store import SqlStore

TALKS = ("call",)


@pytest.fixture
async def base(sqlite_address: str) -> AsyncIterator[SqlStore]:
    """An empty store."""
    opened = open_fresh(sqlite_address, create=True)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    "which",
    [
        RecordingFilter(TALKS),
        RecordingFilter(TALKS, queues=("cards",), agents=("ayse",)),
        RecordingFilter(TALKS, within=Reach(Handled(("ayse",)), Scope("ayse", ("cards",)))),
    ],
)
async def test_no_list_sorts_all_recordings_or_goes_through_a_whole_table(
    base: SqlStore, which: RecordingFilter
) -> None:
    dialect = sqlite.dialect()
    asked = listed(which).limit(50).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    plan = text(f"EXPLAIN QUERY PLAN {asked}".replace(":", "\\:"))
    steps = await base.database.read(lambda it: [row[3] for row in it.execute(plan)])
    assert "SCAN recording USING INDEX ix_recording_at" in steps
    assert [step for step in steps if step.startswith("SCAN") and "USING" not in step] == []
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
