"""Agents on a file; what every store promises of them is in tests/ports/test_agents.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import AgentRow

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


async def test_nothing_but_the_number_is_left_of_a_removed_agent(
    store: SqlStore, path: Path
) -> None:
    await store.agents.save(AgentRow("ayse", teams=("cards",), endpoints={"twilio": "+90532"}))
    await store.agents.remove("ayse")
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT name, number, teams, endpoints FROM agent").fetchall()
    assert rows == [(None, 1, "[]", "{}")]


async def test_two_processes_give_different_numbers(store: SqlStore, again: SqlStore) -> None:
    given = [
        (await one.agents.save(AgentRow(f"a{n}"))).number
        for n, one in enumerate((store, again, store))
    ]
    assert given == [1, 2, 3]
