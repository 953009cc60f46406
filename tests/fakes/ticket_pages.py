"""The pages on the real API of tickets and customers, on an SQLite file, in a real browser."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.domain.errors import NotSignedInError
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.desk import AgentRow, Person
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.web.api import ApiParts, add_api, signed_in
from ivr.web.auth.tickets import Tickets
from ivr.web.desk.live import Doors, Live, Visitor
from ivr.web.errors import outermost
from ivr.web.pages import page_routes
from ivr.web.permissions import Who, may
from tests.fakes.browsers import browsing
from tests.fakes.definitions import NOWHERE
from tests.fakes.door import KEPT, PASSWORD, FakeFloor, parts_of
from tests.fakes.ticket_door import house_routes
from tests.fakes.ticket_house import Desk
from tests.web.pages.conftest import PATIENCE_MS, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

PEOPLE = {
    "ayse": ("Ayşe Kaya", ("agent",), ("cards",)),
    "ali": ("Ali Işık", ("agent",), ("billing",)),
    "sule": ("Şule Öz", ("supervisor", "agent"), ("cards", "billing")),
    "deniz": ("Deniz Ak", ("admin",), ()),
    "kemal": ("Kemal Su", ("quality",), ()),
}


@dataclass(slots=True)
class TicketOffice:
    """People at browsers. desk: does things behind their backs. Any: see Office."""

    root: str
    browser: Any
    desk: Desk
    floor: FakeFloor
    people: Any

    @asynccontextmanager
    async def at(
        self,
        who: str,
        path: str,
        language: str = "en",
        **options: Any,  # noqa: ANN401
    ) -> AsyncIterator[Any]:
        """Somebody signs in and looks at a page."""
        row = await self.people.get(who)
        if row is not None and row.language != language:
            await self.people.save(replace(row, language=language))
        context = await self.browser.new_context(locale="en-GB", base_url=self.root, **options)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wrong = watched(page, self.root)
        await page.goto(path)
        await page.fill('[name="name"]', who)
        await page.fill('[name="password"]', PASSWORD)
        await page.click("form button.good")
        await page.wait_for_selector('[data-link="connected"]')
        yield page
        await context.close()
        assert wrong == [], wrong


@asynccontextmanager
async def ticket_office(path: Path, folder: Path = NOWHERE) -> AsyncIterator[TicketOffice]:
    """A server with everybody of PEOPLE. path: an SQLite file with tables in it."""
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    house = _House(store, folder)
    await house.fill()
    try:
        async with browsing() as browser, TestServer(house.app()) as server:
            root = str(server.make_url("/")).rstrip("/")
            desk = Desk(store, at=house.clock.now())
            yield TicketOffice(root, browser, desk, house.floor, store.people)
    finally:
        await store.close()


class _House:
    """What stands behind the pages."""

    def __init__(self, store: Any, folder: Path) -> None:  # noqa: ANN401 - every port of it
        self.store = store
        self.folder = folder
        self.clock = SystemClock()
        self.floor = FakeFloor()
        self.streams = Streams(store.pops, self.clock, Tasks())
        self.tickets = Tickets(self.clock)
        doors = Doors(self._take, self._snapshot, self._may, self._seen)
        self.live = Live(doors, self.streams, self.clock, Tasks())

    async def fill(self) -> None:
        """Everybody who works here."""
        for name, (display, roles, teams) in PEOPLE.items():
            person = Person(name, display, roles, teams, password=KEPT)
            await self.store.people.save(person)
            if "agent" in roles:
                await self.store.agents.save(AgentRow(name, teams=teams))
                self.floor.put(name, display=display, teams=list(teams), state="offline",
                               since=self.clock.now().isoformat())  # fmt: skip

    def app(self) -> web.Application:
        """The server."""
        made = web.Application(middlewares=[outermost])
        made.add_routes([web.get("/api/v1/events", self.live.handle)])
        made.add_routes(page_routes(_visitor))
        parts = self._parts()
        add_api(made, parts, house_routes(self.store, parts, self.folder))
        made.on_shutdown.append(self._stop)
        return made

    def _parts(self) -> ApiParts:
        return parts_of(self.store, self.floor, self.clock, tickets=self.tickets)

    async def _take(self, ticket: str) -> Visitor | None:
        session = self.tickets.take(ticket)
        return Visitor(session.person, PEOPLE[session.person][1]) if session else None

    async def _snapshot(self, person: str, topics: tuple[str, ...]) -> Mapping[str, Any]:
        agents = list(self.floor.agents()) if "agents" in topics else []
        return {"me": self.floor.agent(person), "offers": [], "call": None, "pops": [],
                "agents": agents, "queues": []}  # fmt: skip

    def _may(self, person: str, roles: Sequence[str], topic: str) -> bool:
        who = Who(person, roles=tuple(roles))
        return topic == "me" or may(who, topic.removesuffix("s"), "r") is not None

    async def _seen(self, *_told: object) -> None:
        pass

    async def _stop(self, _app: web.Application) -> None:
        await self.live.close()


async def _visitor(request: web.Request) -> Who | None:
    try:
        return await signed_in(request)
    except NotSignedInError:
        return None
