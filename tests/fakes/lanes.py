"""Lanes on simulated time: packets as arrays, no sockets, no waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from struct import Struct
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import FRAME_OCTETS, SILENT_FRAME
from ivr.media.leg.lane import Lane
from ivr.media.leg.pace import Pace
from ivr.media.leg.terms import Peer
from ivr.media.tone import call_tone, quiet_tones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec
    from ivr.media.leg.told import Told
    from ivr.media.rtp import Buffer

HEADER = Struct("!BBHII")
EVENTS = 101
STEP_MS = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """One packet that left a lane, and when."""

    at_ms: int
    marker: bool
    kind: int
    sequence: int
    time: int
    ssrc: int
    payload: bytes


def packet_of(data: bytes, at_ms: int = 0) -> Heard:
    """Read what left a lane."""
    first, second, sequence, time, ssrc = HEADER.unpack_from(data)
    assert first == 0x80
    return Heard(at_ms, second >= 0x80, second & 0x7F, sequence, time, ssrc, data[12:])


def frame(octet: int) -> bytes:
    """20 ms of one octet."""
    return bytes([octet]) * FRAME_OCTETS


class Shelf:
    """Sounds made up: a clip named `NAME/FRAMES/OCTET` is so many frames of that octet."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def clip(self, stem: str, codec: Codec) -> bytes:
        """A sound; what is in `missing` is not there."""
        if stem in self.missing:
            raise MediaError(f"{stem} is not there")
        _, frames, octet = stem.split("/")
        return frame(int(octet) ^ (codec == "pcmu")) * int(frames)

    def tone(self, name: str, country: str, codec: Codec) -> bytes:
        """A real tone."""
        return call_tone(name, country, codec)

    def silence(self, codec: Codec) -> bytes:
        """A real silent frame."""
        return SILENT_FRAME[codec]

    def quiet(self, codec: Codec) -> bytes:
        """Real quiet tones."""
        return quiet_tones(codec)


@dataclass
class Phone:
    """The far end of one lane: what it got, and a stream that it sends."""

    lane: Lane
    bench: Bench
    ssrc: int
    got: list[Heard] = field(default_factory=list)
    sequence: int = 65_530
    time: int = 2**32 - 800

    def take(self, parts: Sequence[Buffer]) -> int:
        """What the lane sends."""
        data = b"".join(parts)
        self.got.append(packet_of(data, self.bench.now_ms))
        return len(data)

    def send(self, payload: bytes, kind: int = 8, *, marker: bool = False) -> None:
        """One packet now; sequence and time go on."""
        self.raw(payload, kind, self.sequence, self.time, marker=marker)
        self.sequence = self.sequence + 1 & 0xFFFF
        self.time = self.time + FRAME_OCTETS & 0xFFFFFFFF

    def raw(
        self, payload: bytes, kind: int, sequence: int, time: int, *, marker: bool = False
    ) -> None:
        """One packet as it is."""
        second = kind | (0x80 if marker else 0)
        self.octets(HEADER.pack(0x80, second, sequence, time, self.ssrc) + payload)

    def octets(self, data: bytes) -> None:
        """Any datagram."""
        buffer = bytearray(2048)
        buffer[: len(data)] = data
        pace = self.bench.pace
        self.lane.incoming.packet(buffer, len(data), pace.clock, pace.now_ms)

    def press(self, key: str, packets: int = 5, ends: int = 3) -> None:
        """A whole key press by RFC 4733, all at once, not one packet of sound between."""
        event = "0123456789*#ABCD".index(key)
        for number in range(packets + ends):
            end = 0x80 if number >= packets else 0
            duration = 160 * min(number + 1, packets)
            payload = bytes([event, end | 10]) + duration.to_bytes(2, "big")
            self.raw(payload, EVENTS, self.sequence, self.time, marker=number == 0)
            self.sequence = self.sequence + 1 & 0xFFFF
        self.time = self.time + 160 * packets & 0xFFFFFFFF

    def sound(self) -> list[Heard]:
        """What it got of sound."""
        return [packet for packet in self.got if packet.kind != EVENTS]


class Bench:
    """Some lanes on one clock."""

    def __init__(self) -> None:
        self.pace = Pace(0.0, 1_700_000_000.0)
        self.shelf = Shelf()
        self.told: list[Told] = []
        self.phones: dict[int, Phone] = {}
        self.reports: list[bytes] = []
        self.now_ms = 0
        self._random = Random(7)  # noqa: S311 - the same every time

    def phone(self, leg: int, **terms: object) -> Phone:
        """Open a leg and agree with its far end; terms as in `Peer`."""
        lane = Lane(leg, self.pace, self.shelf, self.told.append, self._random.getrandbits)
        phone = Phone(lane, self, ssrc=1000 + leg)
        lane.reach(phone.take)
        lane.agree(self.peer(leg, **terms))
        self.phones[leg] = phone
        return phone

    @staticmethod
    def peer(leg: int, **terms: object) -> Peer:
        """Terms with key events, unless told otherwise."""
        return Peer(leg, "192.0.2.1", 4000, **{"event_pt": EVENTS, **terms})  # type: ignore[arg-type]

    def run(self, ms: int, *, talking: Sequence[tuple[Phone, int]] = ()) -> None:
        """Let time pass; each phone in `talking` sends its octet, 20 ms at a time."""
        end = self.now_ms + ms
        while self.now_ms < end:
            self.now_ms += STEP_MS
            now_s = self.now_ms / 1000 + 1e-6
            self.tick(self.pace.ticks(now_s))
            self.pace.look(now_s)
            if self.now_ms % 20 == 10:
                for phone, octet in talking:
                    phone.send(frame(octet))

    def tick(self, ticks: int) -> None:
        """So many ticks at once, as after a stall."""
        for _ in range(ticks):
            clock = self.pace.step()
            for phone in self.phones.values():
                phone.lane.tick(self.pace.now_ms, clock)

    def stall(self, ms: int) -> None:
        """The worker does nothing for a while, then goes on."""
        self.now_ms += ms
        self.tick(self.pace.ticks(self.now_ms / 1000 + 1e-6))
