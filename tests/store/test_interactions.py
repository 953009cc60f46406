"""Interactions on a file, as other programs read the tables."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.engine.record.stretches import Stretch
from ivr.runtime.ports import CallClosing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore


async def test_a_contact_is_one_row_with_its_segments_numbered_from_one(
    store: SqlStore, path: Path, step: Callable[..., Entry]
) -> None:
    at = step(1).at
    segments = tuple(
        Stretch("ivr", at + timedelta(seconds=n), at + timedelta(seconds=n + 1), f"d{n}")
        for n in range(3)
    )
    closing_row = CallClosing("handled", "success", "normal", "caller", "", "tr", ("a",), segments)
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=closing_row))
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute(
            "SELECT started_at, ended_at, outcome, path, is_test FROM interaction"
        )
        assert rows.fetchall() == [
            (
                "2026-11-23 12:00:01.000000",
                "2026-11-23 12:00:02.000000",
                "handled",
                json.dumps(["a"]),
                1,
            )
        ]
        found = reader.execute("SELECT seq, kind, detail FROM interaction_segment ORDER BY seq")
        assert found.fetchall() == [(1, "ivr", "d0"), (2, "ivr", "d1"), (3, "ivr", "d2")]


async def test_the_contacts_of_a_number_are_found_by_an_index(store: SqlStore, path: Path) -> None:
    assert await store.interactions.by_number("+905321112233") == []
    with closing(sqlite3.connect(path)) as reader:
        plan = reader.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM interaction WHERE from_raw = 'x' "
            "ORDER BY started_at DESC, id DESC LIMIT 5"
        ).fetchall()
    assert "USING INDEX ix_interaction_number" in str(plan)
    assert "SCAN" not in str(plan)
