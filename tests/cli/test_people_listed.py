"""The table of people."""

from __future__ import annotations

from ivr.cli.people_listed import NOBODY, columns, people_rows
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow, Person
from tests.fakes.door import KEPT


def test_cells_stand_under_each_other() -> None:
    assert columns([("a", "bb", "c"), ("aaa", "b", "")]) == ["a    bb  c", "aaa  b"]


async def test_everybody_has_a_line() -> None:
    store = MemoryStore()
    assert await people_rows(store.people, store.agents) == [NOBODY]
    await store.people.save(Person("ayse", "Ayşe", ("agent",), ("cards",), password=KEPT))
    await store.agents.save(AgentRow("ayse", 7, ("loans",), endpoints={"sip": "sip:ayse@phones"}))
    await store.people.save(Person("veli", "Veli", ("admin", "auditor"), disabled=True))
    await store.people.save(Person("ali", "Ali", ("quality",)))
    assert await people_rows(store.people, store.agents) == [
        "name  roles          teams        number  telephone",
        "ali   quality        -            -       -                no password yet",
        "ayse  agent          cards loans  7       sip:ayse@phones",
        "veli  admin auditor  -            -       -                disabled",
    ]
