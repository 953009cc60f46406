"""Sessions: how long they live, and what is written down of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.ports.desk import Person
from ivr.web.auth.sessions import FRESH_S, Sessions, give, is_fresh, take_away


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def people() -> MemoryPeople:
    return MemoryPeople()


@pytest.mark.parametrize(
    ("roles", "hours"),
    [(("agent",), 10), (("supervisor",), 10), (("admin",), 8), (("agent", "auditor"), 8)],
)
async def test_a_session_ends_with_the_shift(
    people: MemoryPeople, clock: VirtualClock, roles: tuple[str, ...], hours: int
) -> None:
    person = await people.save(Person("p", "P", roles))
    token, session = await Sessions(people, clock).open(person)
    assert session.ends_at - clock.now() == timedelta(hours=hours)
    assert token not in repr(session)
    other, _session = await Sessions(people, clock).open(person)
    assert other != token


async def test_use_is_written_down_once_a_minute(people: MemoryPeople, clock: VirtualClock) -> None:
    sessions = Sessions(people, clock)
    token, session = await sessions.open(await people.save(Person("p", "P", ("agent",))))
    await clock.advance(59)
    await sessions.find(token)
    stored = await people.session(session.digest)
    assert stored == session
    await clock.advance(1)
    found = await sessions.find(token)
    assert found is not None
    assert found[0].seen_at == clock.now()
    assert (await people.session(session.digest)) == found[0]


async def test_a_session_of_nobody_or_of_somebody_disabled_holds_no_more(
    people: MemoryPeople, clock: VirtualClock
) -> None:
    sessions = Sessions(people, clock)
    person = await people.save(Person("p", "P", ("agent",)))
    token, session = await sessions.open(person)
    assert await sessions.find("other") is None
    await people.save(replace(person, disabled=True))
    assert await sessions.find(token) is None
    await people.remove("p")
    assert await sessions.again(session) is None


async def test_a_session_that_is_over_is_ended(people: MemoryPeople, clock: VirtualClock) -> None:
    sessions = Sessions(people, clock)
    token, session = await sessions.open(await people.save(Person("p", "P", ("agent",))))
    await clock.advance(30 * 60)
    assert await sessions.find(token) is None
    assert await people.session(session.digest) is None


async def test_signing_in_is_fresh_for_five_minutes(
    people: MemoryPeople, clock: VirtualClock
) -> None:
    _token, session = await Sessions(people, clock).open(
        await people.save(Person("p", "P", ("admin",)))
    )
    assert is_fresh(session, clock.now() + timedelta(seconds=FRESH_S))
    assert not is_fresh(session, clock.now() + timedelta(seconds=FRESH_S + 1))


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-ivr"), (False, "ivr")])
def test_the_cookie_is_called_as_browsers_allow(secure: bool, name: str) -> None:
    response = web.Response()
    give(response, "token", secure=secure)
    cookie = response.cookies[name]
    assert (cookie.value, cookie["path"], bool(cookie["secure"])) == ("token", "/", secure)
    take_away(response, secure=secure)
    assert response.cookies[name].value == ""
