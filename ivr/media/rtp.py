"""Packets of sound (RTP, RFC 3550): reading them, and counting what is lost.

Sequence numbers are 16 bits wide, timestamps 32 (8,000 a second here); both start anywhere and
wrap. A packet that is damaged is refused before anything of it is used (RFC 3550 A.1).
"""

from __future__ import annotations

from enum import Enum, auto
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Container

Buffer: TypeAlias = bytes | bytearray | memoryview

HEADER_OCTETS: Final = 12
MOST_OCTETS: Final = 1500
PLAIN: Final = 0x80
"""First octet of a packet without padding, extension and contributors: the fast path."""
MARKER: Final = 0x80
PAYLOAD_TYPES: Final = range(128)
LEARN_PACKETS: Final = 4

_HEADER: Final = Struct("!BBHII")
_EXTENSION_LENGTH: Final = Struct("!2xH")
_MISORDER: Final = 100
_DROPOUT: Final = 3000
_WINDOW: Final = (1 << _MISORDER) - 1


class BadPacketError(MediaError):
    """A packet was dropped; `why` is one of a fixed few words, to be counted by it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"RTP packet dropped: {why}")
        self.why = why


class Packet(NamedTuple):
    """One packet of sound or of key events; `payload` is a view, valid as long as the buffer is."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: memoryview


def difference16(newer: int, older: int) -> int:
    """How far one sequence number is after another, -32,768..32,767."""
    return (newer - older + 0x8000 & 0xFFFF) - 0x8000


def difference32(newer: int, older: int) -> int:
    """How far one timestamp is after another, -2^31..2^31-1."""
    return (newer - older + 0x80000000 & 0xFFFFFFFF) - 0x80000000


def read(
    packet: Buffer, length: int | None = None, known: Container[int] = PAYLOAD_TYPES
) -> Packet:
    """Read one packet of `length` octets (all of the buffer, if not given).

    known: payload types that were agreed on. Raises BadPacketError, a MediaError, for whatever
    must be dropped: version, length, contributors, extension or padding beyond the packet, type.
    """
    length = len(packet) if length is None else length
    if not HEADER_OCTETS <= length <= MOST_OCTETS:
        raise BadPacketError("length")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(packet)
    begin, end = (HEADER_OCTETS, length) if first == PLAIN else _span(packet, length)
    payload_type = second & 0x7F
    if payload_type not in known:
        raise BadPacketError("payload type")
    payload = memoryview(packet)[begin:end]
    return Packet(payload_type, second >= MARKER, sequence, timestamp, ssrc, payload)


def _span(packet: Buffer, length: int) -> tuple[int, int]:
    """Where the payload begins and ends behind contributors and extension, before padding."""
    first = packet[0]
    if first >> 6 != 2:
        raise BadPacketError("version")
    begin = HEADER_OCTETS + 4 * (first & 0x0F)
    if first & 0x10:
        begin = _after_extension(packet, begin, length)
    if begin > length:
        raise BadPacketError("contributors")
    padding = packet[length - 1] if first & 0x20 else 0
    if first & 0x20 and not 1 <= padding <= length - begin:
        raise BadPacketError("padding")
    return begin, length - padding


def _after_extension(packet: Buffer, begin: int, length: int) -> int:
    """Where the payload begins behind an extension (RFC 3550 5.3.1) that starts at `begin`."""
    if begin + 4 > length:
        raise BadPacketError("extension")
    begin += 4 + 4 * int(_EXTENSION_LENGTH.unpack_from(packet, begin)[0])
    if begin > length:
        raise BadPacketError("extension")
    return begin


class Arrival(Enum):
    """What a sequence number says about a packet."""

    NEW = auto()
    LATE = auto()  # after a newer one, for the first time
    DUPLICATE = auto()
    JUMP = auto()  # far from the rest: not counted unless the next one follows it
    RESTART = auto()  # the far end began to count anew


