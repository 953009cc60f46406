"""A lookup in a web service: one question, one bounded answer, within the time a caller can wait.

Whatever the other side does (hangs, trickles, sends pages of HTML, redirects, lies about lengths)
ends as `failed` with a reason, at most `limit_s` later. Source: security.md section 17.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp

from ivr.config.checks.sources import local_url
from ivr.cti.sources.address import Door, guarded_socket
from ivr.cti.sources.answer import GarbledError, parse_answer
from ivr.cti.sources.breaker import CircuitBreaker
from ivr.cti.sources.cache import Cache
from ivr.cti.sources.question import UnsendableError, fill_address, to_body
from ivr.cti.sources.shape import Customs, Mismatch, to_record
from ivr.domain.values import Value
from ivr.runtime.ports import Clock, FetchResult

if TYPE_CHECKING:
    from ivr.config.sources import HttpSource
    from ivr.flow.world import SourceShape

MOST_BYTES = 64 * 1024
MOST_AT_ONCE = 20
_LOG = logging.getLogger(__name__)
_MISSING = FetchResult("missing", {})
_Try = tuple[Mapping[str, Value], str]
# The tries of one lookup run in one task and hand over the very same inputs: they share a key.
_LAST_TRY: ContextVar[_Try | None] = ContextVar("ivr_lookup_try", default=None)


class _FailureError(Exception):
    """This try has failed. sick: whether it speaks against the whole system."""

    def __init__(self, reason: str, detail: str, *, sick: bool = True) -> None:
        super().__init__(detail)
        self.reason = reason
        self.sick = sick


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]


class HttpLookup:
    """One source of the kind get or post; implements the port `Source`."""

    def __init__(
        self,
        settings: HttpSource,
        shape: SourceShape,
        customs: Customs,
        clock: Clock,
        *,
        local: bool,
    ) -> None:
        self._settings = settings
        self._shape = shape
        self._customs = customs
        parts = urlsplit(settings.url)
        self._on_this_machine = local_url(parts, is_local=local)
        self._private = parts.scheme == "https" or self._on_this_machine
        self._routes = {name: given.route for name, given in settings.gives.items()}
        self._cache = Cache(clock, settings.cache or 0.0)
        rules = settings.breaker
        self._breaker = CircuitBreaker(clock, rules.fails, rules.in_, rules.open)
        self._running = 0
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """One try within limit_s. Never raises for what the other side does."""
        key = self._cache_key(inputs)
        kept = self._cache.get(key) if key is not None else None
        if kept is not None:
            return kept
        if self._running >= MOST_AT_ONCE:
            return self._failed("busy", "too many lookups at once")
        self._running += 1
        try:
            result = await self._guarded(inputs, limit_s)
        finally:
            self._running -= 1
        if key is not None:
            self._cache.put(key, result)
        return result

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()

    def _cache_key(self, inputs: Mapping[str, Value]) -> Hashable | None:
        """The inputs as a key, None where nothing may be kept."""
        takes = self._shape.takes
        if not self._settings.cache or any(kind.sealed for kind in takes.values()):
            return None
        return tuple(inputs.get(name) for name in takes)

    async def _guarded(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        ticket = self._breaker.enter()
        if ticket is None:
            return self._failed("breaker", "the breaker is open")
        good: bool | None = None
        try:
            result = await self._try(inputs, limit_s)
            good = True
        except _FailureError as failure:
            good = not failure.sick
            return self._failed(failure.reason, str(failure))
        finally:
            self._breaker.leave(ticket, good=good)
        return result

    def _failed(self, reason: str, detail: str) -> FetchResult:
        facts = {"source": self._shape.name, "reason": reason, "detail": detail}
        _LOG.warning("lookup_failed", extra={"facts": facts})
        return FetchResult("failed", {}, reason)

    async def _try(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        try:
            question = self._question(inputs)
            async with asyncio.timeout(limit_s):
                return await self._ask(question)
        except UnsendableError as error:
            raise _FailureError("error", str(error), sick=False) from None
        except TimeoutError:
            raise _FailureError("timeout", f"no answer within {limit_s:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _FailureError("error", type(error).__name__) from None

    def _question(self, inputs: Mapping[str, Value]) -> _Question:
        settings, takes = self._settings, self._shape.takes
        url = fill_address(settings.url, {name: inputs.get(name) for name in takes})
        headers = {name: secret.reveal() for name, secret in settings.headers.items()}
        if settings.get is not None:
            return _Question("GET", url, None, headers)
        headers["Content-Type"] = "application/json"
        if settings.repeat:
            headers["Idempotency-Key"] = _try_key(inputs)
        body = to_body(inputs, takes, private=self._private)
        return _Question("POST", url, body, headers)

    async def _ask(self, question: _Question) -> FetchResult:
        async with self._opened().request(
            question.method,
            question.url,
            data=question.body,
            headers=question.headers,
            allow_redirects=False,
        ) as response:
            if response.status == self._settings.not_found:
                return _MISSING
            if not 200 <= response.status < 300:
                raise _FailureError("error", f"HTTP status {response.status}")
            return self._found(await _read(response))

    def _found(self, body: bytes) -> FetchResult:
        if not self._shape.gives:
            return FetchResult("found", {})
        try:
            answer = parse_answer(body)
        except GarbledError as error:
            raise _FailureError("shape", str(error)) from None
        record = to_record(answer, self._shape.gives, self._customs, self._routes)
        if isinstance(record, Mismatch):
            detail = f"{record.field}: {record.message}"
            raise _FailureError("shape", detail, sick=False)
        return FetchResult("found", record)

    def _opened(self) -> aiohttp.ClientSession:
        """The session, made at the first use since it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=MOST_AT_ONCE,
                    socket_factory=guarded_socket(self._door(), self._shape.name),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                skip_auto_headers={"User-Agent"},
                timeout=aiohttp.ClientTimeout(total=None),  # one clock per try, see _try
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    def _door(self) -> Door:
        local = self._on_this_machine
        ports = () if local else self._settings.ports
        return Door(self._settings.allow_private, local, ports)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, at most 64 KB; what is longer or packed is no answer to a lookup."""
    packed = response.headers.get("Content-Encoding", "identity").lower()
    if packed != "identity":
        raise _FailureError("shape", "the answer is compressed")
    body = bytearray()
    while chunk := await response.content.readany():
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            raise _FailureError("shape", "the answer is larger than 64 KB")
    return bytes(body)


def _try_key(inputs: Mapping[str, Value]) -> str:
    """A random key, the same for every try of one lookup."""
    last = _LAST_TRY.get()
    if last is not None and last[0] is inputs:
        return last[1]
    key = str(uuid4())
    _LAST_TRY.set((inputs, key))
    return key
