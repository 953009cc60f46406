"""The recording of a call: what comes from a leg and what it is sent, side by side.

Its time is that of the worker: a frame of each side for each tick, both smoothed by a jitter
buffer, so that both begin at the same sample and what is missing is silence. While it is paused
both sides are silent, for as long as that takes.

Source: sip-media.md section 11 (tap, time base, pause).
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from ivr.media.g711 import FRAME_MS, FRAME_OCTETS, SILENT_FRAME, translation
from ivr.media.jitter import JitterBuffer
from ivr.media.leg.told import Taped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.media.g711 import Codec
    from ivr.media.leg.outgoing import Outgoing, Send
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.taking import Sink
    from ivr.media.leg.told import Told
    from ivr.media.rtp import Buffer

CHANNELS: Final = 2
_HEAD: Final = Struct("!BBHI")
_KIND: Final = 0x7F


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
    """What a leg is recorded on. tape: the recording that goes on. changed: told whenever other
    packets are wanted."""

    __slots__ = ("_changed", "_tell", "tape")

    def __init__(self, tell: Callable[[Told], None], changed: Callable[[], None]) -> None:
        self._tell = tell
        self._changed = changed
        self.tape: Tape | None = None

    def record(self, tape: Tape) -> None:
        """From now on keep what comes and what is sent; told by `Taped` once that is over."""
        self.close()
        self.tape = tape
        self._changed()

    def mute(self, turn: int, *, on: bool) -> None:
        """Pause the recording of this turn, or go on."""
        if self.tape is not None and self.tape.turn == turn:
            self.tape.paused = on

    def through(self, send: Send | None, out: Outgoing) -> Send | None:
        """A way out past the tape, if there is one."""
        return send if send is None or self.tape is None else self.tape.through(send, out)

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
        tape, self.tape = self.tape, None
        if tape is not None:
            self._tell(tape.finish())
            self._changed()
