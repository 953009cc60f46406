"""What agents say of their calls: one row for each agent of a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.desk import WrapupRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
LATER = NOON + timedelta(seconds=20)


async def test_the_note_is_kept_when_the_code_comes_and_the_other_way_round(store: Store) -> None:
    await store.wrapups.note("c1", "ayse", NOON, "wants a new card")
    await store.wrapups.code("c1", "ayse", LATER, "solved")
    await store.wrapups.code("c1", "can", NOON, "follow_up")
    await store.wrapups.note("c1", "can", LATER, "ş | \n")
    assert await store.wrapups.of("c1") == [
        WrapupRow("c1", "ayse", LATER, "solved", "wants a new card"),
        WrapupRow("c1", "can", LATER, "follow_up", "ş | \n"),
    ]


async def test_what_is_said_later_counts(store: Store) -> None:
    for note in ("one", "two"):
        await store.wrapups.note("c1", "ayse", NOON, note)
    (row,) = await store.wrapups.of("c1")
    assert row.note == "two"


async def test_nothing_was_said_of_another_call(store: Store) -> None:
    await store.wrapups.note("c1", "ayse", NOON, "one")
    assert await store.wrapups.of("c2") == []


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.wrapups.note("c1", "ayse", NOON.replace(tzinfo=None), "one")
