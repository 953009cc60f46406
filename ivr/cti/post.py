"""Telling another system something while it is fresh: two seconds, once, in order per call.

The address is checked at each connect, redirects are not followed, a failing system is left alone
for a while, and what is late is dropped. Source: acd-cti.md 11, security.md section 17.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from prometheus_client import Counter

from ivr.config.checks.sources import local_url
from ivr.cti.sources.address import Door, guarded_socket
from ivr.cti.sources.breaker import CircuitBreaker

if TYPE_CHECKING:
    from ivr.config.secrets import Secret
    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

DEADLINE = timedelta(seconds=2)
MOST_BYTES = 64 * 1024
MOST_WAITING = 100
"""Messages of one call that may wait; they get old within two seconds anyway."""
_LOG = logging.getLogger(__name__)

TOLD = Counter("ivr_told", "Live messages to other systems", ["to", "result"])
"""Results: sent late breaker refused failed skipped."""


class UndeliveredError(Exception):
    """A message did not arrive. reason: late, breaker, refused (a 4xx) or failed."""

    def __init__(self, reason: str, detail: str, status: int = 0) -> None:
        super().__init__(detail)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go. url: may hold a token. local: whether this machine may be meant.

    allow_private: whether it may stand inside our own network. ports: that may be connected to.
    """

    url: Secret
    allow_private: bool = False
    local: bool = False
    ports: tuple[int, ...] = (443,)

    def __post_init__(self) -> None:
        """Raises ValueError for an address without TLS that is not this machine's."""
        parts = urlsplit(self.url.reveal())
        if parts.scheme != "https" and not local_url(parts, is_local=self.local):
            raise ValueError("wants https://")

    @property
    def door(self) -> Door:
        """What may be connected to."""
        if local_url(urlsplit(self.url.reveal()), is_local=self.local):
            return Door(self.allow_private, loopback=True, ports=())
        return Door(self.allow_private, loopback=False, ports=self.ports)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said, at most 64 KB of it."""

    status: int
    body: bytes


class Post:
    """One address."""

    def __init__(self, name: str, target: Target, clock: Clock) -> None:
        self.name = name
        self._target = target
        self._clock = clock
        self._breaker = CircuitBreaker(clock, 5, 10.0, 5.0)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, body: bytes, headers: Mapping[str, str], due: datetime) -> Answer:
        """Send JSON until `due`. Raises UndeliveredError; each result is counted."""
        try:
            answer = await self._guarded(body, headers, due)
        except UndeliveredError as error:
            TOLD.labels(self.name, error.reason).inc()
            facts = {"to": self.name, "reason": error.reason, "detail": str(error)}
            _LOG.warning("live_message_dropped", extra={"facts": facts})
            raise
        TOLD.labels(self.name, "sent").inc()
        return answer

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()

    async def _guarded(self, body: bytes, headers: Mapping[str, str], due: datetime) -> Answer:
        left_s = (due - self._clock.now()).total_seconds()
        if left_s <= 0:
            raise UndeliveredError("late", "older than two seconds")
        ticket = self._breaker.enter()
        if ticket is None:
            raise UndeliveredError("breaker", "the breaker is open")
        good: bool | None = None
        try:
            answer = await self._try(body, headers, left_s)
            good = answer.status < 500
        except UndeliveredError:
            good = False
            raise
        finally:
            self._breaker.leave(ticket, good=good)
        if not 200 <= answer.status < 300:
            reason = "refused" if 400 <= answer.status < 500 else "failed"
            raise UndeliveredError(reason, f"HTTP status {answer.status}", answer.status)
        return answer

    async def _try(self, body: bytes, headers: Mapping[str, str], left_s: float) -> Answer:
        try:
            async with (
                asyncio.timeout(left_s),
                self._opened().post(
                    self._target.url.reveal(),
                    data=body,
                    headers={"Content-Type": "application/json", **headers},
                    allow_redirects=False,
                ) as response,
            ):
                return Answer(response.status, await _read(response))
        except TimeoutError:
            raise UndeliveredError("late", f"no answer within {left_s:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UndeliveredError("failed", type(error).__name__) from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session(self._target, self.name)
        return self._session


def open_session(target: Target, name: str) -> aiohttp.ClientSession:
    """Connections to one target: each address is checked, nothing is followed or unpacked."""
    connector = aiohttp.TCPConnector(limit=20, socket_factory=guarded_socket(target.door, name))
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        skip_auto_headers={"User-Agent"},
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        trust_env=False,
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, at most 64 KB; the rest is left unread and the connection is not used again."""
    body = bytearray()
    while len(body) <= MOST_BYTES and (chunk := await response.content.readany()):
        body += chunk
    if len(body) > MOST_BYTES:
        response.close()
    return bytes(body[:MOST_BYTES])


Job = Callable[[], Awaitable[None]]


class InOrder:
    """Background work in order per key; different keys do not wait for each other."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        self._tasks = tasks
        self._name = name
        self._waiting: dict[str, deque[Job]] = {}

    def put(self, key: str, job: Job) -> bool:
        """Do this after all earlier jobs of the key; False if too many wait already."""
        waiting = self._waiting.get(key)
        if waiting is None:
            self._waiting[key] = deque([job])
            self._tasks.start(self._work(key), self._name)
            return True
        if len(waiting) >= MOST_WAITING:
            return False
        waiting.append(job)
        return True

    async def _work(self, key: str) -> None:
        waiting = self._waiting[key]
        try:
            while waiting:
                await self._surely(waiting.popleft())
        finally:
            del self._waiting[key]

    async def _surely(self, job: Job) -> None:
        try:
            await job()
        except UndeliveredError:
            return  # counted and logged where it happened
        except Exception:
            _LOG.exception("live_message_broken", extra={"facts": {"to": self._name}})
