"""The door of the HTTP server: who may connect, and how long a slow client may take.

aiohttp limits lengths but hardly time: half a body, or one octet a second, holds a connection for
ever, and nothing counts connections. This module adds both, below the application, and leans on
non-public parts of aiohttp 3.14 to do so; it refuses to start on any other minor version.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ivr.domain.errors import IvrError
from ivr.web.express import WAYS, Express

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Mapping

    from aiohttp.streams import StreamReader

    from ivr.web.express import Way

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

AIOHTTP_MINOR = "3.14"


class WrongAiohttpError(IvrError):
    """The installed aiohttp is not the version whose inner parts the door was written for."""

    code: ClassVar[str] = "wrong-aiohttp"


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How much, how many and how long. Times in seconds, lengths in bytes.

    head_s: from connecting, or from the first octet of a later request, to its complete head.
    body_s: from there to the complete body; a route may ask for more (`Guarded.allow_body`).
    idle_s, idle_trusted_s: between two requests, for direct clients and for trusted proxies.
    flush_s: for taking the rest of our answer after we closed. stop_s: for running handlers.
    per_source, total: open connections. trusted: proxies without a limit per source.
    """

    head_s: float = 10.0
    body_s: float = 15.0
    idle_s: float = 15.0
    idle_trusted_s: float = 75.0
    flush_s: float = 5.0
    stop_s: float = 15.0
    per_source: int = 50
    total: int = 5_000
    headers: int = 64
    field_bytes: int = 8_190
    target_bytes: int = 4_096
    trusted: tuple[Network, ...] = ()


DEFAULT_LIMITS = HttpLimits()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a connection comes from. An IPv6 /64 is one source; a UNIX socket is this host."""

    key: str
    address: Address | None = None


def source_of(peername: object) -> Source:
    """The source of a transport's `peername`; unknown ones share the key `?`."""
    if isinstance(peername, str):
        return Source("local")
    if not isinstance(peername, tuple) or not peername:
        return Source("?")
    address = ipaddress.ip_address(str(peername[0]).partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return Source(str(address), address)
    if address.ipv4_mapped is not None:
        return Source(str(address.ipv4_mapped), address.ipv4_mapped)
    return Source(str(ipaddress.ip_network((address, 64), strict=False)), address)


@dataclass(slots=True)
class Door:
    """Counts open connections and what was cut, for one listening port.

    cut: connections refused or closed by us, by reason: source, total, head, body,
    flush, malformed.
    """

    limits: HttpLimits = DEFAULT_LIMITS
    open: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)

    def trusts(self, source: Source) -> bool:
        """Whether this is a listed proxy, or this host by a UNIX socket."""
        if source.address is None:
            return source.key == "local"
        return any(source.address in network for network in self.limits.trusted)

    def admit(self, source: Source) -> bool:
        """Count a new connection in; False, and nothing counted in, if there are too many."""
        if self.open >= self.limits.total:
            self.cut["total"] += 1
            return False
        if self.by_source[source.key] >= self.limits.per_source and not self.trusts(source):
            self.cut["source"] += 1
            return False
        self.open += 1
        self.by_source[source.key] += 1
        return True

    def leave(self, source: Source) -> None:
        """Count a connection out."""
        self.open -= 1
        self.by_source[source.key] -= 1
        if not self.by_source[source.key]:
            del self.by_source[source.key]


