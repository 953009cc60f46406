"""Alarms on a file; what every store promises of them is in tests/ports/test_queue_alarms.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


async def test_a_name_stands_in_the_file_once(store: SqlStore, path: Path) -> None:
    for state in ("firing", "clearing"):
        await store.queue_alarms.put(KeptAlarm("a", "", state, 1))
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT name, state FROM queue_alarm").fetchall()
    assert rows == [("a", "clearing")]
