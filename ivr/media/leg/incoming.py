"""The stream of sound that comes in on one leg: checked, counted, and handed to whoever listens.

Nothing is decoded here. A packet that nobody listens to is counted and dropped; the payload is
looked at only when it is asked for. Who may send at all is decided before (`latch`, sockets).

Source: RFC 3550 5.1 and A.1, RFC 3551; limits of security.md 12.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.media.dtmf import KeyStreams
from ivr.media.g711 import PAYLOAD_TYPE, translation
from ivr.media.leg.passing import BEGINS
from ivr.media.rtcp import is_rtcp
from ivr.media.rtp import (
    HEADER_OCTETS,
    MARKER,
    MOST_OCTETS,
    PLAIN,
    Arrival,
    BadPacketError,
    Newcomer,
    Packet,
    Received,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.media.g711 import Codec

    Take: TypeAlias = Callable[[int, int, int, bytearray, int], None]
    """Takes a packet: second octet and `BEGINS`, sequence, timestamp, payload, clock (samples)."""

_HEADER: Final = Struct("!BBHII")
_UNITS_MS: Final = 8
_NOBODY: Final = -1
_NEW: Final = Arrival.NEW
_COMFORT_NOISE: Final = 13


class Incoming:
    """One leg's stream in.

    take_audio, take_event: who wants the packets, None = nobody. take_hidden: who must know of
    those that are kept from him, to number the others. on_keys: told keys that begin, and whether
    `take_event` had their packet. on_renewed: the far end began to count anew. on_report:
    takes RTCP that came to this port. heard_ms: when something good came.
    """

    __slots__ = (
        "_audio_type", "_event_type", "_kept", "_keys", "_known", "_newcomer", "_past", "_pressed",
        "_received", "_ssrc", "_tables", "heard_ms", "on_keys", "on_renewed", "on_report",
        "refused", "take_audio", "take_event", "take_hidden",
    )  # fmt: skip

    def __init__(
        self, on_keys: Callable[[str, bool], None], on_renewed: Callable[[int], None]
    ) -> None:
        self.on_keys = on_keys
        self.on_renewed = on_renewed
        self.on_report: Callable[[bytes], None] | None = None
        self.take_audio: Take | None = None
        self.take_event: Take | None = None
        self.take_hidden: Take | None = None
        self.heard_ms = 0
        self.refused = 0
        self._ssrc = _NOBODY
        self._received = Received(0)
        self._past = (0, 0, 0, 0)
        self._keys = KeyStreams(0)
        self._newcomer: Newcomer | None = None
        self._pressed = False
        self._kept = False
        self.agree("pcma", 8, None)

    @property
    def received(self) -> Received | None:
        """What came so far from the present source; None before its first packet."""
        return None if self._ssrc == _NOBODY else self._received

    @property
    def jitter_ms(self) -> float:
        """How unevenly packets come (RFC 3550 A.8)."""
        return self._received.jitter / _UNITS_MS

    def agree(self, codec: Codec, payload_type: int, event_type: int | None) -> None:
        """What was negotiated. PCMA and PCMU are taken both, under their fixed types."""
        self._audio_type = payload_type
        self._event_type = event_type
        self._tables = {
            number: translation(there, codec)
            for there, number in PAYLOAD_TYPE.items()
            if number != payload_type
        }
        known = {payload_type, _COMFORT_NOISE, *PAYLOAD_TYPE.values()}
        self._known = frozenset(known if event_type is None else known | {event_type})

    def adopt(self, ssrc: int, clock: int) -> None:
        """This is the source from here on: what the former one counted is kept in the totals."""
        if ssrc == self._ssrc:
            return
        if self._ssrc != _NOBODY:
            self._past = self.totals
            self.on_renewed(clock)
        self._ssrc = ssrc
        self._newcomer = None
        self._pressed = False
        self._received = Received(ssrc)
        self._keys.renew(ssrc)

    @property
    def totals(self) -> tuple[int, int, int, int]:
        """Packets received, lost, doubled and out of order, over all sources of this leg."""
        now = self._received
        counted = now.received, now.lost, now.duplicates, now.reordered
        before, lost, doubled, reordered = self._past
        return before + counted[0], lost + counted[1], doubled + counted[2], reordered + counted[3]

    def packet(self, buffer: bytearray, length: int, clock: int, now_ms: int) -> None:
        """One datagram: the first `length` octets of the buffer, which is used again afterwards."""
        first, kind, sequence, time, ssrc = _HEADER.unpack_from(buffer)
        audio = kind & 0x7F == self._audio_type
        if not (audio and ssrc == self._ssrc and first == PLAIN and 12 <= length <= MOST_OCTETS):
            self._unusual(buffer, length, clock, now_ms)
            return
        self.heard_ms = now_ms
        if self._newcomer is not None:
            self._newcomer = None
        if self._pressed:
            self._keys.audio(now_ms)
            self._pressed = bool(self._keys.held)
        arrival = self._received.packet(sequence, time, now_ms * _UNITS_MS)
        take = self.take_audio
        if arrival is _NEW:
            if take is not None:
                take(kind, sequence, time, buffer[HEADER_OCTETS:length], clock)
        elif self._counts(arrival, clock) and take is not None:
            take(kind, sequence, time, buffer[HEADER_OCTETS:length], clock)

    def _counts(self, arrival: Arrival, clock: int) -> bool:
        """Whether a packet out of the usual order is passed on."""
        if arrival is Arrival.RESTART:
            self._keys.renew(self._ssrc)
            self.on_renewed(clock)
        return arrival is not Arrival.DUPLICATE and arrival is not Arrival.JUMP

    def _unusual(self, buffer: bytearray, length: int, clock: int, now_ms: int) -> None:
        """All but a plain packet of sound: keys, reports, other forms, newcomers, rubbish."""
        if is_rtcp(buffer, length):
            if self.on_report is not None:
                self.on_report(bytes(buffer[:length]))
            return
        try:
            packet = read(buffer, length, self._known)
        except BadPacketError:
            self.refused += 1
            return
        if packet.ssrc == self._ssrc or self._believes(packet, clock):
            self.heard_ms = now_ms
            self._take(packet, clock, now_ms)
        elif packet.payload_type == self._event_type:
            self._press(self._keys.packet(packet, now_ms), passed_on=False)

    def _believes(self, packet: Packet, clock: int) -> bool:
        """A new SSRC from the right address: the first of all at once, later ones after four."""
        if self._ssrc != _NOBODY:
            if packet.payload_type == self._event_type:
                return False  # keys may come under an SSRC of their own, beside the sound
            self._newcomer = self._newcomer or Newcomer()
            if not self._newcomer.packet(packet.ssrc):
                return False
        self.adopt(packet.ssrc, clock)
        return True

    def _take(self, packet: Packet, clock: int, now_ms: int) -> None:
        kind = packet.payload_type | (MARKER if packet.marker else 0)
        arrival = self._received.packet(packet.sequence, packet.timestamp, now_ms * _UNITS_MS)
        good = arrival is _NEW or self._counts(arrival, clock)
        if packet.payload_type != self._event_type:
            comfort = packet.payload_type == _COMFORT_NOISE
            if good:
                self._hand(self.take_hidden if comfort else self.take_audio, kind, packet, clock)
        elif arrival is not Arrival.JUMP:  # if it is true, the next packet will say so again
            self._event(packet, kind, clock, now_ms, good=good)

    def _event(self, packet: Packet, kind: int, clock: int, now_ms: int, *, good: bool) -> None:
        """A packet of a key. A press that began unseen by others stays so to its last packet."""
        keys = self._keys.packet(packet, now_ms)
        if keys:
            self._kept = self.take_event is None or not good
            kind |= BEGINS
        passes = good and self.take_event is not None and not self._kept
        if good:
            self._hand(self.take_event if passes else self.take_hidden, kind, packet, clock)
        self._press(keys, passed_on=passes)

    def _hand(self, take: Take | None, kind: int, packet: Packet, clock: int) -> None:
        if take is not None:
            payload = bytearray(packet.payload)
            table = self._tables.get(packet.payload_type)
            payload = payload if table is None else payload.translate(table)
            take(kind, packet.sequence, packet.timestamp, payload, clock)

    def _press(self, keys: str, *, passed_on: bool) -> None:
        self._pressed = bool(self._keys.held)
        if keys:
            self.on_keys(keys, passed_on)
