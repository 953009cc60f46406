"""Music for those who wait: quiet tunes made here, and whose turn it is in which caller's ear.

The tunes are soft bell-like notes of a pentatonic scale over slow open chords, computed from the
tables below: the same samples on every machine, nothing to license. A note that rings past the end
goes on at the start, so a tune can be played round and round. Every caller walks through the tracks
in an order of his own (sip-media.md 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from itertools import cycle
from math import exp, pi, sin
from operator import add, mul
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE
from ivr.media.loudness import FRAME, MUSIC_DBFS, levelled
from ivr.media.resample import samples_out, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PARTIALS = ((1.0, 1.0), (2.0, 0.3), (3.0, 0.08))
"""Multiples of a note's pitch and how strong each is."""
_ATTACK_S = 0.06
_LONGEST_ROUND = 2000
"""Samples after which a note at the latest begins anew: so many are worked out, not all of it."""
_PAUSE = "."


@dataclass(frozen=True, slots=True)
class Tune:
    """How a tune is written. melody: semitones above `pitch_hz`, one a beat, `.` for a rest.

    chords: semitones below or above, each held for `bar` beats; all lengths fit together.
    """

    pitch_hz: float
    beat_s: float
    bar: int
    melody: str
    chords: tuple[tuple[int, ...], ...]

    @property
    def samples(self) -> int:
        """Length in whole frames."""
        beats = len(self.chords) * self.bar
        return round(beats * self.beat_s * RATE / FRAME) * FRAME


TUNES: Mapping[str, Tune] = {
    "harbour": Tune(
        392.0,
        0.5,
        8,
        "0 . 4 . 7 . 9 . 7 . . . 4 . 2 . 0 . 2 . 4 . . . -3 . 0 . 2 . . . "
        "4 . 7 . 9 . 12 . 9 . . . 7 . 4 . 2 . 4 . 0 . . . -3 . -5 . 0 . . .",
        ((-12, -5), (-17, -8), (-15, -8), (-17, -10), (-12, -5), (-8, -3), (-15, -8), (-17, -10)),
    ),
    "lantern": Tune(
        329.6,
        0.64,
        6,
        "0 . . 3 . 5 7 . . 5 . . 3 . . 0 . 3 5 . . . . . "
        "7 . . 10 . 7 5 . . 3 . . 0 . . -2 . 3 0 . . . . .",
        ((-12, -5), (-9, -5), (-14, -7), (-12, -7), (-16, -9), (-14, -7), (-12, -5), (-12, -5)),
    ),
    "orchard": Tune(
        440.0,
        0.4,
        8,
        "7 . 4 2 0 . . . 2 . 4 . 2 . . . 4 . 7 9 7 . . . 4 . 2 . 0 . . . "
        "9 . 7 4 2 . . . 4 . 0 . -3 . . . 0 . 2 4 7 . 4 . 2 . -1 . 0 . . .",
        ((-12, -5), (-7, 0), (-12, -3), (-5, 0), (-3, 4), (-10, -3), (-5, 2), (-12, -5)),
    ),
}
"""The tunes that are shipped, by name."""


def compose(name: str) -> bytes:
    """A shipped tune as PCM16 at 8,000 samples per second, whole frames, at the level of music.

    Raises `MediaError` for a name that is not there.
    """
    tune = TUNES.get(name)
    if tune is None:
        raise MediaError(f'no tune "{name}"; there are {", ".join(TUNES)}')
    line = [0.0] * tune.samples
    beat = tune.beat_s * RATE
    notes: dict[tuple[float, float, float], list[float]] = {}
    for at_beat, semitones, length_s, loud in _score(tune):
        key = (tune.pitch_hz * 2 ** (semitones / 12), length_s, loud)
        if key not in notes:
            notes[key] = _note(*key)
        _ring(line, round(at_beat * beat), notes[key])
    return levelled(samples_out(whole(line)), MUSIC_DBFS)


def _score(tune: Tune) -> list[tuple[int, int, float, float]]:
    """Each note as beat, semitones, seconds and loudness."""
    bar_s = tune.bar * tune.beat_s
    found = [
        (beat, int(written), 5 * tune.beat_s, 5000.0)
        for beat, written in enumerate(tune.melody.split())
        if written != _PAUSE
    ]
    for bar, chord in enumerate(tune.chords):
        found += [(bar * tune.bar, semitones, 2 * bar_s, 2500.0) for semitones in chord]
    return found


def _note(pitch_hz: float, length_s: float, loud: float) -> list[float]:
    """One note that swells for a moment and fades to nothing; its greatest value is near `loud`."""
    turns = [loud * value for value in _turns(pitch_hz)]
    return list(map(mul, cycle(turns), _swell(length_s)))


def _turns(pitch_hz: float) -> list[float]:
    """The sound of a note until it begins anew at a sample; 0.02 Hz beside its pitch at most."""
    pitch, wave = Fraction(pitch_hz / RATE).limit_denominator(_LONGEST_ROUND), _wave()
    up, down = pitch.numerator * RATE, pitch.denominator
    return [wave[index * up // down % RATE] for index in range(down)]


@lru_cache(maxsize=1)
def _wave() -> tuple[float, ...]:
    """One turn of the sound of a note in 8,000 steps: a pitch of n Hz takes every n-th."""
    turns = [2 * pi * step / RATE for step in range(RATE)]
    return tuple(sum(strong * sin(times * turn) for times, strong in _PARTIALS) for turn in turns)


@lru_cache(maxsize=2 * len(TUNES))
def _swell(length_s: float) -> tuple[float, ...]:
    """How strong a note of this length is at each of its samples; a tune has two lengths."""
    times = [index / RATE for index in range(round(length_s * RATE))]
    fading = [exp(-2 * at_s / length_s) * (1 - at_s / length_s) for at_s in times]
    first = round(_ATTACK_S * RATE)
    rising = [
        at_s / _ATTACK_S * strong for at_s, strong in zip(times[:first], fading, strict=False)
    ]
    return (*rising, *fading[first:])


def _ring(line: list[float], at: int, note: list[float]) -> None:
    """Add a note; what reaches past the end goes on at the start."""
    done = 0
    while done < len(note):
        part = line[at : at + len(note) - done]
        line[at : at + len(part)] = map(add, part, note[done : done + len(part)])
        at, done = 0, done + len(part)


def order(tracks: Iterable[str], call: str) -> tuple[str, ...]:
    """The tracks in the order of one caller. tracks: their names. call: the id of the call."""
    return tuple(sorted(tracks, key=lambda name: sha256(f"{call}\0{name}".encode()).digest()))
