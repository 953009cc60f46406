"""One talker's voice for those who hear several: smoothed once, decoded once, for every ear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.media.g711 import SILENT_FRAME
from ivr.media.jitter import JitterBuffer
from ivr.media.mix import samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec
    from ivr.media.leg.pace import Pace


class Voice:
    """What comes in on one leg, in even frames. Silence is None, so that it costs nothing."""

    __slots__ = ("_buffer", "_clock", "_pace", "_samples", "_silent", "codec")

    def __init__(self, codec: Codec, pace: Pace) -> None:
        self.codec: Codec = codec
        self._buffer = JitterBuffer(codec)
        self._pace = pace
        self._clock = -1
        self._samples: Sequence[int] | None = None
        self._silent = SILENT_FRAME[codec]

    def put(self, _kind: int, _sequence: int, time: int, payload: bytearray, _clock: int) -> None:
        """A packet came."""
        self._buffer.put(time, payload, self._pace.now_ms)

    def samples(self, clock: int) -> Sequence[int] | None:
        """The 20 ms that belong to this tick, the same for each ear that asks."""
        if clock != self._clock:
            self._clock = clock
            frame = self._buffer.take()
            self._samples = None if frame == self._silent else samples(self.codec, frame)
        return self._samples
