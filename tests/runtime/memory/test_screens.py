"""Screens in memory; what every store promises of them is in tests/ports/test_screens.py."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.screens import MemoryScreens
from ivr.runtime.ports.desk import ScreenRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_screen_is_found_by_its_hash() -> None:
    screens = MemoryScreens()
    row = ScreenRow("Ab3dEf7h", "hall", "d" * 64, ("cards",), "tr", "deniz", NOON)
    await screens.add(row)
    assert await screens.get("d" * 64) is row
