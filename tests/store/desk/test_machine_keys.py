"""Keys of programs on a file: nothing there opens anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import KeyRow
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_the_file_holds_the_hash_only(store: SqlStore, path: Path) -> None:
    id_, whole = new_key()
    row = KeyRow(id_, "crm", digest(whole), "x", ("event:r",), NOON, NOON + timedelta(days=1))
    await store.machine_keys.add(row)
    with closing(sqlite3.connect(path)) as reader:
        (kept,) = reader.execute("SELECT * FROM machine_key").fetchall()
    assert digest(whole) in kept
    assert whole.partition(id_)[2] not in str(kept)


async def test_a_name_that_is_known_is_told(store: SqlStore) -> None:
    row = KeyRow("Ab3dEf7h", "crm", "d" * 64, "x", (), NOON, NOON)
    await store.machine_keys.add(row)
    with pytest.raises(StoreError, match="the key crm is known already"):
        await store.machine_keys.add(row)
