"""Links that open once."""

from __future__ import annotations

from datetime import timedelta

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.ports.desk import Person
from ivr.web.auth.links import FIRST_S, SETUP, Links, address, first_link, has_admin
from tests.fakes.door import KEPT


async def test_a_link_opens_once_until_it_is_over() -> None:
    clock, people = VirtualClock(), MemoryPeople()
    links = Links(people, clock)
    token = await links.make(SETUP, "", 60)
    link = await links.use(token)
    assert link is not None
    assert (link.purpose, link.ends_at) == (SETUP, clock.now() + timedelta(seconds=60))
    assert token not in repr(link)
    assert await links.use(token) is None
    await links.give_back(link)
    await clock.advance(60)
    assert await links.use(token) is None
    assert await links.use("x" * 10_000) is None


async def test_the_first_link_is_for_servers_without_an_admin() -> None:
    clock, people = VirtualClock(), MemoryPeople()
    link = await first_link(people, clock, "https://ivr.example")
    assert link is not None
    token = link.removeprefix("https://ivr.example/setup?t=")
    assert address("https://ivr.example", token) == link
    assert len(token) >= 22
    await clock.advance(FIRST_S - 1)
    assert await Links(people, clock).use(token) is not None
    for person in (
        Person("a", "A", ("agent",), password=KEPT),
        Person("b", "B", ("admin",)),
        Person("c", "C", ("admin",), password=KEPT, disabled=True),
    ):
        await people.save(person)
    assert not await has_admin(people)
    await people.save(Person("d", "D", ("admin",), password=KEPT))
    assert await first_link(people, clock, "x") is None
