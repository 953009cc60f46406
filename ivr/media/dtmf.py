"""Telephone keys beside the sound: event packets in and out, and which way of keys counts.

Event packets are RFC 4733: four octets, `event, end + volume, duration`. A press is a stream of
them with one timestamp; it is reported once, at the first packet seen. Durations and timestamps
count 8,000 a second.
"""

from __future__ import annotations

from enum import StrEnum
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

from ivr.domain.errors import MediaError
from ivr.media.rtp import Newcomer, difference16, difference32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.rtp import Buffer, Packet

EVENT_KEYS: Final = "0123456789*#ABCD"
"""The key of event code 0..15."""
EVENT_OCTETS: Final = 4
FRAME_MS: Final = 20
FRAME_UNITS: Final = 160
PRESS_FRAMES: Final = 5
GAP_FRAMES: Final = 5
END_TIMES: Final = 3
CLOSE_FRAMES: Final = 3
VOLUME_DBM0: Final = 10
LONGEST_UNITS: Final = 0xFFFF

_EVENT: Final = Struct("!BBH")
_END: Final = 0x80
_REPRESS_MS: Final = 100
_STEPPED_BACK_UNITS: Final = 10 * 8000
_MOST_BLOCKS: Final = 16


class _Press(NamedTuple):
    """The newest press: where it began, what it is, how long it has been, whether its end came."""

    timestamp: int
    event: int
    duration: int
    end_ms: int | None


