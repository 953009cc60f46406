"""The far end of a leg on real loopback sockets, and workers to talk to."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from ivr.channels.sip.sound.box import Clip, Load, Opened, Peer, Place
from ivr.channels.sip.sound.client import Workers
from ivr.channels.sip.wire.control import Limits
from tests.fakes.lanes import HEADER, Heard, frame, packet_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.channels.sip.sound import box

    Kind = TypeVar("Kind")

EVENTS = 101
PATIENCE_S = 30.0
LATE_MS = 60_000.0


class FarEnd:
    """A phone: keeps what it gets, with times, and sends what a test wants."""

    def __init__(self, ssrc: int = 5, address: str = "127.0.0.1", port: int = 0) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind((address, port))
        self.sock.setblocking(False)
        self.address, self.port = self.sock.getsockname()[:2]
        self.ssrc = ssrc
        self.to = ("", 0)
        self.got: list[Heard] = []
        self.at_s: list[float] = []
        self.other: list[bytes] = []
        self.sequence = 100
        self.time = 8000
        self._stream: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.sock, self._read)

    def peer(self, leg: int, **terms: object) -> Peer:
        """The terms of a leg whose far end this is."""
        facts = {"event_pt": EVENTS, **terms}
        return Peer(leg, self.address, self.port, **facts)  # type: ignore[arg-type]

    def send(self, payload: bytes, kind: int = 8, *, marker: bool = False) -> None:
        """One packet; sequence and time go on."""
        second = kind | (0x80 if marker else 0)
        self.octets(HEADER.pack(0x80, second, self.sequence, self.time, self.ssrc) + payload)
        self.sequence += 1
        self.time += 160

    def octets(self, data: bytes) -> None:
        """Any datagram."""
        self.sock.sendto(data, self.to)

    def press(self, key: str) -> None:
        """A key press, its eight packets at once."""
        event = "0123456789*#ABCD".index(key)
        for number in range(8):
            end = 0x80 if number >= 5 else 0
            duration = (160 * min(number + 1, 5)).to_bytes(2, "big")
            head = HEADER.pack(0x80, EVENTS, self.sequence, self.time, self.ssrc)
            self.octets(head + bytes([event, end | 10]) + duration)
            self.sequence += 1
        self.time += 800

    def talk(self, octet: int | None, kind: int = 8) -> None:
        """Send one octet all the time, a packet each 20 ms; None: be silent."""
        if self._stream is not None:
            self._stream.cancel()
        self._stream = None
        if octet is not None:
            self._say(octet, kind, self._loop.time())

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something holds, asked again after each packet. Fails after 8 s."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def hears(self, octet: int) -> None:
        """Wait until the newest packet begins with this octet."""
        await self.until(lambda: bool(self.got) and self.got[-1].payload[:1] == bytes([octet]))

    async def more(self, packets: int) -> list[Heard]:
        """The next packets of sound."""
        begin = len(self.got)
        await self.until(lambda: len(self.got) >= begin + packets)
        return self.got[begin : begin + packets]

    def close(self) -> None:
        """Hang up."""
        self.talk(None)
        self._loop.remove_reader(self.sock)
        self.sock.close()

    def _say(self, octet: int, kind: int, due_s: float) -> None:
        self.send(frame(octet), kind)
        self._stream = self._loop.call_at(due_s + 0.02, self._say, octet, kind, due_s + 0.02)

    def _read(self) -> None:
        while True:
            try:
                data = self.sock.recv(2048)
            except OSError:
                break
            if len(data) >= 12 and not 192 <= data[1] <= 223:
                self.at_s.append(monotonic())
                self.got.append(packet_of(data))
            else:
                self.other.append(data)
        self._changed.set()


@dataclass
class Studio:
    """Workers, what they told, and the phones of their legs."""

    workers: Workers
    folder: Path
    told: list[box.Heard] = field(default_factory=list)
    ends: list[FarEnd] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, heard: box.Heard) -> None:
        """Keep what was told."""
        if not isinstance(heard, Load):
            self.told.append(heard)
        self.changed.set()

    def clip(self, name: str, frames: int, octet: int) -> Clip:
        """A sound of one octet, as a file in both codes."""
        stem = self.folder / name
        stem.with_suffix(".alaw").write_bytes(frame(octet) * frames)
        stem.with_suffix(".ulaw").write_bytes(frame(octet ^ 1) * frames)
        return Clip(str(stem), frames)

    async def phone(self, leg: int, near: int | None = None, **terms: object) -> FarEnd:
        """Open a leg and agree with a new far end."""
        end = FarEnd(ssrc=1000 + leg)
        self.ends.append(end)
        opened = await self.open(leg, near)
        end.to = opened.address, opened.port
        self.workers.peer(end.peer(leg, **terms))
        return end

    async def open(self, leg: int, near: int | None = None) -> Opened:
        """Open a leg on loopback, wherever there is room."""
        return await self.workers.open(leg, Place(), near=near)

    async def next(self, kind: type[Kind]) -> Kind:
        """Wait until something of this kind was told; it is taken away. Fails after 8 s."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for place, heard in enumerate(self.told):
                    if isinstance(heard, kind):
                        del self.told[place]
                        return heard
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def studio(
    folder: Path, *, workers: int = 1, limits: Limits | None = None
) -> AsyncIterator[Studio]:
    """Running workers, ended afterwards. Late sound closes no door here: other tests share the
    machine."""
    limits = replace(limits or Limits(), late_ms=LATE_MS)
    team = Workers(lambda _heard: None, workers=workers, limits=limits)
    place = Studio(team, folder)
    team.on_heard = place.hear
    await team.start()
    try:
        yield place
    finally:
        for end in place.ends:
            end.close()
        await team.shut()
