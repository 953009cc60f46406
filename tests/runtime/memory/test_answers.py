"""The contract is in tests/ports; here: nothing is shared between two of them."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.answers import MemoryAnswers
from ivr.runtime.ports.answers import Kept

NOON = datetime(2026, 11, 23, tzinfo=UTC)


async def test_two_stores_know_nothing_of_each_other() -> None:
    one, other = MemoryAnswers(), MemoryAnswers()
    assert await one.claim("ayse", "k", "a", NOON) is None
    await one.keep("ayse", "k", Kept(200, "x"))
    assert await one.claim("ayse", "k", "a", NOON) == Kept(200, "x")
    assert await other.claim("ayse", "k", "a", NOON) is None
