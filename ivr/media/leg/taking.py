"""What is kept of a leg: a message that a caller speaks after the tone, or the whole call.

Its time is that of the worker: a frame for each tick, from the tone on, smoothed by a jitter
buffer; what did not come is silence. Times in milliseconds. No files here: frames go into a `Sink`.

Source: sip-media.md section 11 (tap, time base, voicemail).
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Final, Protocol

from ivr.domain.recording import KEY, LONGEST, LOST, SILENCE
from ivr.media.g711 import FRAME_MS, FRAME_OCTETS, SILENT_FRAME, translation
from ivr.media.jitter import JitterBuffer
from ivr.media.leg.told import Taken, Taped
from ivr.media.level import gate, is_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.domain.recording import TakeMessage
    from ivr.media.g711 import Codec
    from ivr.media.leg.outgoing import Outgoing, Send
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.terms import Peer
    from ivr.media.leg.told import Told
    from ivr.media.rtp import Buffer

KEY_FRAMES: Final = 5
"""The last 100 ms before the end key: its tone may be in them."""
TAIL_FRAMES: Final = 25
"""So much silence stays at the end of a message."""
CHANNELS: Final = 2
_HEAD: Final = Struct("!BBHI")
_KIND: Final = 0x7F


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


class Tape:
    """One recording of one leg. paused: neither side is kept."""

    __slots__ = ("_codec", "_here", "_pace", "_said", "_sent", "_sink", "frames", "leg", "paused",
                 "turn")  # fmt: skip

    def __init__(self, leg: int, turn: int, codec: Codec, pace: Pace, sink: Sink) -> None:
        """codec: of the sink, and of the leg now. sink: takes frames of 20 ms of both sides, the
        octets of caller and what he hears in turns."""
        self.leg = leg
        self.turn = turn
        self.paused = False
        self.frames = 0
        self._codec: Codec = codec
        self._here: Codec = codec
        self._pace = pace
        self._sink = sink
        self._said, self._sent = JitterBuffer(codec), JitterBuffer(codec)

    def heard(self, _kind: int, _sequence: int, time: int, payload: bytearray, _clock: int) -> None:
        """A packet of the caller's voice."""
        self._said.put(time, payload, self._pace.now_ms)

    def through(self, send: Send, out: Outgoing) -> Send:
        """A way out that keeps what goes through it."""

        def kept(parts: Sequence[Buffer]) -> object:
            _first, kind, _sequence, time = _HEAD.unpack_from(parts[0])
            if kind & _KIND == out.payload_type:
                self._sent.put(time, parts[1], self._pace.now_ms)
            return send(parts)

        return kept

    def recode(self, codec: Codec) -> None:
        """The leg speaks another codec from now on."""
        if codec != self._here:
            self._here = codec
            self._said, self._sent = JitterBuffer(codec), JitterBuffer(codec)

    def tick(self) -> None:
        """20 ms have passed."""
        said, sent = self._said.take(), self._sent.take()
        table = translation(self._here, self._codec)
        if self.paused:
            said = sent = SILENT_FRAME[self._codec]
        elif table is not None:
            said, sent = said.translate(table), sent.translate(table)
        both = bytearray(FRAME_OCTETS * CHANNELS)
        both[::2], both[1::2] = said, sent
        self._sink.add(bytes(both))
        self.frames += 1

    @property
    def is_cut(self) -> bool:
        """Whether nothing more of it can be kept."""
        return self._sink.cut is not None

    def finish(self) -> Taped:
        """That is all of it."""
        cut, note = self._sink.cut, self._sink.fault
        frames = self.frames if cut is None else min(self.frames, cut)
        if frames:
            self._sink.close(frames)
        else:
            self._sink.drop()
        return Taped(self.leg, self.turn, frames * FRAME_MS, note)


class Deck:
    """What a leg is recorded on. tape: the recording that goes on. wire_out, wire_in: lead what
    leaves the leg and what comes past the tape, or not any more."""

    __slots__ = ("_tell", "_wire_in", "_wire_out", "tape")

    def __init__(
        self,
        tell: Callable[[Told], None],
        wire_out: Callable[[], None],
        wire_in: Callable[[], None],
    ) -> None:
        self._tell = tell
        self._wire_out = wire_out
        self._wire_in = wire_in
        self.tape: Tape | None = None

    def record(self, tape: Tape) -> None:
        """From now on keep what comes and what is sent; told by `Taped` once that is over."""
        self.close()
        self._change(tape)

    def tick(self) -> None:
        """20 ms have passed. What the disk does not take any more is over."""
        if self.tape is not None:
            self.tape.tick()
            if self.tape.is_cut:
                self.close()

    def mute(self, turn: int, *, on: bool) -> None:
        """Pause the recording of this turn, or go on."""
        if self.tape is not None and self.tape.turn == turn:
            self.tape.paused = on

    def through(self, send: Send | None, peer: Peer | None, out: Outgoing) -> Send | None:
        """A way out to who listens, past the tape if there is one."""
        if send is None or peer is None or not peer.sends:
            return None
        return send if self.tape is None else self.tape.through(send, out)

    def recode(self, codec: Codec) -> None:
        """The leg speaks another codec from now on."""
        if self.tape is not None:
            self.tape.recode(codec)

    def stop(self, turn: int) -> None:
        """The recording of this turn is over."""
        if self.tape is not None and self.tape.turn == turn:
            self.close()

    def close(self) -> None:
        """Whatever is recorded is over."""
        if self.tape is not None:
            self._tell(self.tape.finish())
            self._change(None)

    def _change(self, tape: Tape | None) -> None:
        self.tape = tape
        self._wire_out()
        self._wire_in()
