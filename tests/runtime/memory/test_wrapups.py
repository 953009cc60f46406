"""The contract is in tests/ports; here: nothing is shared between two stores."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.wrapups import MemoryWrapups


async def test_two_stores_know_nothing_of_each_other() -> None:
    one, other = MemoryWrapups(), MemoryWrapups()
    await one.note("c1", "ayse", datetime(2026, 11, 23, tzinfo=UTC), "said")
    assert [row.note for row in await one.of("c1")] == ["said"]
    assert await other.of("c1") == []
