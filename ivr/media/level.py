"""How loud a frame of telephone sound is, without decoding it: is somebody speaking?

Levels are in dB of full scale: 0 is a signal whose root mean square is the largest sample (dBov of
ITU-T P.56), so a full sine is -3 and 0 dBm0 is -6.15 (ITU-T G.711 table 5).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ivr.media.g711 import FRAME_MS, VALUES, alaw_encode

if TYPE_CHECKING:
    from ivr.media.g711 import Codec, Octets
    from ivr.media.wav import Clip

GATE_DBFS: Final = -45.0
FULL: Final = 32768.0
DBM0_DBFS: Final = -6.15
"""What 0 dBm0 is on the scale of this module."""

_QUARTER: Final = 4


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


def spoken_s(clip: Clip) -> float:
    """Seconds up to the end of the last frame in which somebody speaks; 0 = nobody does."""
    octets, table = alaw_encode(clip.pcm), gate("pcma")
    frame = clip.rate * FRAME_MS // 1000
    for end in range(len(octets), 0, -frame):
        if is_sound(octets[max(0, end - frame) : end], table):
            return end / clip.rate
    return 0.0
