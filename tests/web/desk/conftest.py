"""A server with live pages only, and pages that connect to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import (
    ClientConnectionResetError,
    ClientSession,
    ClientWebSocketResponse,
    TCPConnector,
    WSMsgType,
    web,
)
from aiohttp.test_utils import TestServer

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks
from ivr.web.desk.live import Doors, Live, Visitor
from ivr.web.errors import outermost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ivr.runtime.streams.subscription import Sees


@dataclass
class House:
    """The server and what it was told. over: tickets of sessions that are; away: the store is."""

    clock: VirtualClock
    tasks: Tasks
    pops: MemoryPops
    streams: Streams
    told: list[tuple[Any, ...]] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    away: bool = False
    sees: Sees | None = None
    live: Live = field(init=False)
    http: ClientSession = field(init=False)
    url: str = ""
    sockets: list[ClientWebSocketResponse] = field(default_factory=list)

    async def take(self, ticket: str) -> Visitor | None:
        """A ticket is PERSON:ROLE; each opens once."""
        if ("take", ticket) in self.told:
            return None
        self.told.append(("take", ticket))
        person, colon, role = ticket.partition(":")
        lives = partial(self.lives, ticket)
        return Visitor(person, (role.partition("#")[0],), lives) if colon else None

    async def snapshot(self, person: str, topics: tuple[str, ...]) -> Mapping[str, Any]:
        """Something to recognise."""
        return {"me": person, "topics": list(topics)}

    def may(self, _person: str, roles: Sequence[str], topic: str) -> bool:
        """Only supervisors see all agents."""
        return topic in {"me", "queues"} or "supervisor" in roles

    async def seen(self, person: str, pop: str, rev: int, stage: str) -> None:
        """Written down."""
        self.told.append(("seen", person, pop, rev, stage))

    async def connected(self, person: str) -> None:
        """Written down."""
        self.told.append(("connected", person))

    async def gone(self, person: str) -> None:
        """Written down."""
        self.told.append(("gone", person))

    async def lives(self, ticket: str) -> bool:
        """As the test says."""
        if self.away:
            raise StoreError("away")
        return ticket not in self.over

    async def page(self, origin: str = "") -> ClientWebSocketResponse:
        """A page that has connected and said nothing yet."""
        headers = {"Origin": origin or self.url}
        url = f"{self.url}/events"
        self.sockets.append(await self.http.ws_connect(url, headers=headers, autoping=False))
        return self.sockets[-1]

    async def hello(self, ticket: str, last_seq: int = 0, topics: Sequence[str] = ("me",)) -> Page:
        """A page that has said hello."""
        page = Page(await self.page())
        said = {"ticket": ticket, "device": "d", "last_seq": last_seq, "topics": list(topics)}
        await page.socket.send_json({"hello": said})
        return page

    async def until(self, *wanted: object) -> None:
        """Until this was told."""
        async with asyncio.timeout(5):
            while wanted not in self.told:
                await settle()


@dataclass
class Page:
    """The other end of a socket."""

    socket: ClientWebSocketResponse
    closed: int | None = None

    async def read(self) -> Any:  # noqa: ANN401 - JSON, or how it ended
        """The next message that is no ping."""
        async with asyncio.timeout(5):
            while True:
                message = await self.socket.receive()
                if message.type == WSMsgType.PING:
                    with suppress(ClientConnectionResetError):
                        await self.socket.pong(message.data)
                elif message.type == WSMsgType.TEXT:
                    return message.json()
                else:
                    # What the client library says itself depends on who hung up first.
                    is_said = message.type == WSMsgType.CLOSE
                    self.closed = int(message.data) if is_said else self.socket.close_code
                    return message.type

    async def welcomed(self) -> Any:  # noqa: ANN401 - JSON
        """Past welcome and snapshot; the welcome."""
        welcome = (await self.read())["welcome"]
        if not welcome["resumed"]:
            assert "snapshot" in await self.read()
        return welcome

    async def code(self) -> int | None:
        """The close code, once it was closed."""
        while not isinstance(await self.read(), WSMsgType):
            continue
        return self.closed


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A running server."""
    clock, tasks, pops = VirtualClock(), Tasks(), MemoryPops()
    made = House(clock, tasks, pops, Streams(pops, clock, tasks))
    doors = Doors(
        take=made.take,
        snapshot=made.snapshot,
        may=made.may,
        seen=made.seen,
        sees=lambda _person, _roles: made.sees,
        connected=made.connected,
        gone=made.gone,
        origins=("https://desk.example",),
    )
    made.live = Live(doors, made.streams, clock, tasks)
    app = web.Application(middlewares=[outermost])
    app.router.add_get("/events", made.live.handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    made.url = f"http://127.0.0.1:{server.port}"
    async with ClientSession(connector=TCPConnector(limit=0)) as made.http:
        yield made
        await made.live.close()
        for socket in made.sockets:
            if socket._response.connection is not None:
                socket._response.close()
    with suppress(TimeoutError):
        await server.close()
    await tasks.close()
