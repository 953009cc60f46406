"""What a recording holds, worked out with a few sums of the tests' own: length, loudness, tone.

Samples are signed 16 bit at 8,000 a second. A window is 10 ms. Loudness is dBFS: 0 is a square
wave of full scale. G.711 is decoded by its rule (ITU-T G.711), none of the server's code.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RATE = 8000
WINDOW = 80
QUIET_DBFS = -45.0
LOWEST_DBFS = -96.0


def _alaw(octet: int) -> int:
    turned = octet ^ 0x55
    part, step = turned >> 4 & 7, (turned & 15) << 4
    size = step + 8 if part == 0 else step + 264 << part - 1
    return size if turned & 0x80 else -size


def _ulaw(octet: int) -> int:
    turned = ~octet & 0xFF
    size = (((turned & 15) << 3) + 132 << (turned >> 4 & 7)) - 132
    return -size if turned & 0x80 else size


_LAWS = {8: [_alaw(octet) for octet in range(256)], 0: [_ulaw(octet) for octet in range(256)]}


def decoded(payload: bytes, payload_type: int) -> array[int]:
    """Samples of G.711 octets; 8 is A-law, 0 is mu-law."""
    law = _LAWS[payload_type]
    return array("h", [law[octet] for octet in payload])


def recorded(path: Path) -> array[int]:
    """The samples of a mono WAV file, also of one whose writer was stopped half-way.

    A rate of 8,000 times a whole number is brought down by the mean of neighbours.
    """
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), path
        rate = file.getframerate()
    data = path.read_bytes()
    start = data.index(b"data") + 8
    samples = array("h", data[start : start + (len(data) - start) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    fold = rate // RATE
    assert fold * RATE == rate, rate
    whole = range(0, len(samples) - fold + 1, fold)
    return samples if fold == 1 else array("h", [sum(samples[i : i + fold]) // fold for i in whole])


def tone(seconds: float, hz: float, size: int = 4000) -> array[int]:
    """A sine."""
    turn = 2 * math.pi * hz / RATE
    return array("h", [round(size * math.sin(turn * n)) for n in range(round(seconds * RATE))])


def write_wav(path: Path, samples: array[int]) -> Path:
    """A mono WAV file of 8,000 samples a second; its folder is made too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def dbfs(samples: Sequence[int]) -> float:
    """How loud this is as a whole."""
    power = sum(sample * sample for sample in samples) / max(1, len(samples))
    return 10 * math.log10(power / 32768**2) if power else LOWEST_DBFS


def purity(samples: Sequence[int], hz: float) -> float:
    """How much of the sound is this tone, 0 to 1, by Goertzel's sum."""
    turn = 2 * math.cos(2 * math.pi * hz / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = last * last + before * before - turn * last * before
    total = sum(sample * sample for sample in samples) * len(samples) / 2
    return power / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """A stretch of sound, looked at in windows of 10 ms."""

    samples: array[int]

    @property
    def seconds(self) -> float:
        """How long it is, silence included."""
        return len(self.samples) / RATE

    def windows(self) -> list[array[int]]:
        """The whole windows."""
        whole = range(0, len(self.samples) - WINDOW + 1, WINDOW)
        return [self.samples[start : start + WINDOW] for start in whole]

    def profile(self) -> list[float]:
        """The loudness of each window."""
        return [dbfs(window) for window in self.windows()]

    def part(self, start_s: float, seconds: float) -> Hearing:
        """A stretch of it."""
        first = round(start_s * RATE)
        return Hearing(self.samples[first : first + round(seconds * RATE)])

    def active(self) -> tuple[float, float]:
        """When the sound begins and ends, seconds; (0, 0) if there is none."""
        loud = [place for place, level in enumerate(self.profile()) if level > QUIET_DBFS]
        return (loud[0] / 100, (loud[-1] + 1) / 100) if loud else (0.0, 0.0)

    def loudness(self) -> float:
        """dBFS of the windows that are not quiet."""
        loud = [window for window in self.windows() if dbfs(window) > QUIET_DBFS]
        return dbfs([sample for window in loud for sample in window])

    def tone(self, hz: float, least: float = 0.9) -> tuple[float, float]:
        """When a pure tone begins and how long it lasts, seconds; a glitch of 50 ms ends it not."""
        pure = [
            place
            for place, window in enumerate(self.windows())
            if dbfs(window) > QUIET_DBFS and purity(window, hz) > least
        ]
        if not pure:
            return 0.0, 0.0
        last = pure[0]
        for place in pure:
            last = place if place - last <= 5 else last
        return pure[0] / 100, (last + 1 - pure[0]) / 100


def likeness(one: Hearing, other: Hearing, shift: int = 5) -> float:
    """How alike two sounds are loud and soft, -1 to 1, at the best shift of some windows of 10 ms.

    This is the correlation of their loudness, quiet windows counted as equally quiet.
    """
    first, second = (
        [max(level, QUIET_DBFS - 10) for level in each.profile()] for each in (one, other)
    )
    return max(_shifted(first, second, by) for by in range(-shift, shift + 1))


def _shifted(first: list[float], second: list[float], by: int) -> float:
    pairs = list(zip(first[max(0, by) :], second[max(0, -by) :], strict=False))
    means = [sum(column) / len(pairs) for column in zip(*pairs, strict=True)]
    apart = [(a - means[0], b - means[1]) for a, b in pairs]
    sizes = sum(a * a for a, _ in apart) * sum(b * b for _, b in apart)
    return sum(a * b for a, b in apart) / math.sqrt(sizes) if sizes else 0.0
