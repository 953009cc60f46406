"""The stream of sound that one leg sends: one voice to the far end, whatever its source is.

Prompts and mixes are our **own** sound, a frame of 20 ms at each tick. A forwarded voice is
**carried**: its packets go on as they came, under our header, with its gaps and its clock. Changing
from one to the other keeps SSRC, sequence and time: no click, at most 20 ms without sound.

`clock` counts samples (8,000 a second) on one scale for all legs of a worker. Source: RFC 3550 5.1.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.media.leg.passing import BEGINS, Passing, lengths_of
from ivr.media.rtp import HEADER_OCTETS, MARKER, PLAIN, difference16, difference32

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.media.dtmf import KeyPacket
    from ivr.media.rtp import Buffer

Send: TypeAlias = "Callable[[Sequence[Buffer]], object]"
"""Sends one datagram made of these parts at once; may raise OSError."""
FRAME_UNITS: Final = 160
AHEAD_UNITS: Final = 8000
"""Up to 1 s ahead of ours, the clock of who is carried is kept when he is carried again."""
LATE_UNITS: Final = 16_000
"""For 2 s a packet may come that was sent before the last change; longer ones are not believed."""

_FIELDS: Final = Struct("!BHI")
_SSRC: Final = Struct("!BBHII")
_NEVER: Final = -1
_COMFORT: Final = bytes([64])
"""Noise at -64 dBov, hardly heard."""


class Outgoing:
    """One leg's stream out. `send` is None while nothing may be sent (hold, no address)."""

    __slots__ = (
        "_base", "_changed", "_clock", "_first", "_header", "_keys", "_own", "_sequence",
        "_sequence_step", "_steady", "_time", "_time_step", "errors", "event_type", "octets",
        "packets", "payload_type", "send", "ssrc", "translate",
    )  # fmt: skip

    def __init__(self, ssrc: int, sequence: int, time: int) -> None:
        """ssrc, sequence, time: where the stream begins, drawn at random by the caller."""
        self._header = bytearray(HEADER_OCTETS)
        _SSRC.pack_into(self._header, 0, PLAIN, 0, 0, 0, ssrc)
        self.ssrc = ssrc
        self._sequence = sequence
        self._time = time
        self._clock = _NEVER
        self._base = time
        self._own = True
        self._steady = False
        self._sequence_step = self._time_step = self._first = self._changed = 0
        self._keys = Passing(time)
        self.payload_type = 0
        self.event_type: int | None = None
        self.translate: bytes | None = None
        self.send: Send | None = None
        self.packets = self.octets = self.errors = 0

    def frame(self, frame: Buffer, clock: int) -> None:
        """Send a frame of our own at this tick. The marker is set after every pause."""
        send = self.send
        if send is None:
            return
        if not self._own:
            self._take_over(clock)
        kind = self.payload_type
        if clock != self._clock + FRAME_UNITS:
            kind |= MARKER
        self._clock = clock
        self._sequence = sequence = self._sequence + 1 & 0xFFFF
        self._time = time = self._base + clock & 0xFFFFFFFF
        _FIELDS.pack_into(self._header, 1, kind, sequence, time)
        self.packets += 1
        self.octets += FRAME_UNITS
        try:
            send((self._header, frame))
        except OSError:
            self.errors += 1

    def carry(self, kind: int, sequence: int, time: int, payload: bytearray, clock: int) -> None:
        """Pass on a packet of somebody's sound. kind: second octet of its header."""
        send = self.send
        if send is None:
            return
        if self.translate is not None:
            payload = payload.translate(self.translate)
        kind = kind & MARKER | self.payload_type
        if self._own:
            if self._is_late(sequence, clock):
                return
            self._align(sequence, time, clock)
            kind |= MARKER
        number = sequence + self._sequence_step & 0xFFFF
        time = time + self._time_step & 0xFFFFFFFF
        if (number - self._sequence & 0xFFFF) < 0x8000:
            self._sequence, self._time = number, time
        elif self._is_late(sequence, clock):
            return
        self._clock = clock
        self._put(send, kind, number, time, payload)

    def carry_event(
        self, kind: int, sequence: int, time: int, payload: bytearray, clock: int
    ) -> None:
        """Pass on a packet of a key; nothing if its beginning was not, or no keys were agreed.

        kind: with `BEGINS` if a key begins in it. All packets of a key get one timestamp.
        """
        lengths = lengths_of(payload)
        alone = kind & BEGINS and len(lengths) == 1
        # a known timestamp may begin a key again: there are senders whose timestamps stand still
        here = None if alone else self._keys.known(time)
        passes = lengths and (here is not None or kind & BEGINS)
        if self.event_type is None or self.send is None or not passes:
            self.skip(kind, sequence, time, payload, clock)
            return
        late = self._is_late(sequence, clock)
        if self._own and not late:
            gone = 0 if here is None else max(0, sum(lengths) - FRAME_UNITS)
            self._align(sequence, time + gone, clock)
        marker = 0 if late and here is not None else kind & MARKER
        number = self._extra_number(clock) if late else self._number(sequence)
        here = self._key_time(time, here, lengths, clock)
        self._put(self.send, marker | self.event_type, number, here, payload)

    def skip(self, _kind: int, sequence: int, _time: int, _payload: bytearray, clock: int) -> None:
        """A packet of who is carried is not for this leg: it leaves no hole in the numbers."""
        number = sequence + self._sequence_step
        if not self._own and difference16(number, self._sequence) > 0:
            self._sequence_step -= 1
            self._changed, self._first = clock, sequence + 1

    def key(self, packet: KeyPacket, clock: int) -> None:
        """Send a packet of a key that we press ourselves, at this tick."""
        send = self.send
        if self.event_type is None or send is None:
            return
        self._sequence = self._sequence + 1 & 0xFFFF
        self._clock, self._time = clock, self._base + clock & 0xFFFFFFFF
        kind = self.event_type | (MARKER if packet.marker else 0)
        self._put(send, kind, self._sequence, packet.timestamp, packet.payload)

    def comfort(self, payload_type: int, clock: int) -> None:
        """Tell the far end that silence follows, of which nothing is sent (RFC 3389)."""
        send = self.send
        if send is None:
            return
        time = self.time_at(clock)
        self._sequence = self._sequence + 1 & 0xFFFF
        self._put(send, payload_type, self._sequence, time, _COMFORT)

    def carried_within(self, units: int, clock: int) -> bool:
        """Whether a voice is being carried, with no longer pause than that."""
        return not self._own and clock - self._clock < units

    def time_at(self, clock: int) -> int:
        """The timestamp of our own stream at a tick; from now on the stream is our own."""
        if not self._own:
            self._take_over(clock)
        return self._base + clock & 0xFFFFFFFF

    def sent(self, clock: int) -> tuple[int, int, int]:
        """For reports: the timestamp that belongs to this moment, packets and payload octets."""
        behind = 0 if self._clock == _NEVER else clock - self._clock
        return self._time + behind & 0xFFFFFFFF, self.packets, self.octets

    def renew(self, clock: int) -> None:
        """Who is carried begins to count anew, or somebody else is carried from now on."""
        if not self._own:
            self._take_over(clock)
        self._steady = False
        self._keys.forget()

    def _take_over(self, clock: int) -> None:
        """Go on with our own sound where the carried one stopped, with the time that has passed."""
        passed = max(FRAME_UNITS, clock - self._clock)
        self._base = self._time + passed - clock & 0xFFFFFFFF
        self._own = True
        self._changed, self._first = clock, self._sequence - self._sequence_step + 1
        self._clock = clock - 2 * FRAME_UNITS  # so that a marker is due
        self._time = self._base + self._clock & 0xFFFFFFFF

    def _align(self, sequence: int, time: int, clock: int) -> None:
        """Carry on from our own sound. Whoever was carried before keeps his clock, if it fits."""
        ahead = difference32(time + self._time_step, self._time)
        if not self._steady or not FRAME_UNITS <= ahead < AHEAD_UNITS:
            passed = FRAME_UNITS if self._clock == _NEVER else max(FRAME_UNITS, clock - self._clock)
            self._time_step = self._time + passed - time
        self._sequence_step = self._sequence + 1 - sequence
        self._changed, self._first = clock, sequence
        self._own, self._steady = False, True

    def _is_late(self, sequence: int, clock: int) -> bool:
        """Whether a packet was sent before what we had to put in; its number is given away."""
        recent = self._steady and clock - self._changed < LATE_UNITS
        return recent and difference16(sequence, self._first) < 0

    def _number(self, sequence: int) -> int:
        number = sequence + self._sequence_step & 0xFFFF
        if (number - self._sequence & 0xFFFF) < 0x8000:
            self._sequence = number
        return number

    def _extra_number(self, clock: int) -> int:
        """A number for a key that came too late for its own; all that follows counts one more."""
        self._sequence = self._sequence + 1 & 0xFFFF
        if not self._own:
            self._sequence_step += 1
            self._changed, self._first = clock, self._sequence - self._sequence_step + 1
        return self._sequence

    def _key_time(self, time: int, here: int | None, lengths: list[int], clock: int) -> int:
        """The timestamp of a key that is passed on; our time goes on while it lasts."""
        by_clock = time + self._time_step & 0xFFFFFFFF
        if here is None:
            here = self._keys.begin(time, by_clock)
        end = self._keys.lasted(time, here, lengths)
        now = end + max(0, difference32(by_clock, here)) - FRAME_UNITS
        if not self._own and difference32(now, self._time) > 0:
            self._time, self._clock = now & 0xFFFFFFFF, clock
        return here

    def _put(self, send: Send, kind: int, sequence: int, time: int, payload: Buffer) -> None:
        _FIELDS.pack_into(self._header, 1, kind, sequence, time)
        self.packets += 1
        self.octets += len(payload)
        try:
            send((self._header, payload))
        except OSError:
            self.errors += 1