class Received:
    """Counts the packets of one source: lost, doubled, late, and how unevenly they come.

    `expected`, `lost` (may fall when late ones arrive), `fraction` for RTCP (RFC 3550 A.3), and
    `jitter` in timestamp units (A.8). A jump of more than 3,000 is believed at the second packet.
    """

    __slots__ = (
        "_fresh",
        "_jump",
        "_last",
        "_seen",
        "_transit",
        "_window",
        "base",
        "duplicates",
        "highest",
        "jitter",
        "received",
        "reordered",
        "restarts",
        "ssrc",
    )

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.received = self.duplicates = self.reordered = self.restarts = 0
        self.base = self.highest = 0
        self.jitter = 0.0
        self._fresh = True
        self._jump = -1
        self._window = 0  # bit n: the packet n before the highest came
        self._seen = self._last = 0  # expected and received at the last report
        self._transit: int | None = None

    @property
    def expected(self) -> int:
        """How many packets should have come, by their numbers."""
        return 0 if self._fresh else self.highest - self.base + 1

    @property
    def lost(self) -> int:
        """How many did not come, within the 24 bits of a report."""
        return max(-0x800000, min(0x7FFFFF, self.expected - self.received))

    def packet(self, sequence: int, timestamp: int, at_units: int) -> Arrival:
        """Count a packet. at_units: when it came, in timestamp units on any steady scale."""
        arrival = self._arrival(sequence)
        if arrival is Arrival.NEW or arrival is Arrival.RESTART:
            self._uneven(at_units - timestamp)
        return arrival

    def _arrival(self, sequence: int) -> Arrival:
        step = difference16(sequence, self.highest & 0xFFFF)
        if self._fresh:
            return self._begin(sequence, Arrival.NEW)
        if 0 < step < _DROPOUT:
            self.highest += step
            self._window = (self._window << step | 1) & _WINDOW
            self.received += 1
            self._jump = -1
            return Arrival.NEW
        if -_MISORDER < step <= 0:
            return self._old(-step)
        if sequence == self._jump:
            self.restarts += 1
            return self._begin(sequence, Arrival.RESTART)
        self._jump = sequence + 1 & 0xFFFF
        return Arrival.JUMP

    def _begin(self, sequence: int, arrival: Arrival) -> Arrival:
        """The first packet of a count. What an older count knew is kept as if it had gone on."""
        expected = self.expected
        self.base, self.highest = sequence - expected, sequence
        self._window, self._jump, self._fresh = 1, -1, False
        self._transit = None
        self.received += 1
        return arrival

    def _old(self, behind: int) -> Arrival:
        bit = 1 << behind
        if self._window & bit or self.highest - behind < self.base:
            self.duplicates += 1
            return Arrival.DUPLICATE
        self._window |= bit
        self.received += 1
        self.reordered += 1
        return Arrival.LATE

    def _uneven(self, transit: int) -> None:
        """The running jitter of RFC 3550 A.8, a sixteenth of each new difference."""
        if self._transit is not None:
            step = abs(difference32(transit, self._transit))
            self.jitter += (step - self.jitter) / 16
        self._transit = transit & 0xFFFFFFFF

    def fraction(self) -> int:
        """Share of packets lost since the last call, in 256ths, for a report (RFC 3550 A.3)."""
        expected, received = self.expected - self._seen, self.received - self._last
        self._seen, self._last = self.expected, self.received
        lost = expected - received
        return min(255, (lost << 8) // expected) if expected > 0 and lost > 0 else 0


class Newcomer:
    """Believes a strange source after four packets of one SSRC in a row, as `learn` of a leg."""

    __slots__ = ("_count", "_who")

    def __init__(self) -> None:
        self._who: object = None
        self._count = 0

    def packet(self, who: object) -> bool:
        """Count a packet of somebody (SSRC, or SSRC with address); True from the fourth on."""
        self._count = self._count + 1 if who == self._who else 1
        self._who = who
        return self._count >= LEARN_PACKETS
