"""How loud a frame of telephone sound is, without decoding it: is somebody speaking?

Levels are in dB of full scale: 0 is a signal whose root mean square is the largest sample (dBov of
ITU-T P.56), so a full sine is -3 and 0 dBm0 is -6.15 (ITU-T G.711 table 5).
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, log10
from typing import TYPE_CHECKING, Final

from ivr.media.g711 import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.media.g711 import Codec, Octets

GATE_DBFS: Final = -45.0
FULL: Final = 32768.0
DBM0_DBFS: Final = -6.15
"""What 0 dBm0 is on the scale of this module."""

_QUARTER: Final = 4
_SQUARES: Final = {
    codec: tuple(float(value * value) for value in values) for codec, values in VALUES.items()
}


@lru_cache(maxsize=32)
def gate(codec: Codec, dbfs: float = GATE_DBFS) -> bytes:
    """A table for `bytes.translate`: 1 where a sample is at or over the level, else 0."""
    least = FULL * 10 ** (dbfs / 20)
    return bytes(abs(value) >= least for value in VALUES[codec])


def is_sound(frame: Octets, table: bytes) -> bool:
    """Whether a frame is about as loud as the level of `table`: a quarter of it lies over it.

    Of noise a third of the samples exceeds its own level, of a tone half, of speech a quarter.
    """
    return bytes(frame).translate(table).count(1) * _QUARTER >= len(frame) > 0


def level_dbfs(codec: Codec, octets: Octets) -> float:
    """The exact level of some sound; minus infinity for none."""
    return _decibel(power(codec, octets))


def power(codec: Codec, octets: Octets) -> float:
    """The mean square of some sound; 0 for none."""
    squares = sum(map(_SQUARES[codec].__getitem__, octets))
    return squares / len(octets) if len(octets) else 0.0


def active_level_dbfs(codec: Codec, frames: Iterable[Octets]) -> float:
    """The level of those frames that are over the gate, pauses left out; minus infinity: none."""
    least = FULL**2 * 10 ** (GATE_DBFS / 10)
    loud = [each for each in (power(codec, frame) for frame in frames) if each >= least]
    return _decibel(sum(loud) / len(loud)) if loud else -inf


class SilenceClock:
    """How long a voice has been silent, frame by frame: the end of a message left on a machine."""

    __slots__ = ("_table", "heard_frames", "silent_frames")

    def __init__(self, codec: Codec, dbfs: float = GATE_DBFS) -> None:
        self._table = gate(codec, dbfs)
        self.silent_frames = 0
        self.heard_frames = 0

    def frame(self, frame: Octets | None) -> int:
        """Count one frame, None for one that never came; how many in a row are silent now."""
        if frame is not None and is_sound(frame, self._table):
            self.heard_frames += 1
            self.silent_frames = 0
        else:
            self.silent_frames += 1
        return self.silent_frames


def _decibel(mean_square: float) -> float:
    return 10 * log10(mean_square / FULL**2) if mean_square > 0 else -inf
