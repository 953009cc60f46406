"""A SIP phone in a page: a plain SIP phone whose line is a WebSocket of the server (RFC 7118).

Its page is signed in over HTTP, asks for a ticket and opens `/sip` with it, as a browser would.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import ClientSession, WSMsgType

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.desk import Person
from ivr.runtime.tasks import Tasks
from ivr.web.auth.sessions import PLAIN_COOKIE, Sessions
from tests.fakes.sip_phone import SipPhone

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse

    from ivr.runtime.ports.desk import Session
    from tests.fakes.served import Served
    from tests.fakes.sip_line import Line, Take


class PageLine:
    """One message in each frame; it hears by itself. code: how the server closed it."""

    def __init__(self, take: Take, server: tuple[str, int], socket: ClientWebSocketResponse):
        self.socket = socket
        self.port = 0
        self.code: int | None = None
        self.frames: list[str] = []
        self.closed = asyncio.Event()
        self._take, self._server = take, server
        self._tasks = Tasks()
        self._tasks.start(self._hear(), "page hears")

    def send(self, data: bytes) -> None:
        """One frame of text."""
        self._tasks.start(self._say(data.decode()), "page says")

    def close(self) -> None:
        """The page is closed."""
        self._tasks.start(self._leave(), "page leaves")

    def cut(self) -> None:
        """The network is gone: no goodbye."""
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()

    async def _hear(self) -> None:
        while (frame := await self.socket.receive()).type is WSMsgType.TEXT:
            if frame.data == "\r\n":
                self.frames.append(frame.data)
            else:
                self._take(frame.data.encode(), self._server)
        self.code = self.socket.close_code
        self.closed.set()

    async def _leave(self) -> None:
        await self.socket.close()

    async def _say(self, text: str) -> None:
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(text)


@dataclass(slots=True, eq=False)
class PagePhone(SipPhone):
    """A phone whose line is open already; its Contact is a made-up name, as browsers' are."""

    line: PageLine | None = None
    name: str = "q7r2.invalid"

    @property
    def contact(self) -> str:
        """Where requests of the server reach this phone: only by its connection."""
        return f"sip:{self.user}@{self.name};transport=ws"

    def send(self, data: bytes | str) -> None:
        """With a Via as browsers write it: they know no address of theirs."""
        text = data.decode() if isinstance(data, bytes) else data
        SipPhone.send(self, text.replace(f"WS {self.host}:{self.sip_port}", f"WS {self.name}", 1))

    async def _open_line(self) -> Line:
        assert self.line is not None
        return self.line


@dataclass(slots=True)
class Pages:
    """The pages of people of one server. server: as its phones name it."""

    url: str
    server: tuple[str, int]
    served: Served
    client: ClientSession = field(default_factory=ClientSession)
    sessions: dict[str, Session] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    async def sign_in(self, name: str) -> None:
        """Somebody whose page it is; who types passwords is tested elsewhere."""
        people = self.served.server.switch.store.people
        new = Person(name, name, ("agent",), (), password="none")  # noqa: S106
        person = await people.get(name) or await people.save(new)
        sessions = Sessions(people, SystemClock())
        token, session = await sessions.open(person)
        self.sessions[name] = session
        self.headers[name] = {
            "X-CSRF-Token": session.csrf,
            "Origin": self.url,
            "Cookie": f"{PLAIN_COOKIE}={token}",
        }

    async def sign_out(self, name: str) -> None:
        """The session is over."""
        people = self.served.server.switch.store.people
        await Sessions(people, SystemClock()).end(self.sessions[name])

    async def ticket(self, name: str) -> str:
        """A ticket, good once."""
        if name not in self.headers:
            await self.sign_in(name)
        path = f"{self.url}/api/v1/events/ticket"
        async with self.client.post(path, json={}, headers=self.headers[name]) as response:
            assert response.status == 200, await response.text()
            return str((await response.json())["ticket"])

    async def open(
        self, ticket: str, *, origin: str = "", protocol: str = "sip", trunk: str = ""
    ) -> ClientWebSocketResponse:
        """Open `/sip`. Raises WSServerHandshakeError if it is refused."""
        path = f"{self.url}/sip?ticket={ticket}{trunk and f'&trunk={trunk}'}"
        return await self.client.ws_connect(
            path, origin=origin or self.url, protocols=(protocol,) if protocol else ()
        )

    async def phone(self, user: str = "caller", person: str = "", trunk: str = "") -> PagePhone:
        """A phone in a page of this person (most often the user), connected."""
        phone = PagePhone(self.server, user, transport="WS")
        socket = await self.open(await self.ticket(person or user), trunk=trunk)
        phone.line = PageLine(phone._take, self.server, socket)
        return phone

    async def close(self) -> None:
        """All pages are closed."""
        await self.client.close()
