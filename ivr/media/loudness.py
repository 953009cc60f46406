"""Makes every prompt as loud as the next, so that callers never reach for the volume key.

Levels are in dB of full scale: 0 is a signal whose root mean square is the largest sample (dBov of
ITU-T P.56). A frame is 20 ms at 8,000 samples per second; the active level is that of the frames
above -45, silence between words left out (sip-media.md 10).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import inf, log10
from operator import mul

from ivr.media.g711 import RATE
from ivr.media.level import FULL, GATE_DBFS
from ivr.media.resample import samples_in, samples_out, whole

SPEECH_DBFS = -23.0
MUSIC_DBFS = -29.0
PEAK_DBFS = -3.0
FAR_OFF_DB = 12.0
"""A recording further off than this is told by the checks: its noise or its clipping is heard."""
NOISE_DBFS = -60.0
"""A peak below this is the noise of an empty line, and so silence."""
FRAME = 160
MOST_FRAMES = 500
"""So many of a recording tell how loud it is."""
KEPT_SILENT_FRAMES = 7
"""140 ms: what is kept of a longer silence at the ends of synthetic speech."""
_ACTIVE_POWER = FULL**2 * 10 ** (GATE_DBFS / 10)
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a sound is. active_dbfs: minus infinity if no frame of it counts as sound."""

    active_dbfs: float
    peak_dbfs: float

    @property
    def off_db(self) -> float:
        """How far it is from the level of speech; 0 for silence, which has none.

        Sound that is there, but all of it below the gate, is as far off as the gate at least.
        """
        if self.active_dbfs > -inf:
            return self.active_dbfs - SPEECH_DBFS
        return GATE_DBFS - SPEECH_DBFS if self.peak_dbfs > NOISE_DBFS else 0.0

    @property
    def is_far_off(self) -> bool:
        """Whether a recording should rather be made anew."""
        return abs(self.off_db) > FAR_OFF_DB


def level_of(pcm: bytes, rate: int = RATE) -> Level:
    """The level of PCM16 at 8,000 samples per second or a multiple of it, `rate`.

    What is left out changes little: at a higher rate one sample in so many is looked at, and of a
    sound over 10 s frames that are spread over it.
    """
    numbers = _spread(samples_in(pcm)[:: rate // RATE])
    return Level(_active(_powers(numbers), 1.0), _decibel(_peak(numbers) ** 2))


def levelled(pcm: bytes, target_dbfs: float = SPEECH_DBFS) -> bytes:
    """The same sound at the wanted active level, by one gain for the whole of it.

    The peak stays under -3 dBFS, even where the wanted level is missed for it. Sound without a
    single frame above -45 dBFS is left alone: it holds nothing but noise.
    """
    numbers = samples_in(pcm)
    gain = _gain(numbers, target_dbfs)
    if gain == 1.0:
        return pcm
    return samples_out(whole([gain * number for number in numbers]))


def trimmed(pcm: bytes) -> bytes:
    """The sound without the silence over 150 ms at its ends, cut in whole frames of 20 ms."""
    active = [power >= _ACTIVE_POWER for power in _powers(samples_in(pcm))]
    if True not in active:
        return pcm
    first = active.index(True)
    last = len(active) - 1 - active[::-1].index(True)
    start = max(0, first - KEPT_SILENT_FRAMES)
    return pcm[2 * FRAME * start : 2 * FRAME * (last + 1 + KEPT_SILENT_FRAMES)]


def _gain(numbers: array[int], target_dbfs: float) -> float:
    """Louder sound has more frames that count, so the gain is found in a few rounds."""
    powers, peak = _powers(numbers), _peak(numbers)
    if _active(powers, 1.0) == -inf:
        return 1.0
    most = FULL * 10 ** (PEAK_DBFS / 20) / peak
    gain = 1.0
    for _round in range(_ROUNDS):
        gain = min(most, gain * 10 ** ((target_dbfs - _active(powers, gain)) / 20))
    return gain


def _spread(numbers: array[int]) -> array[int]:
    """As many frames as are to be looked at, from all over a sound."""
    every = -(-len(numbers) // (FRAME * MOST_FRAMES))
    if every < 2:
        return numbers
    found = array("h")
    for at in range(0, len(numbers), FRAME * every):
        found += numbers[at : at + FRAME]
    return found


def _powers(numbers: array[int]) -> list[float]:
    """The mean square of each frame; the last one may be short."""
    frames = (numbers[at : at + FRAME] for at in range(0, len(numbers), FRAME))
    return [sum(map(mul, frame, frame)) / len(frame) for frame in frames]


def _active(powers: list[float], gain: float) -> float:
    """The level of the frames that count once the gain is applied."""
    loud = [power for power in powers if power * gain**2 >= _ACTIVE_POWER]
    return _decibel(gain**2 * sum(loud) / len(loud)) if loud else -inf


def _peak(numbers: array[int]) -> int:
    return max(abs(max(numbers)), abs(min(numbers))) if numbers else 0


def _decibel(power: float) -> float:
    return 10 * log10(power / FULL**2) if power else -inf
