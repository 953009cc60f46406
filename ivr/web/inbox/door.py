"""Where ticket systems of others post what has happened: /inbox/NAME.

Whoever cannot sign is told no more than that; what is signed is kept before it is answered, so a
repeat is answered alike and changes nothing. Source: security.md 9 and 10.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from ivr.domain.errors import NotSignedError, NotValidError, RequestError
from ivr.web.bodies import read_body
from ivr.web.gate import SlowDownError
from ivr.web.rates import Rates

BODY_BYTES, BODY_S = 1_000_000, 15.0
FAILURES_PER_MIN = 100
Take = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Headers (names in lower case) and body; gives how many messages are new. Raises NotSignedError,
NotValidError, StoreError."""


@dataclass(frozen=True, slots=True)
class InboxDoor:
    """The door of every system that posts. source: of a request; count: a refusal by its reason."""

    takes: Mapping[str, Take]
    source: Callable[[web.Request], str]
    now: Callable[[], float]
    count: Callable[[str], None]
    failures: Rates = field(default_factory=lambda: Rates(FAILURES_PER_MIN / 60, FAILURES_PER_MIN))

    def routes(self) -> Sequence[web.RouteDef]:
        """The only one."""
        return [web.post("/inbox/{system:[a-z0-9_]{1,64}}", self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Keep what is posted."""
        try:
            return await self._taken(request)
        except NotSignedError:
            self._failed(request, "signature")
            raise
        except NotValidError as error:
            self.count("shape")
            raise RequestError(str(error)) from None

    async def _taken(self, request: web.Request) -> web.Response:
        self._refuse_guesser(request)
        take = self.takes.get(request.match_info["system"])
        if take is None:
            raise NotSignedError("the signature is missing or wrong")
        body = await read_body(request, BODY_BYTES, BODY_S)
        headers = {name.lower(): value for name, value in request.headers.items()}
        return web.json_response({"taken": await take(headers, body)})

    def _refuse_guesser(self, request: web.Request) -> None:
        """Raises SlowDownError for a source that has failed too often, before its body is read."""
        wait_s = self.failures.left_s(self.source(request), self.now())
        if wait_s:
            self.count("many")
            raise SlowDownError(wait_s)

    def _failed(self, request: web.Request, reason: str) -> None:
        """Raises SlowDownError for a source that fails again and again."""
        self.count(reason)
        wait_s = self.failures.wait_s(self.source(request), self.now())
        if wait_s:
            self.count("many")
            raise SlowDownError(wait_s)
