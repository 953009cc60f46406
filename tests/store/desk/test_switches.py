"""Switches on a file; what every store promises of them is in tests/ports/test_switches.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.runtime.ports.supervision.switches import HandSwitch

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


async def test_a_name_stands_in_the_file_once(store: SqlStore, path: Path) -> None:
    for on in (True, False):
        since = datetime(2026, 11, 23, 12, tzinfo=UTC)
        await store.switches.put(HandSwitch("emergency", on, "sule", "fire", since))
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT name, is_on FROM hand_switch").fetchall()
    assert rows == [("emergency", 0)]
