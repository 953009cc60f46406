"""Evens out sound that comes unevenly: a short wait, so that late packets still find their place.

Used only where sound is mixed, recorded or listened to by a detector. Frames are 160 octets of
G.711, still encoded; packets of other lengths are cut into frames. The wait is 40 ms at first and
follows the network, 40 to 200 ms: 95 % of the last 5 s come in time. What is missing is filled with
the last frame, 6 dB softer each time, silence after three. A far end whose clock runs off is
followed by dropping or doubling one frame, in a silent one if there is any within 2 s.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final

from ivr.media.g711 import FRAME_MS, FRAME_OCTETS, OCTETS, SILENT_FRAME, VALUES
from ivr.media.level import gate, is_sound
from ivr.media.rtp import difference32

if TYPE_CHECKING:
    from ivr.media.g711 import Codec, Octets

LEAST_MS: Final = 40
MOST_MS: Final = 200
MOST_FRAMES: Final = 50
"""A frame further than this (1 s) behind the one due is a jump: the buffer starts anew there."""
MOST_AHEAD: Final = 20
"""So is one further than this (0.4 s) before its turn: no wait is that long."""
FADES: Final = 3

_UNITS_MS: Final = 8
_PACKETS: Final = 250  # 5 s of packets
_DRIFT_PACKETS: Final = 500  # 10 s
_REVIEW_TAKES: Final = 50  # 1 s
_PATIENCE_TAKES: Final = 100  # 2 s
_SHRINK_REVIEWS: Final = 5
_LATE_IN_A_ROW: Final = 5


@lru_cache(maxsize=2)
def softer(codec: Codec) -> bytes:
    """A table for `bytes.translate` that makes sound 6 dB softer."""
    return bytes(OCTETS[codec][value // 2] for value in VALUES[codec])


class JitterBuffer:
    """One voice. `put` each packet as it comes, `take` one frame each 20 ms.

    wait_ms: the wait aimed at now. Counters: late (came after its turn), missing (filled in),
    dropped and doubled (to follow a clock), restarts (jumps).
    """

    __slots__ = (
        "_base",
        "_fades",
        "_frames",
        "_gate",
        "_head",
        "_last",
        "_late_row",
        "_margins",
        "_patience",
        "_shift",
        "_shorter",
        "_softer",
        "_takes",
        "_transits",
        "codec",
        "doubled",
        "dropped",
        "late",
        "missing",
        "restarts",
        "wait_ms",
    )

    def __init__(self, codec: Codec) -> None:
        self.codec: Codec = codec
        self.late = self.missing = self.dropped = self.doubled = self.restarts = 0
        self.wait_ms = LEAST_MS
        self._softer = softer(codec)
        self._gate = gate(codec)
        self._frames: dict[int, bytes] = {}
        self._base: int | None = None  # timestamp of place 0
        self._head = 0  # place of the frame that is due next
        self._last = SILENT_FRAME[codec]
        self._fades = FADES
        self._transits: deque[int] = deque(maxlen=_PACKETS)
        self._margins: deque[int] = deque(maxlen=_DRIFT_PACKETS)  # frames before its turn
        self._takes = self._shift = self._patience = self._shorter = self._late_row = 0

    def put(self, timestamp: int, payload: Octets, now_ms: int) -> None:
        """A packet came. At most 0.4 s of sound is held, whatever its timestamp says."""
        offset = self._offset(timestamp)
        place = offset // FRAME_OCTETS
        if self._base is None or not -MOST_FRAMES <= place - self._head <= MOST_AHEAD:
            self.restarts += self._base is not None
            self._start(timestamp)
            offset = place = 0
        self._place(place)
        self._transits.append(now_ms * _UNITS_MS - offset)
        self._margins.append(place - self._head)
        if len(payload) == FRAME_OCTETS and not offset % FRAME_OCTETS:
            self._store(place, bytes(payload))
        else:
            self._spread(offset, bytes(payload))

    def take(self) -> bytes:
        """The frame for the next 20 ms; always one."""
        self._takes += 1
        if self._base is None:
            return self._last
        if self._takes % _REVIEW_TAKES == 0 and len(self._transits) >= _REVIEW_TAKES:
            self._review()
        if self._shift and self._now():
            self._correct()
        frame = self._frames.pop(self._head, None)
        self._head += 1
        return self._filled() if frame is None else self._played(frame)

    def _start(self, timestamp: int) -> None:
        """Place 0 is here; the frame due is as far before it as we want to wait."""
        self._base = timestamp
        self._frames.clear()
        self._transits.clear()
        self._margins.clear()
        self._head = -(self.wait_ms // FRAME_MS)
        self._shift = self._patience = self._late_row = 0

    def _offset(self, timestamp: int) -> int:
        """Octets after place 0, told from the frame due, so that no stream is too long."""
        due = self._head * FRAME_OCTETS
        return due + difference32(timestamp, (self._base or 0) + due & 0xFFFFFFFF)

    def _place(self, place: int) -> None:
        """Several late in a row: the far end's time stood still, so wait for it there."""
        if place >= self._head:
            self._late_row = 0
            return
        self.late += 1
        self._late_row += 1
        if self._late_row >= _LATE_IN_A_ROW:
            self._head = place - self.wait_ms // FRAME_MS
            self._margins.clear()
            self._shift = self._late_row = 0

    def _store(self, place: int, frame: bytes) -> None:
        if place >= self._head:
            self._frames[place] = frame

    def _spread(self, offset: int, payload: bytes) -> None:
        """Cut a packet that does not fit the frames; its parts fill their share of each."""
        begin = 0
        while begin < len(payload):
            place, at = divmod(offset + begin, FRAME_OCTETS)
            part = payload[begin : begin + FRAME_OCTETS - at]
            begin += len(part)
            frame = bytearray(self._frames.get(place) or SILENT_FRAME[self.codec])
            frame[at : at + len(part)] = part
            self._store(place, bytes(frame))

    def _played(self, frame: bytes) -> bytes:
        self._last, self._fades = frame, 0
        return frame

    def _filled(self) -> bytes:
        """Nothing came: the last frame fades out."""
        if self._fades < FADES:
            self.missing += 1
            self._fades += 1
            self._last = self._last.translate(self._softer)
        else:
            self._last = SILENT_FRAME[self.codec]
        return self._last

    def _review(self) -> None:
        """Once a second: the wait that would have been enough for 95 % of the last 5 s."""
        earliest = min(self._transits)
        lateness = sorted(transit - earliest for transit in self._transits)
        enough_ms = lateness[len(lateness) * 95 // 100] / _UNITS_MS
        wanted_ms = max(LEAST_MS, min(MOST_MS, ceil(enough_ms / FRAME_MS) * FRAME_MS))
        self._shorter = self._shorter + 1 if wanted_ms < self.wait_ms else 0
        if wanted_ms > self.wait_ms or self._shorter >= _SHRINK_REVIEWS:
            self._shift += (wanted_ms - self.wait_ms) // FRAME_MS
            self.wait_ms, self._shorter = wanted_ms, 0
        elif not self._shift:
            self._follow(sum(lateness) / len(lateness) / _UNITS_MS)

    def _follow(self, mean_late_ms: float) -> None:
        """Compare how long sound waits with how long it should: the far end's clock runs off."""
        if len(self._margins) < _PACKETS:
            return
        wanted = (self.wait_ms - mean_late_ms) / FRAME_MS
        off = sum(self._margins) / len(self._margins) - wanted
        if abs(off) > 1:
            self._shift = -int(off)

    def _now(self) -> bool:
        """Whether to correct at this frame: a longer wait at once, else in silence or after 2 s."""
        self._patience += 1
        due = self._frames.get(self._head)
        silent = due is None or not is_sound(due, self._gate)
        return silent or self._shift > 1 or self._patience >= _PATIENCE_TAKES

    def _correct(self) -> None:
        """Play the frame due twice, or leave it out."""
        step = 1 if self._shift > 0 else -1
        due = self._frames.pop(self._head, None)
        if step > 0:
            self.doubled += 1
            self._head -= 1
        else:
            self.dropped += 1
            self._head += 1
        if step > 0 and due is not None:
            self._frames[self._head] = self._frames[self._head + 1] = due
        self._margins = deque((each + step for each in self._margins), maxlen=_DRIFT_PACKETS)
        self._shift -= step
        self._patience = 0
