"""One open page: its socket, what it may send, and whether it still lives."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import ClientConnectionResetError, WSMsgType, web

from ivr.runtime.streams.subscription import Subscription, framed
from ivr.web.desk.said import GarbledError, Said, read_said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

SIGNED_OUT = 4401
PROTOCOL = 4400
FORBIDDEN_TOPIC = 4403
COME_BACK = 1012
MOST_BYTES = 64 * 1024
HEARTBEAT = framed('{"hb":1}')
Lives: TypeAlias = "Callable[[], Awaitable[bool]]"


async def always() -> bool:
    """Of a page whose session nobody ends."""
    return True


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of a page in seconds, and how many frames a second it may send."""

    hello_s: float = 5.0
    beat_s: float = 10.0
    dead_s: float = 20.0
    most_frames: int = 20
    most_pages: int = 5


class Page:
    """A connected page. person: empty until its hello was accepted; lives: whether the session
    that it came with does."""

    def __init__(self, clock: Clock, tasks: Tasks, pace: Pace) -> None:
        self.socket = web.WebSocketResponse(
            autoping=False, max_msg_size=MOST_BYTES, compress=False, timeout=2.0
        )
        self.person = ""
        self.lives: Lives = always
        self.frames = Subscription()
        self._clock = clock
        self._tasks = tasks
        self._pace = pace
        self._goodbye: asyncio.Task[None] | None = None
        self._request: web.Request | None = None
        self._heard_at = clock.now()
        self._allowance = float(pace.most_frames)
        self._counted_at = clock.now()

    async def open(self, request: web.Request) -> None:
        """Answer the upgrade."""
        self._request = request
        await self.socket.prepare(request)

    async def read(self) -> Said | None:
        """The next message of the page; None once it is gone. Raises GarbledError."""
        while True:
            message = await self.socket.receive()
            self._heard_at = self._clock.now()
            if message.type == WSMsgType.PING:
                with contextlib.suppress(ClientConnectionResetError):
                    await self.socket.pong(message.data)
            elif message.type != WSMsgType.PONG:
                break
        if message.type == WSMsgType.BINARY:
            raise GarbledError("binary")
        if message.type != WSMsgType.TEXT:
            return None
        self._count()
        return read_said(message.data)

    async def write(self) -> None:
        """Send what comes out of the subscription until it ends; then say why."""
        with contextlib.suppress(ClientConnectionResetError, ConnectionError):
            while (text := await self.frames.next()) is not None:
                await self.socket.send_str(text)
            await self.close(self.frames.code or COME_BACK)

    async def close(self, code: int) -> None:
        """Say goodbye, once; a page that is gone already is fine.

        In a task of its own, since who closes is often told to stop by what the closing does.
        """
        if self._goodbye is None:
            self._goodbye = self._tasks.start(self._close(code), "page goodbye")
        await asyncio.shield(self._goodbye)

    async def parted(self) -> None:
        """Until the goodbye, if there is one, was answered or given up."""
        if self._goodbye is not None:
            await self._goodbye

    async def _close(self, code: int) -> None:
        with contextlib.suppress(ClientConnectionResetError, ConnectionError):
            await self.socket.close(code=code)

    async def beat(self) -> bool:
        """Show that we live and ask whether the page does; False if it is dead or too slow."""
        silent_s = (self._clock.now() - self._heard_at).total_seconds()
        if silent_s >= self._pace.dead_s or self.frames.code is not None:
            self._cut()
            return False
        self.frames.push_newest(("hb", ""), HEARTBEAT)
        with contextlib.suppress(TimeoutError, ClientConnectionResetError, ConnectionError):
            async with asyncio.timeout(1.0):
                await self.socket.ping()
        return True

    def _cut(self) -> None:
        """Drop the connection without a word: nobody would read one."""
        transport = self._request.transport if self._request else None
        if transport is not None:
            transport.abort()

    def _count(self) -> None:
        now: datetime = self._clock.now()
        passed_s = (now - self._counted_at).total_seconds()
        most = float(self._pace.most_frames)
        self._counted_at = now
        self._allowance = min(most, self._allowance + passed_s * most) - 1
        if self._allowance < 0:
            raise GarbledError("too many frames")
