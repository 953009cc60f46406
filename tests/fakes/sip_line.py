"""The signalling line of a test phone: UDP, or TCP that may send its octets in small pieces."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    Take = Callable[[bytes, tuple[str, int]], None]

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d+)", re.IGNORECASE)


class Line(Protocol):
    """Where a phone writes; port: its own end."""

    port: int

    def send(self, data: bytes) -> None:
        """Send octets to the server."""

    def close(self) -> None:
        """Hang up the line itself."""


class DatagramLine(asyncio.DatagramProtocol):
    """UDP, not connected: it would also hear somebody else."""

    def __init__(self, take: Take, server: tuple[str, int]) -> None:
        self._take = take
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    @classmethod
    async def open(cls, take: Take, server: tuple[str, int], host: str) -> DatagramLine:
        """Bind any free port of an address."""
        loop = asyncio.get_running_loop()
        line = cls(take, server)
        line._transport, _ = await loop.create_datagram_endpoint(lambda: line, (host, 0))
        line.port = line._transport.get_extra_info("sockname")[1]
        return line

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._take(data, addr)

    def send(self, data: bytes) -> None:
        """One datagram."""
        assert self._transport is not None
        self._transport.sendto(data, self._server)

    def close(self) -> None:
        """Close the socket."""
        assert self._transport is not None
        self._transport.close()


class StreamLine(asyncio.Protocol):
    """TCP. piece: octets sent at a time, each read by the server before the next; 0 = all."""

    def __init__(self, take: Take, server: tuple[str, int], piece: int) -> None:
        self._take = take
        self._server = server
        self._piece = piece
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._unsent: deque[bytes] = deque()
        self._sending = False
        self.closed = asyncio.Event()
        self.pongs = 0
        self.port = 0

    @classmethod
    async def open(
        cls, take: Take, server: tuple[str, int], host: str, piece: int = 0
    ) -> StreamLine:
        """Connect from an address."""
        line = cls(take, server, piece)
        loop = asyncio.get_running_loop()
        line._transport, _ = await loop.create_connection(
            lambda: line, *server, local_addr=(host, 0)
        )
        line.port = line._transport.get_extra_info("sockname")[1]
        return line

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while self._unread:
            if self._unread.startswith(b"\r\n"):
                self.pongs += 1
                self._unread = self._unread[2:]
                continue
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not end or length is None or len(rest) < int(length[1]):
                return
            size = len(head) + 4 + int(length[1])
            message, self._unread = self._unread[:size], self._unread[size:]
            self._take(message, self._server)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def send(self, data: bytes) -> None:
        """Octets into the stream, in their order."""
        size = self._piece or len(data)
        self._unsent.extend(data[at : at + size] for at in range(0, len(data), size))
        if not self._sending:
            self._next()

    def _next(self) -> None:
        """One piece now; two rounds of the loop later the server has read it."""
        self._sending = bool(self._unsent)
        if not self._unsent or self._transport is None or self._transport.is_closing():
            self._unsent.clear()
            return
        self._transport.write(self._unsent.popleft())
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: loop.call_soon(self._next))

    def close(self) -> None:
        """Close the connection."""
        assert self._transport is not None
        self._transport.close()
