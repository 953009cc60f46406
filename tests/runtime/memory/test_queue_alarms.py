"""Alarms in memory; what every store promises of them is in tests/ports/test_queue_alarms.py."""

from __future__ import annotations

from ivr.runtime.memory.queue_alarms import MemoryQueueAlarms
from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm


async def test_they_are_gone_with_the_process() -> None:
    kept = MemoryQueueAlarms()
    await kept.put(KeptAlarm("a", "", "firing", 1))
    assert list(await MemoryQueueAlarms().all()) == []
