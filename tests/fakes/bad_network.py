"""A bad network between a phone and the server: packets lost, late, twice, out of order.

It stands where a proxy would: at the phone's own sockets, in both directions, for signalling and
sound. All dice are seeded. The phone behind it repeats its requests (RFC 3261, timers A, B, E, F).
"""

from __future__ import annotations

import asyncio
import random
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.sip_line import DatagramLine
from tests.fakes.sip_phone import KEYS, SipPhone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_line import Line
    from tests.fakes.sip_phone import Dialog, Message

BURST_EVERY_S = 0.9
BEHIND = 3
HELD_AT_MOST_S = 0.2
REPEATS_S = (0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0)
FINAL_S = 32.0
PRESS_PACKETS, END_PACKETS = 5, 3
PACKET_S = 0.02


@dataclass(slots=True)
class Weather:
    """One direction. loss, reorder, double: shares of packets; burst_s: lost in a row, every 0.9 s.

    reorder: such a packet comes behind the next three. jitter_s: each is late by up to so much.
    """

    seed: str = ""
    loss: float = 0.0
    burst_s: float = 0.0
    reorder: float = 0.0
    double: float = 0.0
    jitter_s: float = 0.0
    lost: int = 0
    _dice: random.Random = field(init=False)
    _held: Callable[[], object] | None = None
    _behind: int = 0
    _began_s: float = 0.0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - must be repeatable

    def carry(self, data: bytes, deliver: Callable[[bytes], object]) -> None:
        """Deliver a datagram now, later, twice or never."""
        if self._dice.random() < self.loss or self._in_burst():
            self.lost += 1
        elif self._held is None and self._dice.random() < self.reorder:
            self._hold(lambda: deliver(data))
        else:
            for _ in range(2 if self._dice.random() < self.double else 1):
                self._later(data, deliver)
            self._pass_by()

    def _later(self, data: bytes, deliver: Callable[[bytes], object]) -> None:
        if self.jitter_s:
            loop = asyncio.get_running_loop()
            loop.call_later(self._dice.uniform(0, self.jitter_s), deliver, data)
        else:
            deliver(data)

    def _in_burst(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        self._began_s = self._began_s or now_s - self._dice.uniform(0, BURST_EVERY_S)
        return (now_s - self._began_s) % BURST_EVERY_S < self.burst_s

    def _hold(self, release: Callable[[], object]) -> None:
        self._held, self._behind = release, BEHIND
        asyncio.get_running_loop().call_later(HELD_AT_MOST_S, self._release, release)

    def _pass_by(self) -> None:
        self._behind -= 1
        if self._held is not None and self._behind <= 0:
            self._release(self._held)

    def _release(self, held: Callable[[], object]) -> None:
        if self._held is held:
            self._held = None
            held()


@dataclass(slots=True)
class BadLine:
    """Implements `Line`: what is sent goes through the weather."""

    line: Line
    weather: Weather
    port: int
    open: bool = True

    def send(self, data: bytes) -> None:
        """Perhaps."""
        self.weather.carry(data, self._send)

    def _send(self, data: bytes) -> None:
        if self.open:
            self.line.send(data)

    def close(self) -> None:
        """Nothing leaves any more, however late."""
        self.open = False
        self.line.close()


@dataclass(slots=True, eq=False)
class FarPhone(SipPhone):
    """A phone behind bad networks. sent: sound that really left towards the server, in order."""

    up: Weather = field(default_factory=Weather)
    down: Weather = field(default_factory=Weather)
    sent: list[bytes] = field(default_factory=list)
    _ack: str = ""

    async def _open_line(self) -> Line:
        line = await DatagramLine.open(self._arrives, self.server, self.host)
        return BadLine(line, self.up, line.port)

    def _arrives(self, data: bytes, source: tuple[str, int]) -> None:
        self.down.carry(data, lambda octets: self._take(octets, source))

    def _take(self, data: bytes, source: tuple[str, int]) -> None:
        SipPhone._take(self, data, source)
        message = self.heard[-1]
        if self._ack and message.status == 200 and message.method == "INVITE":
            self.send(self._ack)
        if message.method == "BYE" and not message.status:
            self.reply(message, 200)

    def _take_rtp(self, data: bytes, source: tuple[str, int], at: float) -> None:
        """It comes when this network lets it come."""
        now = asyncio.get_running_loop().time
        self.down.carry(data, lambda octets: SipPhone._take_rtp(self, octets, source, now()))

    def send_raw_rtp(self, dialog: Dialog, packet: bytes) -> None:
        """Sound towards the server, if the network lets it."""
        self.up.carry(packet, lambda octets: self._leaves(dialog, octets))

    def _leaves(self, dialog: Dialog, packet: bytes) -> None:
        assert self._media is not None
        if not self._media.is_closing():
            self.sent.append(packet)
            self._media.sendto(packet, dialog.remote_audio)

    async def ask(self, text: str, method: str, cseq: int) -> Message:
        """Send a request until it is answered, as RFC 3261 says; its final answer."""
        least = 100 if method == "INVITE" else 200
        for gap_s in REPEATS_S:
            self.send(text)
            try:
                await self.response(method, least, gap_s, cseq)
            except TimeoutError:
                continue
            return await self.response(method, 200, FINAL_S, cseq)
        raise TimeoutError(f"{method} was never answered")

    async def call(self, called: str, **_more: str) -> Dialog:
        """Call until the call stands. Raises TimeoutError."""
        dialog = self.dialog(called)
        answer = await self.ask(self.request("INVITE", dialog, body=self.sdp()), "INVITE", 1)
        assert answer.status == 200, answer.start
        before = dialog.branch
        self.acknowledge(dialog, answer)
        assert dialog.branch != before
        self._ack = self.request("ACK", dialog)
        return dialog

    async def bye(self, dialog: Dialog) -> Message:
        """Hang up until it is answered."""
        dialog.cseq += 1
        return await self.ask(self.request("BYE", dialog), "BYE", dialog.cseq)

    async def press_each(self, dialog: Dialog, keys: str, every_s: float) -> None:
        """Keys at a human pace: 100 ms each, a packet every 20 ms, the end three times.

        Every packet has its moment from the start: on a machine that stands still for a while two
        keys must not become one handful, which no finger could press.
        """
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        start_s = loop.time()
        for place, key in enumerate(keys):
            self._timestamp = (self._timestamp + 1600) & 0xFFFFFFFF
            for number in range(PRESS_PACKETS + END_PACKETS):
                at = KEYS.index(key), number, self._timestamp
                when_s = start_s + place * every_s + number * PACKET_S
                loop.call_at(when_s, self._event, dialog, *at)
        loop.call_at(start_s + len(keys) * every_s, done.set)
        await done.wait()

    def _event(self, dialog: Dialog, event: int, number: int, timestamp: int) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        second = self.event_pt | (0x80 if number == 0 else 0)
        head = struct.pack("!BBHII", 0x80, second, self._sequence, timestamp, self._ssrc)
        end = 0x80 if number >= PRESS_PACKETS else 0
        duration = 160 * min(number + 1, PRESS_PACKETS)
        self.send_raw_rtp(dialog, head + struct.pack("!BBH", event, 10 | end, duration))

    async def talk(self, dialog: Dialog, frames: int) -> None:
        """Say so many frames, a numbered one each 20 ms."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        for number in range(frames):
            loop.call_later(number * PACKET_S, self.send_rtp, dialog, numbered(number))
        loop.call_later(frames * PACKET_S + 0.5, done.set)
        await done.wait()


def numbered(number: int) -> bytes:
    """A frame of sound that tells its number, and is like no prompt."""
    return struct.pack("!HH", 0xBEEF, number) * 40
