"""Keys in memory; what every store promises of them is in tests/ports/test_machine_keys.py."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.machine_keys import MemoryMachineKeys
from ivr.runtime.ports.desk import KeyRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_key_is_found_by_its_hash() -> None:
    keys = MemoryMachineKeys()
    row = KeyRow("Ab3dEf7h", "crm", "d" * 64, "x", (), NOON, NOON)
    await keys.add(row)
    assert await keys.get("d" * 64) is row
