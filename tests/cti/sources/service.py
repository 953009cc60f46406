"""A web service on this machine that behaves as badly as a test wants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from ivr.cti.sources.http import HttpLookup

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GOOD = b'{"id": "C-9", "vip": false, "balance": 1520.75, "accounts": [{"debt": 3}]}'


def saying(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    """A handler that always answers this."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return answer


class Service:
    """The other side: `answer` is called for every request, `seen` keeps them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Handler = saying(GOOD)
        self.port = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Remember the request, then do what the test wants."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((request.method, request.raw_path, headers, await request.read()))
        return await self.answer(request)

    def recover(self) -> None:
        """Give a proper customer again."""
        self.answer = saying(GOOD)


class Lookup(Protocol):
    """Makes a lookup in the service, or at `url`; `settings` are further parts of the source."""

    def __call__(
        self,
        settings: str = "",
        *,
        method: str = "get",
        path: str = "/c",
        url: str = "",
        local: bool = True,
    ) -> HttpLookup: ...
