"""Routing groups in memory; what every store promises of them is in tests/ports/test_groups.py."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.acd.words import Row
from ivr.domain.errors import PortError
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.ports.desk import GroupBatch
from ivr.store import open_store
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.runtime.ports.desk import GroupLog

GROUPS = ("main", "other")
LIFE = ("created", "ringing", "accepted", "failed")
"""An offer goes from left to right; the last two are over."""
OPEN: dict[str, Any] = {"joined_at": 1, "ended_at": None, "end": None}


def a_ring_group(name: int, over: bool) -> Row:
    columns = {"call": f"c{name % 2}", "live": not over, "winner": None}
    return Row(kind="ring_group", key=f"r{name}", columns=columns)


def an_offer(name: int, age: int) -> Row:
    columns = {
        "group": f"r{name % 3}",
        "agent": f"a{name % 2}",
        "slot": "voice",
        "endpoint": f"sip:{name % 4}",
        "call": f"c{name % 2}",
        "state": LIFE[age],
        "live": age < 2,
        "made_at": name,
    }
    return Row(kind="offer", key=f"o{name}", columns=columns)


ROWS = st.one_of(
    st.builds(a_ring_group, st.integers(0, 3), st.booleans()),
    st.builds(an_offer, st.integers(0, 7), st.integers(0, 3)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.sampled_from(GROUPS), st.lists(ROWS, max_size=4)),
        st.tuples(st.just("append"), st.just("main"), st.lists(ROWS, min_size=1, max_size=4)),
        st.tuples(st.sampled_from(["claim", "old", "gap", "again"]), st.sampled_from(GROUPS)),
    ),
    min_size=3,
    max_size=15,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was set up once; each example gets a copy, which is much quicker."""
    path = tmp_path_factory.mktemp("same") / "empty.db"
    fresh_file(path)
    return path


@pytest.mark.unmeasured
@settings(max_examples=25)
@given(steps=STEPS)
def test_memory_and_database_agree_on_every_row_and_every_refusal(
    empty: Path, steps: Sequence[tuple[Any, ...]]
) -> None:
    own = empty.with_name("own.db")
    for left in empty.parent.glob("own.db*"):
        left.unlink()
    shutil.copy(empty, own)

    async def both() -> None:
        database = open_store(f"sqlite:///{own}", synchronous="NORMAL")
        try:
            assert await _play(MemoryGroupLog(), steps) == await _play(database.groups, steps)
        finally:
            await database.close()

    asyncio.run(both())


async def _play(log: GroupLog, steps: Sequence[tuple[Any, ...]]) -> list[object]:
    said: list[object] = []
    standing = {group: await log.claim(group) for group in GROUPS}
    ages: dict[tuple[str, str], int] = {}
    for action, group, *rows in steps:
        epoch, seq = standing[group]
        if action == "claim":
            standing[group] = await log.claim(group)
            continue
        shifts = {"append": (0, 1), "old": (-1, 1), "gap": (0, 2), "again": (0, 0)}
        older, further = shifts[action]
        changed = _onwards(ages, group, rows[0]) if rows else []
        batch = GroupBatch(group, epoch + older, seq + further, [("Tick", 1, "{}")], changed)
        try:
            await log.append(batch)
        except PortError as error:
            said.append((type(error), error.retryable))
            continue
        if action == "append":
            standing[group] = (epoch, seq + 1)
            ages |= {(group, row.key): _age(row) for row in changed}
    loaded = [row for group in GROUPS for row in await log.load(group)]
    said += [standing, sorted(loaded, key=lambda row: (row.kind, row.key, str(row.columns)))]
    return [*said, *[await log.offers(call) for call in ("c0", "c1")]]


def _onwards(ages: dict[tuple[str, str], int], group: str, rows: Sequence[Row]) -> list[Row]:
    """Those that do not go back to what was before."""
    newest = {row.key: row for row in rows}
    return [row for row in newest.values() if _age(row) >= ages.get((group, row.key), 0)]


def _age(row: Row) -> int:
    return LIFE.index(row.columns["state"]) if row.kind == "offer" else 0


async def test_what_is_handed_out_can_be_changed_without_harm() -> None:
    log = MemoryGroupLog()
    await log.claim("main")
    columns = {"live": True, "call": "c1", "queue": "cards", "path": ["a"], **OPEN}
    row = Row(kind="waiting", key="t1", columns=columns)
    await log.append(GroupBatch("main", 1, 1, [("Tick", 1, "{}")], [row], [{"call": "c1"}]))
    [found] = await log.load("main")
    found.columns["path"].append("b")
    assert (await log.load("main"))[0].columns["path"] == ["a"]
    [decision] = await log.decisions("c1")
    assert decision == {"call": "c1"}
