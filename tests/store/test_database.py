"""The two ways into a database."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from ivr.domain.errors import StoreError
from ivr.store import sqlite
from ivr.store.tables import owner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore


async def test_a_question_that_makes_no_sense_is_a_store_error(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no such table") as caught:
        await store.database.read(lambda reader: reader.execute(text("SELECT * FROM nowhere")))
    assert not caught.value.retryable


async def test_a_reader_sees_one_moment(store: SqlStore, step: Callable[..., Entry]) -> None:
    loop = asyncio.get_running_loop()

    def twice(reader: Connection) -> tuple[object, object]:
        before = reader.scalar(select(owner.c.epoch))
        asyncio.run_coroutine_threadsafe(store.calls.claim(), loop).result(5)
        return before, reader.scalar(select(owner.c.epoch))

    assert await store.database.read(twice) == (0, 0)
    assert await store.database.read(lambda reader: reader.scalar(select(owner.c.epoch))) == 1


async def test_nothing_is_done_after_closing(store: SqlStore, step: Callable[..., Entry]) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.calls.live()
    with pytest.raises(StoreError, match="closed"):
        await store.journal.append(step(1))


async def test_a_database_that_cannot_be_written_is_not_ready(
    store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not await store.ready()
        other.execute("ROLLBACK")
    assert await store.ready()
