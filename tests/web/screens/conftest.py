"""A server with the keys of screens, two queues, and a supervisor whose team serves one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.tasks import Tasks
from ivr.web.errors import outermost
from ivr.web.screens.routes import ScreenRoutes
from ivr.web.screens.stream import ScreenStream
from tests.fakes.door import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientResponse

    from ivr.web.api import ApiParts
    from ivr.web.typed import Route
    from tests.fakes.door import Door

TITLES = {"cards": {"tr": "Kartlar", "en": "Cards"}}


@dataclass
class Walls:
    """The API, and the stream of screens on a server of its own."""

    door: Door
    stream: ScreenStream
    url: str
    opened: list[ClientResponse] = field(default_factory=list)

    async def makes(self, who: str, **more: Any) -> Any:  # noqa: ANN401 - an Answer
        """Somebody makes a screen."""
        wish = {"name": "Salon", "queues": ["cards"], "language": "tr", **more}
        return await self.door.send("POST", "/screens", who, wish)

    async def key(self, who: str = "deniz", **more: Any) -> tuple[str, str]:  # noqa: ANN401
        """A new screen: its id and its key."""
        made = await self.makes(who, **more)
        assert made.status == 201, made.body
        return made.body["screen"]["id"], made.body["url"].partition("#")[2]

    async def looks(self, key: str) -> ClientResponse:
        """A screen is switched on."""
        headers = {"Authorization": f"Bearer {key}"}
        got = await self.door.client.session.get(self.url, headers=headers)
        self.opened.append(got)
        return got


@pytest.fixture
async def walls() -> AsyncIterator[Walls]:
    made: list[ScreenStream] = []
    tasks = Tasks()

    def more(parts: ApiParts) -> list[Route]:
        floor, store = parts.floor, holder[0]
        made.append(ScreenStream(store.screens, floor.queues, lambda: TITLES, parts.clock, tasks))
        return ScreenRoutes(parts, store.screens, made[0]).routes()

    holder = [MemoryStore()]
    async with opened(store=holder[0], more=more) as door:
        door.floor.lines = {"cards": [{"call": "c-1", "caller": "+905321112233"}], "loans": []}
        for name, role, team in (("ayse", "agent", "cards"), ("sule", "supervisor", "cards")):
            await door.add(name, role, teams=(team,))
        await door.add("deniz", "admin")
        door.floor.put("ayse", teams=["cards"], queues=["cards"])
        for name in ("ayse", "sule", "deniz"):
            await door.sign_in(name)
        app = web.Application(middlewares=[outermost])
        app.router.add_get("/api/v1/screen", partial(made[0].serve, door.gate))
        app.on_shutdown.append(made[0].close)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        walls = Walls(door, made[0], f"http://127.0.0.1:{server.port}/api/v1/screen")
        yield walls
        for response in walls.opened:
            response.close()
        await server.close()
        await tasks.close()
