"""The outbox on a file: tries and reasons are kept for whoever looks into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports import Effect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore


async def test_tries_and_the_last_reason_are_counted(
    store: SqlStore, path: Path, step: Callable[..., Entry]
) -> None:
    entry = replace(step(1), effects=(Effect("c1/1/0", "notify", "{}"),))
    await store.journal.append(entry)
    await store.outbox.failed("c1/1/0", entry.at, "HTTP 503")
    await store.outbox.failed("c1/1/0", entry.at + timedelta(seconds=1), "timeout")
    with closing(sqlite3.connect(path)) as reader:
        question = "SELECT state, attempts, reason FROM outbox_message"
        assert reader.execute(question).fetchall() == [("pending", 2, "timeout")]
        await store.outbox.done("c1/1/0")
        assert reader.execute(question).fetchall() == [("done", 3, "")]
