"""Switches in memory; what every store promises of them is in tests/ports/test_switches.py."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.switches import MemorySwitches
from ivr.runtime.ports.supervision.switches import HandSwitch


async def test_what_was_set_is_listed() -> None:
    switches = MemorySwitches()
    row = HandSwitch("emergency", True, "sule", "fire", datetime(2026, 11, 23, tzinfo=UTC))
    await switches.put(row)
    assert await switches.all() == [row]
