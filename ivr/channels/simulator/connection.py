"""A WebSocket of a simulated phone: what comes in are acts, what goes out waits its turn."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType

from ivr.domain.errors import IvrError

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.channels.simulator.phone import Message

_LOG = logging.getLogger(__name__)
Act = Callable[[Mapping[str, Any]], Awaitable[None]]


class Connection:
    """One browser or terminal. tell: sends it a message."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.tell = self._outgoing.put_nowait

    async def run(self, act: Act) -> None:
        """Until the far end goes away. act: takes what it does; nothing that is no message."""
        async with asyncio.TaskGroup() as both:
            writing = both.create_task(self._write())
            await self._read(act)
            writing.cancel()

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                message = await self._outgoing.get()
                await self._socket.send_json(message)

    async def _read(self, act: Act) -> None:
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT:
                try:
                    await act(_parsed(frame.data))
                except IvrError:
                    _LOG.exception("simulator_failed")
                    self.tell({"problem": "that did not work, try again"})


def _parsed(text: str) -> Mapping[str, Any]:
    """A message, or nothing if it is not one: a phone cannot break the server."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
