"""A CRM on this machine that takes messages and says what a test wants."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.config.secrets import Secret
from ivr.cti.post import Target


class Crm:
    """seen: (headers, body) of each request; paths: where to. answers: taken one by one, then 200
    and nothing."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.answers: list[tuple[int, bytes]] = []
        self.gate: asyncio.Event | None = None
        self._arrived = asyncio.Event()
        self._server: TestServer | None = None

    async def open(self) -> None:
        """Begin to listen."""
        app = web.Application(client_max_size=2**22)
        app.router.add_post("/{tail:.*}", self._take)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()

    async def close(self) -> None:
        """Stop listening."""
        if self.gate is not None:
            self.gate.set()
        if self._server is not None:
            await self._server.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        assert self._server.port is not None
        return self._server.port

    @property
    def target(self) -> Target:
        """Where it listens."""
        return Target(Secret(f"http://127.0.0.1:{self.port}/cti/token"), local=True)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The bodies."""
        return [json.loads(body) for _headers, body in self.seen]

    async def until(self, count: int) -> None:
        """Until so many messages have arrived."""
        async with asyncio.timeout(5):
            while len(self.seen) < count:
                self._arrived.clear()
                await self._arrived.wait()

    async def _take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.paths.append(request.path)
        self.seen.append((headers, await request.read()))
        self._arrived.set()
        if self.gate is not None:
            await self.gate.wait()
        status, body = self.answers.pop(0) if self.answers else (200, b"")
        location = {"Location": "http://127.0.0.1:1/"} if status == 302 else None
        return web.Response(status=status, body=body, headers=location)
