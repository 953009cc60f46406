"""Stands between us and another system, passes everything on, and can spoil what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import TestServer

from ivr.config.secrets import Secret
from ivr.cti.post import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE, REFUSED = "done", "refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """Instead of the next answer to this method. status 0: the line is cut after it was done."""

    method: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


class Between:
    """base: the address of the system. seen: `POST /path` of each request. lasting: a status for
    everything from now on, 0 = none."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.faults: list[Fault] = []
        self.seen: list[str] = []
        self.lasting = 0
        self._server: TestServer | None = None
        self._session: ClientSession | None = None

    async def open(self) -> None:
        """Begin to listen."""
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{tail:.*}", self._take)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        self._session = ClientSession(cookie_jar=DummyCookieJar())

    async def close(self) -> None:
        """Stop listening."""
        if self._session is not None:
            await self._session.close()
        if self._server is not None:
            await self._server.close()

    @property
    def target(self) -> Target:
        """Where it listens."""
        assert self._server is not None
        return Target(Secret(f"http://127.0.0.1:{self._server.port}"), local=True)

    def count(self, method: str, part: str) -> int:
        """How many requests of a method had this in their path."""
        return sum(one.startswith(f"{method} ") and part in one for one in self.seen)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(f"{request.method} {request.raw_path}")
        if self.lasting:
            return web.json_response({"message": "no"}, status=self.lasting)
        fault = self._fault(request.method)
        if fault is not None and fault.status:
            return web.Response(status=fault.status, headers=dict(fault.headers))
        answer = await self._pass_on(request)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return answer

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method:
                self.faults.remove(fault)
                return fault
        return None

    async def _pass_on(self, request: web.Request) -> web.Response:
        assert self._session is not None
        kept = ("Authorization", "Content-Type", "Idempotency-Key")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        url = self._base + request.raw_path
        async with self._session.request(
            request.method, url, data=BytesIO(await request.read()), headers=headers
        ) as response:
            body = await response.read()
            return web.Response(status=response.status, body=body, content_type="application/json")
