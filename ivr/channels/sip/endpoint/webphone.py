"""One browser's connection: what it has yet to take, and how often it may speak."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.wire.peers.buckets import Buckets

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.channels.sip.endpoint.door import Limits
    from ivr.channels.sip.wire.words import Flow
    from ivr.runtime.tasks import Tasks

PONG: Final = "\r\n"
OUTBOX_MESSAGES: Final = 64
FLUSH_S: Final = 0.5


class WebPhone:
    """What is to be written waits here until the socket takes it. heard_s: when it last spoke.

    over: set once nothing more is heard. person: whose page it is.
    """

    def __init__(
        self,
        wire: web.WebSocketResponse,
        request: web.Request,
        flow: Flow,
        limits: Limits,
        tasks: Tasks,
    ) -> None:
        self.wire = wire
        self.flow = flow
        self.person = ""
        self.heard_s = asyncio.get_running_loop().time()
        self.over = asyncio.Event()
        self._tasks = tasks
        self._request = request
        self._frames = Buckets[int](limits.frames_per_s, limits.frames_per_s, 1)
        self._outbox: asyncio.Queue[str | bytes] = asyncio.Queue(OUTBOX_MESSAGES)
        self._goodbye: asyncio.Task[None] | None = None

    def write(self, message: str | bytes) -> bool:
        """Queue one frame; False, and the connection is cut, if the browser takes nothing."""
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.cut()
            return False
        return True

    def may_say_more(self, now: float) -> bool:
        """Whether this frame is within what a browser may send in a second."""
        return self._frames.take(self.flow.connection, now)

    async def write_on(self) -> None:
        """Write frame by frame until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                message = await self._outbox.get()
                if isinstance(message, str):
                    await self.wire.send_str(message)
                else:
                    await self.wire.send_bytes(message)
                self._outbox.task_done()

    async def ends_within(self, wait_s: float) -> bool:
        """Whether the connection ends before so many seconds are over."""
        try:
            async with asyncio.timeout(wait_s):
                return await self.over.wait()
        except TimeoutError:
            return False

    async def ping(self) -> None:
        """Ask whether the browser lives; one that takes nothing is found dead later."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(1.0):
                await self.wire.ping()

    def cut(self) -> None:
        """End the connection at once."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def end(self, code: int) -> None:
        """Say goodbye, once.

        In a task of its own, since who says it is often told to stop by what it leads to.
        """
        if self._goodbye is None:
            self._goodbye = self._tasks.start(self._close(code), "sip_websocket_goodbye")
        await asyncio.shield(self._goodbye)

    async def parted(self) -> None:
        """Until the goodbye, if there is one, was answered or given up."""
        if self._goodbye is not None:
            await self._goodbye

    async def _close(self, code: int) -> None:
        """After what is written has left, which a browser may refuse to take."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_S):
                await self._outbox.join()
        with contextlib.suppress(ConnectionError):
            await self.wire.close(code=code)
