"""Messages to desks on a file: when they were seen is kept, the first time of each stage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import PopMessage

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_the_first_time_of_each_stage_is_kept(store: SqlStore, path: Path) -> None:
    for rev in (0, 1):
        await store.pops.append(PopMessage("ayse", rev + 1, NOON, "p-1", rev, "{}", NOON))
    for second, stage in enumerate(("received", "received", "rendered", "rendered")):
        await store.pops.ack("p-1", 1, stage, NOON + timedelta(seconds=second))
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT rev, received_at, rendered_at FROM pop ORDER BY rev")
        assert rows.fetchall() == [
            (0, None, None),
            (1, "2026-11-23 12:00:00.000000", "2026-11-23 12:00:02.000000"),
        ]