class Guarded(Express):
    """One connection with time limits on head and body; everything else is aiohttp's.

    A head that begins in the very chunk that ended the request before is seen at its next octet;
    until then the idle limit bounds it.
    """

    __slots__ = (
        "_body",
        "_body_began_at",
        "_body_timer",
        "_closer",
        "_door",
        "_head_timer",
        "_source",
        "_wire",
    )

    def __init__(
        self,
        manager: web.Server,
        door: Door,
        loop: asyncio.AbstractEventLoop,
        ways: Mapping[str, Way] = MappingProxyType({}),
    ) -> None:
        limits = door.limits
        super().__init__(
            manager,
            ways,
            loop=loop,
            keepalive_timeout=limits.idle_s,
            access_log=None,  # ours is written by the application
            max_line_size=limits.target_bytes,
            max_field_size=limits.field_bytes,
            max_headers=limits.headers,
            auto_decompress=False,
        )
        self._door = door
        self._source: Source | None = None
        self._wire: asyncio.Transport | None = None
        self._body: StreamReader | None = None
        self._body_began_at = 0.0
        self._head_timer: asyncio.TimerHandle | None = None
        self._body_timer: asyncio.TimerHandle | None = None
        self._closer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in or drop it; start the clock of its first head."""
        source = source_of(transport.get_extra_info("peername"))
        wire = cast("asyncio.Transport", transport)
        if not self._door.admit(source):
            self._parser = None  # else parser and connection keep each other alive
            wire.abort()
            return
        self._source, self._wire = source, wire
        if self._door.trusts(source):
            self._keepalive_timeout = self._door.limits.idle_trusted_s
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count the connection out and stop its clocks."""
        if self._source is None:
            return
        self._door.leave(self._source)
        self._source = self._wire = None
        for timer in (self._head_timer, self._body_timer, self._closer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand the octets on, then see whether a head or a body is still incomplete."""
        if self._source is None:
            return
        seen, in_body = self._request_count, self._body_is_open()
        super().data_received(data)
        if self._request_count > seen:
            self._head_complete()
        elif data and not in_body and not self._upgraded and self._head_timer is None:
            self._await_head()
        if self._body_timer is not None and not self._body_is_open():
            self._body_timer.cancel()
            self._body_timer = None

    async def start(self) -> None:
        """Serve requests; when that is over, the client has `flush_s` to take what is left."""
        try:
            await super().start()
        finally:
            if self._wire is not None:
                self._closer = self._loop.call_later(self._door.limits.flush_s, self._cut, "flush")

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse what is no HTTP with an empty answer; aiohttp would repeat and log its text."""
        if status == 500 or not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        self._door.cut["malformed"] += 1
        refusal = web.Response(status=status, headers={"Server": "ivr"})
        refusal.force_close()
        return refusal

    def allow_body(self, body: StreamReader, within_s: float) -> float:
        """Let this body take `within_s` from its head on; tells how many seconds are left."""
        if body is not self._body or not self._body_is_open():
            return within_s
        left_s = max(self._body_began_at + within_s - self._loop.time(), 0.0)
        if self._body_timer is not None:
            self._body_timer.cancel()
        self._body_timer = self._loop.call_later(left_s, self._cut, "body")
        return left_s

    def _body_is_open(self) -> bool:
        return self._body is not None and not self._body.is_eof()

    def _await_head(self) -> None:
        head_s = self._door.limits.head_s
        self._head_timer = self._loop.call_later(head_s, self._head_is_late)
        # A head on its way is not idleness: the idle limit must not fire before the head's own.
        due = self._loop.time() + head_s
        self._next_keepalive_close_time = max(self._next_keepalive_close_time, due)

    def _head_complete(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        # One that is gone already was whole, and went the short way.
        self._body = self._messages[-1][1] if self._messages else None
        self._body_began_at = self._loop.time()
        if self._body is not None and self._body_is_open():
            self.allow_body(self._body, self._door.limits.body_s)

    def _head_is_late(self) -> None:
        idle = self._waiter is not None and not self._waiter.done()
        if idle:
            self._cut("head")
        else:  # an earlier request is still served, and may be why we do not read on
            self._await_head()

    def _cut(self, reason: str) -> None:
        wire = self._wire
        if wire is not None:
            self._door.cut[reason] += 1
            self.force_close()
            wire.abort()  # close() alone would wait for the client to take our octets


@dataclass(slots=True)
class Listener:
    """A listening server. `port` is the one really bound; `door` holds its counters."""

    port: int
    door: Door
    _server: asyncio.Server
    _own_runner: web.BaseRunner | None

    async def stop(self) -> None:
        """Stop listening; if `serve` was given an application, also end it and its connections.

        Running handlers get `stop_s`. A runner made by the caller is the caller's to clean up.
        """
        self._server.close()
        if self._own_runner is not None:
            await self._own_runner.cleanup()


def check_aiohttp(version: str = aiohttp.__version__) -> None:
    """Raises WrongAiohttpError unless this is aiohttp 3.14."""
    if ".".join(version.split(".")[:2]) != AIOHTTP_MINOR:
        raise WrongAiohttpError(f"aiohttp {AIOHTTP_MINOR} is needed, {version} is installed")


async def serve(
    app: web.Application | web.BaseRunner,
    limits: HttpLimits = DEFAULT_LIMITS,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    sock: socket.socket | None = None,
    tls: ssl.SSLContext | None = None,
) -> Listener:
    """Listen on host and port (0: any free one) or on a bound socket, and guard each connection.

    Raises WrongAiohttpError, OSError if the port is taken.
    """
    check_aiohttp()
    own = None
    if isinstance(app, web.Application):
        app = own = web.AppRunner(app, handle_signals=False, shutdown_timeout=limits.stop_s)
    if app.server is None:
        await app.setup()
    door = Door(limits)
    try:
        guarded = _factory(cast("web.Server", app.server), door, _ways(app))
        server = await _listen(guarded, (host, port), sock, tls, limits)
    except BaseException:
        if own is not None:
            await own.cleanup()
        raise
    return Listener(server.sockets[0].getsockname()[1], door, server, own)


def _ways(runner: web.BaseRunner) -> Mapping[str, Way]:
    return runner.app.get(WAYS, {}) if isinstance(runner, web.AppRunner) else {}


def _factory(manager: web.Server, door: Door, ways: Mapping[str, Way]) -> Callable[[], Guarded]:
    """Tries it once, now: a limit that aiohttp does not know must fail here, not be dropped."""
    factory = partial(Guarded, manager, door, asyncio.get_running_loop(), ways)
    factory()
    return factory


async def _listen(
    factory: Callable[[], Guarded],
    place: tuple[str, int],
    sock: socket.socket | None,
    tls: ssl.SSLContext | None,
    limits: HttpLimits,
) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    handshake_s = limits.head_s if tls else None
    if sock is not None:
        return await loop.create_server(
            factory, sock=sock, ssl=tls, ssl_handshake_timeout=handshake_s, backlog=512
        )
    return await loop.create_server(
        factory, *place, ssl=tls, ssl_handshake_timeout=handshake_s, backlog=512
    )
