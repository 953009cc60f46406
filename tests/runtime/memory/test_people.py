"""People in memory; what every store promises of them is in tests/ports/test_people.py."""

from __future__ import annotations

from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.ports.desk import Person


async def test_two_memories_know_nothing_of_each_other() -> None:
    one, other = MemoryPeople(), MemoryPeople()
    await one.save(Person("ayse", "Ayşe", ()))
    assert await other.all() == []
