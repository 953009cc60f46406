"""A message that a caller speaks after the tone: what is kept of it, and what ends it.

Its time is that of the worker: a frame for each tick, from the tone on, smoothed by a jitter
buffer; what did not come is silence. Times in milliseconds. No files here: frames go into a `Sink`.

Source: sip-media.md section 11 (tap, time base, voicemail).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from ivr.domain.recording import KEY, LONGEST, LOST, SILENCE
from ivr.media.g711 import FRAME_MS, translation
from ivr.media.jitter import JitterBuffer
from ivr.media.leg.told import Taken
from ivr.media.level import gate, is_sound

if TYPE_CHECKING:
    from ivr.domain.recording import TakeMessage
    from ivr.media.g711 import Codec
    from ivr.media.leg.pace import Pace

KEY_FRAMES: Final = 5
"""The last 100 ms before the end key: its tone may be in them."""
TAIL_FRAMES: Final = 25
"""So much silence stays at the end of a message."""


class Sink(Protocol):
    """Where frames of 160 octets go. Nothing in it waits.

    cut: None while all goes well; else so many frames are kept, and no more can be. fault: why.
    """

    cut: int | None
    fault: str

    def add(self, frame: bytes) -> None:
        """One frame more."""

    def close(self, frames: int) -> None:
        """That was all; only so many of them count."""

    def drop(self) -> None:
        """It was no message: nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a message, and the least that is one."""

    longest_ms: int
    silence_ms: int
    shortest_ms: int = 0
    end_key: str = ""


def limits_of(command: TakeMessage) -> Limits:
    """Those that a flow has asked for."""
    return Limits(
        longest_ms=round(command.longest_s * 1000),
        silence_ms=round(command.silence_s * 1000),
        shortest_ms=round(command.shortest_s * 1000),
        end_key=command.end_key,
    )


class Taking:
    """One message of one leg. recording: the tone is over."""

    __slots__ = (
        "_buffer", "_codec", "_frames", "_gate", "_heard", "_here", "_limits", "_pace", "_sink",
        "leg", "recording", "turn",
    )  # fmt: skip

    def __init__(
        self, leg: int, turn: int, limits: Limits, codec: Codec, pace: Pace, sink: Sink
    ) -> None:
        """codec: of the sink, and of the leg now."""
        self.leg = leg
        self.turn = turn
        self.recording = False
        self._limits = limits
        self._codec = codec
        self._here: Codec = codec
        self._pace = pace
        self._sink = sink
        self._buffer = JitterBuffer(codec)
        self._gate = gate(codec)
        self._frames = self._heard = 0

    def put(self, _kind: int, _sequence: int, time: int, payload: bytearray, _clock: int) -> None:
        """A packet of the caller's voice."""
        self._buffer.put(time, payload, self._pace.now_ms)

    def recode(self, codec: Codec) -> None:
        """The leg speaks another codec from now on."""
        if codec != self._here:
            self._here, self._buffer = codec, JitterBuffer(codec)

    def ends_by(self, key: str) -> bool:
        """Whether this is the end key."""
        return bool(key) and key == self._limits.end_key

    def tick(self) -> str:
        """20 ms have passed since the tone; what ends the message now, "" = nothing."""
        if self._sink.cut is not None:
            return LOST
        frame = self._buffer.take()
        table = translation(self._here, self._codec)
        if table is not None:
            frame = frame.translate(table)
        self._sink.add(frame)
        self._frames += 1
        if is_sound(frame, self._gate):
            self._heard = self._frames
        if self._frames * FRAME_MS >= self._limits.longest_ms:
            return LONGEST
        silent_ms = (self._frames - self._heard) * FRAME_MS
        return SILENCE if silent_ms >= self._limits.silence_ms else ""

    def finish(self, ended_by: str) -> Taken:
        """That was all of it. Too little is no message, and nothing of it stays."""
        cut, note = self._sink.cut, ""
        frames = self._frames - KEY_FRAMES if ended_by == KEY else self._frames
        frames = max(0, min(frames, self._heard + TAIL_FRAMES)) if self._heard else 0
        if cut is not None:
            frames, ended_by, note = min(frames, cut), LOST, self._sink.fault
        if not frames or frames * FRAME_MS < self._limits.shortest_ms:
            self._sink.drop()
            return Taken(self.leg, self.turn, 0, ended_by, note)
        self._sink.close(frames)
        return Taken(self.leg, self.turn, frames * FRAME_MS, ended_by, note)

    def drop(self) -> None:
        """Nobody wants it any more."""
        self._sink.drop()
