"""Pages of a whole server: what they may choose from, and an agent whose desk goes away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.desks import _lives, choices_of
from ivr.config.load import load_config
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START
from ivr.runtime.ports.desk import Person
from ivr.runtime.ports.tickets import Act, NewTicket
from ivr.web.permissions import Who
from tests.fakes.call_centre import CallCentre
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


def test_breaks_codes_priorities_places_and_queues_are_called_as_each_reader_calls_them(
    tmp_path: Path,
) -> None:
    config = load_config(shipped(tmp_path), {}, now=START)
    found = choices_of(config)
    assert tuple(found.names["breaks"]) == ("lunch", "coffee", "training")
    assert found.titles["break"]["lunch"]["en"] == "Lunch"
    assert found.titles["code"]["solved"]["tr"] == "Çözüldü"
    assert found.titles["queue"]["general"] == {"tr": "Genel", "en": "General", "": "Genel"}
    assert found.titles["place"]["vip_desk"] == {"": "vip_desk"}
    assert "vip" in found.names["priorities"]


def test_who_makes_agents_chooses_from_the_teams_and_skills_that_routing_knows(
    tmp_path: Path,
) -> None:
    found = choices_of(load_config(shipped(tmp_path), {}, now=START))
    assert {"card_desk", "back_office"} <= set(found.names["teams"])
    assert {"cards", "tr"} <= set(found.names["skills"])


async def test_an_agent_whose_desk_stays_away_gets_no_more_calls(centre: CallCentre) -> None:
    await centre.works("ayse")
    news = centre.served.server.news
    assert news is not None
    doors = news._doors
    await doors.gone("ayse")
    await centre.clock.advance(29)
    assert centre.state("ayse") == "available"
    await centre.clock.advance(2)
    assert centre.state("ayse") == "not_responding"
    await doors.connected("ayse")
    await centre.clock.advance(1)
    assert centre.state("ayse") == "available"


async def test_somebody_who_is_no_agent_comes_and_goes_without_a_trace(centre: CallCentre) -> None:
    news = centre.served.server.news
    assert news is not None
    for happens in (news._doors.connected, news._doors.gone):
        await happens("sule")
    await centre.clock.advance(60)
    assert [row["state"] for row in centre.floor.agents()] == ["offline", "offline"]


async def test_a_page_is_asked_about_the_session_that_it_came_with(centre: CallCentre) -> None:
    news, people = centre.served.server.news, centre.served.server.switch.ports.store.people
    assert news is not None
    desks: Any = getattr(news._doors.take, "__self__", None)
    person = await people.get("sule") or await people.save(Person("sule", "Şule", ("supervisor",)))
    sessions = desks._gate.sessions
    (_key, desk), (_other, laptop) = [await sessions.open(person) for _ in range(2)]
    visitors = [await news._doors.take(desks._tickets.make(one)) for one in (desk, laptop)]
    await sessions.end(laptop)
    assert [await visitor.lives() for visitor in visitors if visitor] == [True, False]


class OneSession:
    """A gate that knows one session, or cannot know."""

    def __init__(self, found: Who | StoreError | None) -> None:
        self._found = found

    async def of_session(self, _session: object) -> Who | None:
        if isinstance(self._found, StoreError):
            raise self._found
        return self._found


@pytest.mark.parametrize(
    ("found", "lives"), [(Who("ayse"), True), (None, False), (StoreError("away"), True)]
)
async def test_a_phone_in_a_page_is_put_out_when_its_session_is_over_and_not_before(
    found: Who | StoreError | None, lives: bool
) -> None:
    gate: Any = OneSession(found)
    session: Any = object()
    assert await _lives(gate, session) is lives


async def test_pages_hear_of_the_tickets_that_their_people_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    served = await Served.start(tmp_path / "config.yaml")
    try:
        await _hear(served)
    finally:
        await served.close()


async def _hear(served: Served) -> None:
    server = served.server
    assert server.news is not None
    assert server.house is not None
    doors = server.news._doors
    desks: Any = getattr(doors.take, "__self__", None)
    pages = {}
    for name, teams in (("ayse", ("card_desk",)), ("ali", ("sales",))):
        desks._visitors[name] = Who(name, roles=("agent",), teams=teams)
        assert doors.may(name, (), "tickets")
        sees = doors.sees(name, ())
        pages[name] = await server.streams.subscribe(name, ("tickets",), sees=sees)
    new = NewTicket("t", "Kart çalındı", "voice", category="cards.lost")
    now = server.switch.ports.clock.now()
    opened = await server.house.tickets.open(new, Act("selin", now))
    assert pages["ali"].waiting == 0
    told = json.loads(await pages["ayse"].next() or "")
    assert (told["type"], told["data"]) == ("ticket.changed", {"number": opened.ticket.number})
