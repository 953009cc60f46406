"""All the ways out of one endpoint: which socket a message leaves by."""

from __future__ import annotations

import asyncio
import errno
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.endpoint.resolve import Resolver
from ivr.channels.sip.endpoint.stream import Streams
from ivr.channels.sip.endpoint.udp import Datagrams, bind, needs_no_lookup
from ivr.channels.sip.endpoint.websocket import WebPhones
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from ivr.channels import Pages
    from ivr.channels.sip.endpoint.door import Door, Ears
    from ivr.channels.sip.wire.words import Flow, Place

PORT_TRIES: Final = 20


class Ways:
    """The sockets of an endpoint. `later`: as `ears`, but settles outside the socket's own call."""

    def __init__(self, ears: Ears, later: Ears, door: Door, trusted: ssl.SSLContext | None) -> None:
        self.door = door
        self._ears = ears
        self._later = later
        self._loop = asyncio.get_running_loop()
        self._tasks = Tasks()
        self._resolver = Resolver()
        self._udp: dict[Place, Datagrams] = {}
        self.streams = Streams(later, door, self._tasks, trusted)
        self._phones: WebPhones | None = None
        self._lookups = 0

    def listen(self, host: str, port: int) -> int:
        """Hear UDP and TCP on one address; tells the port. Raises OSError if it is taken."""
        for _ in range(PORT_TRIES - 1):
            try:
                return self._listen(host, port)
            except OSError as error:  # the kernel's choice for UDP may be taken in TCP
                if port or error.errno != errno.EADDRINUSE:
                    raise
        return self._listen(host, port)

    def websocket(
        self, pages: Pages, local: Place
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler of the WebSocket route."""
        self._phones = WebPhones(self._later, self.door, self._tasks, pages, local)
        return self._phones.handle

    async def close_pages(self) -> None:
        """Say goodbye to all browsers."""
        if self._phones is not None:
            await self._phones.close()

    def send(self, flow: Flow, data: bytes) -> None:
        """Write a message; if it has no way at all, the core hears so right after."""
        if flow.transport == "udp":
            sent = self._send_datagram(flow, data)
        elif flow.transport in {"tcp", "tls"}:
            sent = self.streams.send(flow, data)
        else:
            sent = self._phones is not None and self._phones.send(flow, data)
        if not sent:
            self.door.turned_away["no_way"] += 1
            self._loop.call_soon(self._no_way, flow)

    async def close(self) -> None:
        """Send what is written, then close all sockets."""
        for datagrams in self._udp.values():
            datagrams.close()
        self._udp.clear()
        await self.close_pages()
        await self.streams.close()
        await self._tasks.close()
        await self._resolver.close()

    def _listen(self, host: str, port: int) -> int:
        sock = bind(host, port)
        try:
            self.streams.listen(host, sock.getsockname()[1])
        except BaseException:
            sock.close()
            raise
        datagrams = Datagrams(sock, self._ears, self.door.turned_away)
        self._udp[datagrams.local] = datagrams
        return datagrams.local[1]

    def _send_datagram(self, flow: Flow, data: bytes) -> bool:
        datagrams = self._udp.get(flow.local)
        if datagrams is None:
            return False
        if needs_no_lookup(flow.remote[0]):
            datagrams.send(data, flow.remote)
            return True
        if self._lookups >= self.door.limits.lookups:
            return False
        self._lookups += 1
        self._tasks.start(self._send_by_name(datagrams, flow, data), "sip_send_by_name")
        return True

    async def _send_by_name(self, datagrams: Datagrams, flow: Flow, data: bytes) -> None:
        """Look the far end up first: the first address of the socket's family is used."""
        try:
            hosts = await self._resolver.addresses(flow.remote[0])
        finally:
            self._lookups -= 1
        fitting = [host for host in hosts if (":" in host) == datagrams.is_ipv6]
        if fitting:
            datagrams.send(data, (fitting[0], flow.remote[1]))
        else:
            self._no_way(flow)

    def _no_way(self, flow: Flow) -> None:
        """Tell the core that a message could not leave."""
        self._ears.lost(flow, self._ears.now())
        self._ears.settle()
