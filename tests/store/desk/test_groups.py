"""The record of the routing groups on a file: fencing between processes, order of places."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ivr.acd.words import Row
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.runtime.ports.desk import GroupBatch
from ivr.store.desk.groups import in_order
from ivr.store.sqlite import connect_to_write

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


def row(key: str, *, live: bool, state: str = "ringing") -> Row:
    return Row(kind="offer", key=key, columns={"live": live, "state": state})


def batch(seq: int, epoch: int = 1) -> GroupBatch:
    columns = {"agent": "ayse", "state": "break", "version": seq}
    state = Row(kind="agent_state", key="ayse", columns=columns)
    return GroupBatch("main", epoch, seq, [("Tick", seq * 10**18, '{"x": 1}')], [state])


def test_what_gives_a_place_up_comes_before_what_may_take_it() -> None:
    rows = [
        row("winner", live=True, state="accepted"),
        row("next", live=True),
        row("a", live=True),
        row("won", live=False, state="accepted"),
        row("a", live=False, state="busy"),
        Row(kind="agent_state", key="a", columns={"state": "break"}),
    ]
    assert [one.key for one in in_order(rows)] == ["a", "won", "next", "a", "winner"]


async def test_another_process_takes_over_where_the_first_one_stands(
    store: SqlStore, again: SqlStore
) -> None:
    await store.groups.claim("main")
    await store.groups.append(batch(1))
    assert await again.groups.claim("main") == (2, 1)
    with pytest.raises(LeaseLostError):
        await store.groups.append(batch(2))
    await again.groups.append(batch(2, epoch=2))
    [kept] = await store.groups.load("main")
    assert kept.columns["version"] == 2


async def test_events_are_kept_as_they_were_with_number_and_epoch(
    store: SqlStore, path: Path
) -> None:
    await store.groups.claim("main")
    await store.groups.append(batch(1))
    with closing(sqlite3.connect(path)) as reader:
        events = reader.execute("SELECT shard, seq, epoch, at, kind, body FROM acd_event")
        assert events.fetchall() == [("main", 1, 1, 10**18, "Tick", '{"x": 1}')]
        owner = reader.execute("SELECT owner, epoch, seq FROM acd_shard").fetchone()
    assert owner[1:] == (1, 1)
    assert ":" in owner[0]


async def test_a_refusal_in_the_middle_leaves_nothing(store: SqlStore, path: Path) -> None:
    await store.groups.claim("main")
    with closing(connect_to_write(path)) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON agent_state BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        with pytest.raises(StoreError, match="refused"):
            await store.groups.append(batch(1))
        other.execute("DROP TRIGGER no")
    await store.groups.append(batch(1))
    assert await store.groups.claim("main") == (2, 1)
