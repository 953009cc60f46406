"""Messages in memory; what every store promises of them is in tests/ports/test_pops.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.ports.desk import PopMessage

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_the_first_time_of_each_stage_is_kept() -> None:
    pops = MemoryPops()
    await pops.append(PopMessage("ayse", 1, NOON, "p-1", 0, "{}", NOON))
    for second in range(2):
        await pops.ack("p-1", 0, "received", NOON + timedelta(seconds=second))
    await pops.ack("p-2", 0, "received", NOON)
    assert pops.acks == {("p-1", 0, "received"): NOON}
