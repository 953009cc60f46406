"""The sockets of a test phone: what it hears is kept, what it is told is sent, nonsense too."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.fakes.arrivals import Arrivals
from tests.fakes.sip_line import DatagramLine, StreamLine
from tests.fakes.sip_message import Message, Rtp, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tests.fakes.sip_line import Line

PATIENCE_S = 30.0


@dataclass(slots=True, eq=False)
class Hearing:
    """The sockets of a phone, and all that it has heard: messages and packets in order.

    transport: UDP or TCP. piece: over TCP, how many octets are sent at a time; 0 = all.
    """

    server: tuple[str, int]
    user: str = "caller"
    host: str = "127.0.0.1"
    heard: list[Message] = field(default_factory=list)
    rtp: list[Rtp] = field(default_factory=list)
    codecs: str = "8 0 101"
    answers: Callable[[Message], None] | None = None
    sip_port: int = 0
    rtp_port: int = 0
    event_pt: int = 101
    pt: int = 8
    transport: str = "UDP"
    piece: int = 0
    _sip: Line | None = None
    _media: Arrivals | None = None
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = 100
    _timestamp: int = 5000
    _ssrc: int = 0x1234

    async def __aenter__(self) -> Self:
        self._sip = await self._open_line()
        self._media = Arrivals(self.host, self._take_rtp)
        self.sip_port = self._sip.port
        self.rtp_port = self._media.port
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._sip, self._media):
            if each is not None:
                each.close()

    async def _open_line(self) -> Line:
        if self.transport == "UDP":
            return await DatagramLine.open(self._take, self.server, self.host)
        return await StreamLine.open(self._take, self.server, self.host, self.piece)

    def send(self, data: bytes | str) -> None:
        """Send any octets to the server's SIP port."""
        assert self._sip is not None
        self._sip.send(data.encode() if isinstance(data, str) else data)

    def _take(self, data: bytes, _source: tuple[str, int]) -> None:
        message = parse(data)
        self.heard.append(message)
        self._came.set()
        if self.answers is not None and not message.status:
            self.answers(message)

    def _take_rtp(self, data: bytes, source: tuple[str, int], at: float) -> None:
        if len(data) < 12:
            return
        first, second, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
        if first == 0x80 and second & 127 not in range(64, 96):
            packet = (at, bool(second >> 7), second & 127, sequence, timestamp, ssrc)
            self.rtp.append(Rtp(*packet, data[12:], source))
            self._came.set()

    async def wait(self, fits: Callable[[Message], bool], within_s: float = PATIENCE_S) -> Message:
        """The first message, also one heard before, that fits. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                for message in self.heard:
                    if fits(message):
                        return message
                self._came.clear()
                await self._came.wait()

    async def until(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        """Until something holds that messages or packets decide. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._came.clear()
                await self._came.wait()

    async def response(
        self, method: str, least: int = 200, within_s: float = PATIENCE_S, cseq: int = 0
    ) -> Message:
        """The answer to a request of ours, of this status or above."""
        return await self.wait(
            lambda m: (
                m.status >= least
                and m.method == method
                and (not cseq or m["cseq"] == f"{cseq} {method}")
            ),
            within_s,
        )
