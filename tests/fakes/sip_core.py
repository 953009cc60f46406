"""A core without telephony, to test sockets: it remembers all, and can send all back."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.sip.endpoint.endpoint import Endpoint
from ivr.channels.sip.wire.words import Flow, Heard, Send

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from ivr.channels.sip.endpoint.door import Garbled, Limits
    from ivr.channels.sip.wire.orders import Order

PATIENCE_S = 30.0
OPTIONS = (
    b"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"
    b"Via: SIP/2.0/TCP 127.0.0.1:5999;branch=z9hG4bK1\r\n"
    b"From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:b@127.0.0.1>\r\n"
    b"Call-ID: one\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


@dataclass
class FakeCore:
    """Remembers what it was handed; with `echo`, sends each message back the way it came."""

    echo: bool = True
    received: list[tuple[bytes, Flow]] = field(default_factory=list)
    gone: list[Flow] = field(default_factory=list)
    orders: list[object] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    out: list[Send | Heard] = field(default_factory=list)
    due_s: float | None = None
    takes: int = 0
    on_receive: Callable[[bytes], None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        self.received.append((data, flow))
        self.changed.set()
        if self.on_receive is not None:
            self.on_receive(data)
        if self.echo:
            self.out.append(Send(flow, data))

    def lost(self, flow: Flow, now: float) -> None:
        self.gone.append(flow)
        self.changed.set()

    def order(self, order: Order | Send, now: float) -> None:
        """A `Send` as an order is simply sent."""
        self.orders.append(order)
        if isinstance(order, Send):
            self.out.append(order)

    def tick(self, now: float) -> None:
        self.ticks.append(now)
        self.changed.set()
        if self.due_s is not None and now >= self.due_s:
            self.due_s = None

    def due(self) -> float | None:
        return self.due_s

    def take(self) -> list[Send | Heard]:
        self.takes += 1
        out, self.out = self.out, []
        return out

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something to have been heard, lost or ticked; fails if it does not come."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Rig:
    """An endpoint on loopback with a fake core, and the ways to talk to it."""

    core: FakeCore
    endpoint: Endpoint
    told: list[Heard]
    port: int = 0

    @property
    def away(self) -> dict[str, int]:
        """What was turned away."""
        return dict(self.endpoint.turned_away)

    def send(self, flow: Flow, data: bytes) -> None:
        """Let the core send something."""
        self.endpoint.order(Send(flow, data))  # type: ignore[arg-type]  # known to the fake only

    def flow(self, transport: str, remote: tuple[str, int]) -> Flow:
        """A way from our port to somebody."""
        return Flow(transport, ("127.0.0.1", self.port), remote)


@asynccontextmanager
async def rigged(
    core: FakeCore | None = None,
    *,
    limits: Limits | None = None,
    trusted: ssl.SSLContext | None = None,
    garbled: Garbled | None = None,
) -> AsyncIterator[Rig]:
    """A rig that hears UDP and TCP on one free port, closed at the end."""
    core = core or FakeCore()
    told: list[Heard] = []
    more = {"garbled": garbled} if garbled else {}
    endpoint = Endpoint(core, told.append, limits=limits, trusted=trusted, **more)
    try:
        yield Rig(core, endpoint, told, endpoint.listen("127.0.0.1", 0))
    finally:
        await endpoint.close()


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """A client's connection to a port of this machine."""
    name = "localhost" if tls else None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=name)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    """All until the other side closes; fails if it does not."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def exactly(reader: asyncio.StreamReader, octets: int) -> bytes:
    """So many octets; fails if they do not come."""
    async with asyncio.timeout(PATIENCE_S):
        return await reader.readexactly(octets)