class KeyReader:
    """Hears the keys in event packets of one source.

    `held` is the key that is down now, or "". `dropped` counts what was no key: flash, damaged.
    """

    __slots__ = ("_last_ms", "_press", "_quiet", "_sequence", "dropped", "held")

    def __init__(self) -> None:
        self.dropped = 0
        self.reset()

    def reset(self) -> None:
        """Begin anew: another SSRC, or a far end that began to count anew."""
        self._press: _Press | None = None
        self._sequence: int | None = None
        self._last_ms = 0
        self._quiet = 0
        self.held = ""

    def packet(
        self, payload: Buffer, timestamp: int, *, marker: bool, sequence: int, now_ms: int
    ) -> str:
        """The keys that begin in this packet, usually none or one."""
        if not payload or len(payload) % EVENT_OCTETS or len(payload) > 4 * _MOST_BLOCKS:
            self.dropped += 1
            return ""
        newer = self._sequence is None or difference16(sequence, self._sequence) > 0
        if newer:
            self._sequence = sequence
        keys = ""
        for event, flags, duration in _EVENT.iter_unpack(payload):
            end_ms = now_ms if flags & _END else None
            block = _Press(timestamp & 0xFFFFFFFF, event, duration, end_ms)
            keys += self._block(block, marker=marker and newer, newer=newer, now_ms=now_ms)
            timestamp, marker = timestamp + duration, False
        return keys

    def audio(self, now_ms: int) -> None:
        """A packet of sound came instead: three of them close a press whose end was lost."""
        self._quiet += 1
        if self._quiet >= CLOSE_FRAMES:
            self.held = ""
        self.tick(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time has passed: three silent packet times close a press whose end was lost."""
        if self.held and now_ms - self._last_ms >= CLOSE_FRAMES * FRAME_MS:
            self.held = ""

    def _block(self, block: _Press, *, marker: bool, newer: bool, now_ms: int) -> str:
        if block.event >= len(EVENT_KEYS):
            self.dropped += 1
            return ""
        press = self._press
        step = 1 if press is None else difference32(block.timestamp, press.timestamp)
        if press is None or _begins(press, block, step, marker=marker, over_ms=self._over(now_ms)):
            return self._down(block, now_ms)
        if step > 0:  # a long press goes on in a new segment
            self._go_on(block, now_ms)
        elif step == 0 and block.event == press.event and newer:
            end_ms = block.end_ms if press.end_ms is None else press.end_ms
            duration = max(press.duration, block.duration)
            self._go_on(press._replace(duration=duration, end_ms=end_ms), now_ms)
        return ""

    def _over(self, now_ms: int) -> int:
        """For how long the newest press has been over, by its end or by silence; 0: it is not."""
        if self._press is None or self.held:
            return 0
        end_ms = self._press.end_ms
        return now_ms - (self._last_ms if end_ms is None else end_ms)

    def _down(self, block: _Press, now_ms: int) -> str:
        self._go_on(block, now_ms)
        return EVENT_KEYS[block.event]

    def _go_on(self, press: _Press, now_ms: int) -> None:
        self._press, self._last_ms, self._quiet = press, now_ms, 0
        self.held = "" if press.end_ms is not None else EVENT_KEYS[press.event]


def _begins(press: _Press, block: _Press, step: int, *, marker: bool, over_ms: int) -> bool:
    """Whether a block is a press of its own after `press`; `step`: its timestamp minus that one's.

    marker: set, and on a packet that is newer than all before, so that no repeat looks like it.
    over_ms: for how long `press` has been over.
    """
    if step > 0:
        goes_on = step in {press.duration, LONGEST_UNITS} and press.event == block.event
        return marker or press.end_ms is not None or not goes_on
    if step == 0:  # a sender whose timestamps stand still (RFC 4733 forbids it, gateways do it)
        return marker and over_ms >= _REPRESS_MS and block.duration < press.duration
    return marker and step < -_STEPPED_BACK_UNITS


class KeyStreams:
    """The key events of one leg: under the SSRC of its sound, or under one of their own.

    An SSRC of its own is believed after four packets; the caller lets packets of the locked
    address in only. `dropped` counts what was no key.
    """

    __slots__ = ("_main", "_newcomer", "_other", "_other_ssrc", "_ssrc")

    def __init__(self, ssrc: int) -> None:
        self._main = KeyReader()
        self._other = KeyReader()
        self.renew(ssrc)

    @property
    def dropped(self) -> int:
        """How many events and packets were no key."""
        return self._main.dropped + self._other.dropped

    @property
    def held(self) -> str:
        """The key that is down now, or nothing."""
        return self._main.held or self._other.held

    def renew(self, ssrc: int) -> None:
        """The leg's sound has a new SSRC, or began to count anew."""
        self._ssrc = ssrc
        self._other_ssrc: int | None = None
        self._newcomer = Newcomer()
        self._main.reset()
        self._other.reset()

    def packet(self, packet: Packet, now_ms: int) -> str:
        """The keys that begin in this packet of the agreed event type."""
        reader = self._reader(packet.ssrc)
        if reader is None:
            return ""
        return reader.packet(
            packet.payload,
            packet.timestamp,
            marker=packet.marker,
            sequence=packet.sequence,
            now_ms=now_ms,
        )

    def audio(self, now_ms: int) -> None:
        """A packet of sound came on this leg. Other events may go on beside it."""
        self._main.audio(now_ms)
        self._other.tick(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time has passed."""
        self._main.tick(now_ms)
        self._other.tick(now_ms)

    def _reader(self, ssrc: int) -> KeyReader | None:
        if ssrc == self._ssrc:
            return self._main
        if ssrc != self._other_ssrc:
            if not self._newcomer.packet(ssrc):
                return None
            self._other_ssrc = ssrc
            self._other.reset()
        return self._other


class KeyPacket(NamedTuple):
    """One event packet to send: payload, the timestamp of its press, and the marker."""

    payload: bytes
    timestamp: int
    marker: bool


class KeySender:
    """Sends keys as event packets: 100 ms each, 100 ms apart, a packet each 20 ms, three ends."""

    __slots__ = ("_begun", "_frame", "_keys")

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._frame = 0
        self._begun = 0

    @property
    def busy(self) -> bool:
        """Whether `frame` has something to say; sound waits until it has not."""
        return bool(self._keys)

    def send(self, keys: Sequence[str]) -> None:
        """Queue keys behind those already waiting. Raises MediaError for what is no key."""
        self._keys += [event_of(key) for key in keys]

    def frame(self, timestamp: int) -> KeyPacket | None:
        """The packet of this 20 ms; None in a gap. timestamp: that of the leg's stream now."""
        if not self._keys:
            return None
        frame, event = self._frame, self._keys[0]
        if frame == 0:
            self._begun = timestamp
        self._frame += 1
        if self._frame == PRESS_FRAMES + GAP_FRAMES:
            self._frame = 0
            del self._keys[0]
        if frame >= PRESS_FRAMES - 1 + END_TIMES:
            return None
        end = _END if frame >= PRESS_FRAMES - 1 else 0
        duration = FRAME_UNITS * min(frame + 1, PRESS_FRAMES)
        payload = _EVENT.pack(event, end | VOLUME_DBM0, duration)
        return KeyPacket(payload, self._begun, marker=frame == 0)


def event_of(key: str) -> int:
    """The event code of a key. Raises MediaError for what is no key."""
    event = EVENT_KEYS.find(key) if len(key) == 1 else -1
    if event < 0:
        raise MediaError("not a telephone key")
    return event


class Way(StrEnum):
    """How a key comes: as an event packet, as a tone in the sound, inside signalling."""

    EVENT = "rfc4733"
    TONE = "inband"
    INFO = "info"


def ways(setting: str, *, events_agreed: bool) -> frozenset[Way]:
    """The ways a leg listens to, from the trunk's setting `dtmf` and what the far end offered."""
    if setting != "auto":
        return frozenset({Way(setting)})
    return frozenset({Way.EVENT if events_agreed else Way.TONE, Way.INFO})


class KeySource:
    """Lets one way through: the first that delivers a key is the leg's way from then on.

    So the tone, the event and the INFO of one press are one key.
    """

    __slots__ = ("_open", "locked")

    def __init__(self, allowed: frozenset[Way]) -> None:
        self._open = allowed
        self.locked: Way | None = None

    def admit(self, way: Way) -> bool:
        """Whether a key that came this way counts; the first one locks."""
        if self.locked is None and way in self._open:
            self.locked = way
        return way is self.locked
