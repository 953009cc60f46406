"""What the record of people's doings promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import AuditRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
ROW = AuditRow(
    NOON,
    "ayşe",
    "agent.force",
    about="agent:veli",
    why="gitti \u0000 \U0001f4de",
    source="192.0.2.7",
    facts={"before": {"state": "break"}, "after": ["offline", 1, None, True]},
)


async def test_a_row_comes_back_as_written(store: Store) -> None:
    await store.audit.append(ROW)
    assert await store.audit.recent() == [ROW]


async def test_the_newest_come_first(store: Store) -> None:
    rows = [AuditRow(NOON - timedelta(seconds=n), "ali", f"w{n}") for n in range(5)]
    for row in rows:
        await store.audit.append(row)
    assert await store.audit.recent() == rows[::-1]
    assert await store.audit.recent(2) == rows[:-3:-1]


async def test_rows_written_at_once_are_all_kept_in_order(store: Store) -> None:
    rows = [AuditRow(NOON, "ali", f"w{n}") for n in range(40)]
    await asyncio.gather(*(store.audit.append(row) for row in rows))
    assert await store.audit.recent() == rows[::-1]


async def test_the_moment_is_kept_whatever_its_zone(store: Store) -> None:
    there = ROW.at.astimezone(timezone(timedelta(hours=3)))
    await store.audit.append(replace(ROW, at=there))
    [found] = await store.audit.recent()
    assert found.at == ROW.at


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.audit.append(replace(ROW, at=NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("odd", [float("nan"), b"bytes", {1, 2}])
async def test_facts_that_are_no_plain_data_are_refused(store: Store, odd: object) -> None:
    await store.audit.append(ROW)
    with pytest.raises(StoreError, match="no plain data"):
        await store.audit.append(replace(ROW, facts={"odd": odd}))
    await store.audit.append(ROW)
    assert await store.audit.recent() == [ROW, ROW]


async def test_words_that_no_database_takes_do_not_stop_the_action(store: Store) -> None:
    odd = replace(ROW, who="\0", what="\udc80", about="\0\ud800")
    await store.audit.append(odd)
    assert await store.audit.recent() == [odd]
