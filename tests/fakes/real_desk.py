"""Agents of a real server: their simulated telephones, their API, and how they are taken on.

Everything goes over HTTP and WebSockets, so that the server may be another process.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, ClientTimeout, WSMsgType

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.desk import AgentRow, Person
from ivr.runtime.tasks import Tasks
from ivr.web.auth.sessions import PLAIN_COOKIE, Sessions
from tests.fakes.fresh_store import open_fresh
from tests.fakes.sip_talkers import after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from aiohttp import ClientWebSocketResponse

    from ivr.runtime.ports import Store

PATIENCE_S = 30.0
ASKS_EVERY_S = 0.1
"""The server takes 20 requests of a person in a second."""
SKILLS = {"cards": 80, "loans": 80, "tr": 100, "en": 80}
TEAMS = ("card_desk", "back_office")
CARD = "4532015112830366"
"""A card of the example, issued to the customer that calls in these tests."""
Passes = dict[str, tuple[str, str]]
"""Name -> cookie and token for forms of somebody who is signed in."""


async def taken_on(
    folder: Path,
    agents: Sequence[str],
    endpoint: Callable[[str], Mapping[str, str]] = lambda name: {"simulator": f"sim:{name}"},
) -> Passes:
    """Agents, and the admin `root` without whom a server serves nobody, in a new database.

    All are signed in already: who types passwords is tested elsewhere.
    """
    (folder / "var").mkdir(exist_ok=True)
    store = open_fresh(f"sqlite:///{folder}/var/ivr.db", create=True)
    try:
        return await take_on(store, agents, endpoint)
    finally:
        await store.close()


async def take_on(
    store: Store, agents: Sequence[str], endpoint: Callable[[str], Mapping[str, str]]
) -> Passes:
    """The same in a store that is open."""
    sessions = Sessions(store.people, SystemClock())
    passes: Passes = {}
    for name in ("root", *agents):
        roles = ("admin",) if name == "root" else ("agent",)
        person = await store.people.save(Person(name, name, roles, TEAMS, password="none"))  # noqa: S106
        token, session = await sessions.open(person)
        passes[name] = token, session.csrf
    for name in agents:
        row = AgentRow(name, teams=TEAMS, skills=SKILLS, endpoints=endpoint(name))
        await store.agents.save(row)
    return passes


@dataclass(slots=True)
class DeskApi:
    """What the page of somebody who is signed in asks for."""

    name: str
    url: str
    session: ClientSession

    @classmethod
    def of(cls, url: str, name: str, passes: Passes) -> DeskApi:
        """As the page of this person."""
        cookie, csrf = passes[name]
        headers = {"X-CSRF-Token": csrf, "Origin": url, "Cookie": f"{PLAIN_COOKIE}={cookie}"}
        session = ClientSession(headers=headers, timeout=ClientTimeout(total=20))
        return cls(name, f"{url}/api/v1", session)

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """A reading; who asks too often waits as long as he is told."""
        while True:
            async with self.session.get(self.url + path) as response:
                if response.status == 429:
                    await after(float(response.headers["Retry-After"]))
                    continue
                assert response.status == 200, (path, response.status, await response.text())
                return await response.json()

    async def post(self, path: str, body: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        """A doing; fails the test if it is refused."""
        status, told = await self.tried(path, body, version)
        assert status < 300, (path, status, told)
        return told

    async def tried(
        self,
        path: str,
        body: Any = None,  # noqa: ANN401 - JSON
        version: int | None = None,
    ) -> tuple[int, Any]:
        """A doing that may be refused: status and answer."""
        more = {} if version is None else {"If-Match": f'"{version}"'}
        while True:
            async with self.session.post(
                self.url + path, json=body or {}, headers=more
            ) as response:
                if response.status == 429:
                    await after(float(response.headers["Retry-After"]))
                    continue
                told = await response.json() if response.content_length else None
                return response.status, told

    async def me(self) -> dict[str, Any]:
        """The agent's own row."""
        found: dict[str, Any] = await self.get(f"/agents/{self.name}")
        return found

    async def goes(self, state: str, **more: Any) -> None:  # noqa: ANN401 - JSON
        """Ask for another state."""
        version = (await self.me())["version"]
        await self.post(f"/agents/{self.name}/state", {"state": state, **more}, version)

    async def until(self, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """The agent's row, once it says so."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                row = await self.me()
                if all(row.get(key) == value for key, value in facts.items()):
                    return row
                await after(ASKS_EVERY_S)

    async def control(self, call: str, action: str, **body: str) -> None:
        """Something to do with a call; an agent's row is a moment ahead of the call itself."""
        async with asyncio.timeout(PATIENCE_S):
            status, told = 409, None
            while status == 409:
                status, told = await self.tried(f"/calls/{call}/{action}", body)
                await after(ASKS_EVERY_S * (status == 409))
        assert status < 300, (action, status, told)

    async def close(self) -> None:
        """The page is closed."""
        await self.session.close()


@dataclass(slots=True)
class Line:
    """A simulated telephone over its WebSocket, an agent's or a caller's; it hears by itself.

    came: all that it was told, in order.
    """

    socket: ClientWebSocketResponse
    session: ClientSession
    came: list[Mapping[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _read: int = 0
    _hearing: Tasks = field(default_factory=Tasks)

    @classmethod
    async def open(cls, url: str, path: str) -> Line:
        """Connect it. path: `/simulator/ws`, or `/simulator/agent/ws?name=NAME`."""
        session = ClientSession(timeout=ClientTimeout(total=None))
        made = cls(await session.ws_connect(url + path), session)
        made._hearing.start(made._hear(), "telephone")
        return made

    @classmethod
    async def agent(cls, url: str, name: str) -> Line:
        """An agent's telephone."""
        made = await cls.open(url, f"/simulator/agent/ws?name={name}")
        await made.until("phone")
        return made

    @classmethod
    async def caller(cls, url: str, ani: str, dnis: str) -> Line:
        """A caller's, who has dialled."""
        made = await cls.open(url, "/simulator/ws")
        await made.send(**{"dial": dnis, "from": ani})
        return made

    @property
    def rang(self) -> int:
        """How often it has rung."""
        return sum("rings" in message for message in self.came)

    @property
    def call(self) -> str:
        """The call that a caller is in."""
        return str(next(message["call"] for message in self.came if "call" in message))

    async def send(self, **message: Any) -> None:  # noqa: ANN401 - JSON
        """What whoever holds it does."""
        await self.socket.send_json(message)

    async def until(self, key: str, within_s: float = PATIENCE_S) -> Mapping[str, Any]:
        """The next message with this key; what came before it is passed over."""
        async with asyncio.timeout(within_s):
            while True:
                while self._read < len(self.came):
                    self._read += 1
                    if key in self.came[self._read - 1]:
                        return self.came[self._read - 1]
                await self.news()

    def again(self, key: str) -> None:
        """The last message with this key counts as not heard yet."""
        self._read = max(place for place, each in enumerate(self.came) if key in each)

    async def news(self) -> None:
        """Until it is told something more."""
        self._news.clear()
        await self._news.wait()

    async def answers(self) -> str:
        """It rings and is taken; returns the call."""
        call = str((await self.until("rings"))["rings"])
        await self.send(answer=True)
        await self.until("answered")
        return call

    async def close(self) -> None:
        """The line is dead."""
        await self.socket.close()
        await self.session.close()
        await self._hearing.close()

    async def _hear(self) -> None:
        async for frame in self.socket:
            if frame.type is WSMsgType.TEXT:
                self.came.append(frame.json())
                self._news.set()


async def reports_a_card(caller: Line) -> None:
    """Through the menu of the bank: a lost card, its number, and into the queue of the cards."""
    await caller.until("listens")
    await caller.send(press="2")
    await caller.until("listens")
    for key in f"{CARD}#":
        await caller.send(press=key)
    await caller.until("music", within_s=30.0)
