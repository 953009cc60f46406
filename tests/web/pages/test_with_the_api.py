"""The pages on the real API and the real live connection, with a floor that only remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.domain.errors import NotSignedInError
from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow, Person
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks
from ivr.web.api import ApiParts, add_api, signed_in
from ivr.web.auth.links import first_link
from ivr.web.auth.tickets import Tickets
from ivr.web.desk.live import Doors, Live, Visitor
from ivr.web.errors import outermost
from ivr.web.pages import page_routes
from ivr.web.permissions import Who, may
from tests.fakes.browsers import browsing
from tests.fakes.door import QUICK, FakeFloor, parts_of
from tests.web.pages.conftest import PATIENCE_MS, watched
from tests.web.pages.fake_server import AGENT, offer, pop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

PASSWORD = "tarçın kokulu 7 vapur"  # noqa: S105 - of people that exist in tests only
AYSE = AGENT | {"version": 3, "state": "offline", "reason": ""}


class House:
    """Everything that stands behind the pages, in memory."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.store = MemoryStore()
        self.floor = FakeFloor()
        self.streams = Streams(self.store.pops, self.clock, Tasks())
        self.tickets = Tickets(self.clock)
        self.seen: list[tuple[str, int, str]] = []
        doors = Doors(self._take, self._snapshot, self._may, self._seen)
        self.live = Live(doors, self.streams, self.clock, Tasks())

    def app(self) -> web.Application:
        """The server. Its port is not known yet, so every name of this machine counts as ours."""
        made = web.Application(middlewares=[outermost])
        made.add_routes([web.get("/api/v1/events", self.live.handle)])
        made.add_routes(page_routes(_visitor))
        add_api(made, self._parts())
        made.on_shutdown.append(self._stop)
        return made

    def _parts(self) -> ApiParts:
        return parts_of(self.store, self.floor, self.clock, tickets=self.tickets)

    async def _take(self, ticket: str) -> Visitor | None:
        session = self.tickets.take(ticket)
        return Visitor(session.person, ("agent",)) if session else None

    async def _snapshot(self, person: str, topics: tuple[str, ...]) -> Mapping[str, Any]:
        assert topics == ("me", "agents", "queues", "tickets", "intake")
        return {"me": self.floor.agent(person), "offers": [], "call": None, "pops": [],
                "agents": list(self.floor.agents()), "queues": []}  # fmt: skip

    def _may(self, person: str, roles: Sequence[str], topic: str) -> bool:
        who = Who(person, roles=tuple(roles))
        return topic == "me" or may(who, topic.removesuffix("s"), "r") is not None

    async def _seen(self, person: str, pop_id: str, rev: int, stage: str) -> None:
        assert person == "ayse"
        self.seen.append((pop_id, rev, stage))

    async def _stop(self, _app: web.Application) -> None:
        await self.live.close()


async def _visitor(request: web.Request) -> Who | None:
    try:
        return await signed_in(request)
    except NotSignedInError:
        return None


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> House:
    """One agent who can sign in."""
    made = House()
    hashed = QUICK.hash(PASSWORD)
    ayse = Person("ayse", "Ayşe Kaya", ("agent",), ("cards",), password=hashed)
    await made.store.people.save(ayse)
    await made.store.agents.save(AgentRow("ayse", teams=("cards",)))
    made.floor.put(**AYSE)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def page(house: House) -> AsyncIterator[Any]:
    """A browser at the door of that server."""
    async with browsing() as browser, TestServer(house.app()) as server:
        context = await browser.new_context(
            locale="en-GB", base_url=str(server.make_url("/")).rstrip("/")
        )
        made = await context.new_page()
        made.set_default_timeout(PATIENCE_MS)
        wrong = watched(made, str(server.make_url("/")).rstrip("/"))
        yield made
        await context.close()
        assert wrong == []


async def sign_in(page: Any) -> None:  # noqa: ANN401 - see page
    await page.goto("/desk")
    await page.fill('[name="name"]', "ayse")
    await page.fill('[name="password"]', PASSWORD)
    await page.click("form button.good")
    await page.wait_for_selector('[data-link="connected"]')


async def test_an_agent_signs_in_goes_ready_and_is_rung(page: Any, house: House) -> None:  # noqa: ANN401
    await sign_in(page)
    await page.click('[data-act="state-available"]')
    await page.wait_for_selector('[aria-busy="true"]')
    [asked] = house.floor.asked
    assert asked[:3] == ("ask", "ayse", "login")
    ready = AYSE | {"state": "available", "version": 4}
    house.floor.put(**ready)
    await house.streams.tell("ayse", "agent.changed", ready)
    await page.wait_for_selector('.state[data-state="available"]')
    await house.streams.tell("ayse", "pop.open", pop())
    await page.wait_for_selector(".pop")
    ringing = offer()
    house.floor.open["ayse"] = [ringing]
    await house.streams.tell("ayse", "offer.created", ringing)
    await page.wait_for_selector(".ring")
    assert house.seen == [("p-5", 0, "received"), ("p-5", 0, "rendered")]
    await page.wait_for_timeout(600)  # clicks of the first half second are not meant
    await page.click('[data-act="decline"]')
    await page.wait_for_selector('[data-act="decline"][aria-busy="true"]')
    assert house.floor.asked[-1] == ("decline", "o-9", "desk")
    await house.streams.tell("ayse", "offer.ended", {"offer": "o-9", "end": "declined"})
    await page.wait_for_selector(".ring", state="detached")
    await page.click(".mine summary")
    await page.click('[data-act="logout"]')
    await page.wait_for_url("**/login")
    await page.goto("/wallboard")
    await page.wait_for_url("**/login?next=/wallboard")


async def test_the_first_admin_sets_himself_up(page: Any, house: House) -> None:  # noqa: ANN401
    link = await first_link(house.store.people, house.clock, "")
    assert link is not None
    await page.goto(link)
    await page.fill('[name="name"]', "deniz")
    await page.fill('[name="display"]', "Deniz")
    for name in ("password", "again"):
        await page.fill(f'[name="{name}"]', "password1234")
    await page.click("form button.good")
    await page.wait_for_selector('.wrong:has-text("Guessers try this")')
    for name in ("password", "again"):
        await page.fill(f'[name="{name}"]', PASSWORD)
    await page.click("form button.good")
    await page.wait_for_url("**/login")
    made = await house.store.people.get("deniz")
    assert made is not None
    assert made.roles == ("admin",)
    await page.goto(link)
    await page.wait_for_selector('.wrong:has-text("was used")')
