"""Keys of screens on a file: nothing there opens anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import ScreenRow
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_the_file_holds_the_hash_only(store: SqlStore, path: Path) -> None:
    id_, whole = new_key("ivrs_")
    await store.screens.add(ScreenRow(id_, "hall", digest(whole), ("cards",), "tr", "x", NOON))
    with closing(sqlite3.connect(path)) as reader:
        (kept,) = reader.execute("SELECT * FROM screen").fetchall()
    assert digest(whole) in kept
    assert whole.partition(id_)[2] not in str(kept)


async def test_an_id_that_is_known_is_told(store: SqlStore) -> None:
    row = ScreenRow("Ab3dEf7h", "hall", "d" * 64, ("cards",), "tr", "x", NOON)
    await store.screens.add(row)
    with pytest.raises(StoreError, match="the screen Ab3dEf7h is known already"):
        await store.screens.add(row)
