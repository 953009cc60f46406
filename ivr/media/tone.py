"""Tones: keys heard in the sound and made as sound, ring-back, busy, beep, and a quiet stand-in.

A key is two sines at once, one of four low and one of four high frequencies (ITU-T Q.23). The ear
follows ITU-T Q.24: 1.5 % off is accepted, 3.5 % refused; the high one up to 4 dB over or 8 dB under
the low one; 40 ms of tone are heard, 40 ms of anything else part two presses.
Call tones by country: ITU-T E.180 and its supplement 2. Levels are dB of full scale (see `level`).
"""

from __future__ import annotations

from array import array
from collections import deque
from functools import lru_cache
from math import cos, gcd, log10, pi, sin
from operator import mul
from struct import pack
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.g711 import FRAME_OCTETS, RATE, VALUES, encode
from ivr.media.level import DBM0_DBFS, FULL, gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec, Octets

ROWS_HZ: Final = (697, 770, 852, 941)
COLUMNS_HZ: Final = (1209, 1336, 1477, 1633)
KEY_GRID: Final = ("123A", "456B", "789C", "*0#D")
KEY_MS: Final = 100
KEY_GAP_MS: Final = 100
LOW_DBFS: Final = -16.0
HIGH_DBFS: Final = -14.0
CALL_TONE_DBFS: Final = -20.0
BEEP_DBFS: Final = -18.0
QUIET_DBFS: Final = -38.0

Sines: TypeAlias = "Sequence[tuple[int, float]]"
"""Frequency in Hz and level of each sine that sounds at once; none: silence."""
Cadence: TypeAlias = "tuple[tuple[tuple[int, ...], int], ...]"
"""Frequencies and milliseconds of each stretch of a call tone, again and again."""

_RING_1_4: Final[Cadence] = (((425,), 1000), ((), 4000))
_BUSY: Final[Cadence] = (((425,), 500), ((), 500))
_NORTH_AMERICA: Final[dict[str, Cadence]] = {
    "ringback": (((440, 480), 2000), ((), 4000)),
    "busy": (((480, 620), 500), ((), 500)),
}
CALL_TONES: Final[dict[str, dict[str, Cadence]]] = {
    "": {"ringback": _RING_1_4, "busy": _BUSY},
    "CA": _NORTH_AMERICA,
    "DE": {"ringback": _RING_1_4, "busy": (((425,), 480), ((), 480))},
    "ES": {"ringback": (((425,), 1500), ((), 3000)), "busy": (((425,), 200), ((), 200))},
    "FR": {"ringback": (((440,), 1500), ((), 3500)), "busy": (((440,), 500), ((), 500))},
    "GB": {
        "ringback": (((400, 450), 400), ((), 200), ((400, 450), 400), ((), 2000)),
        "busy": (((400,), 375), ((), 375)),
    },
    "RU": {"ringback": (((425,), 800), ((), 3200)), "busy": (((425,), 400), ((), 400))},
    "TR": {"ringback": (((450,), 2000), ((), 4000)), "busy": (((450,), 500), ((), 500))},
    "US": _NORTH_AMERICA,
}
"""By country, "" for all others: Azerbaijan and most of Europe use the same."""


def sines(parts: Sines, samples: int) -> bytes:
    """Sines that sound together, as PCM16 of so many samples; each starts at zero."""
    if not parts:
        return bytes(2 * samples)
    cycle = min(samples, RATE // gcd(RATE, *(hz for hz, _ in parts)))
    peaks = [(2 * pi * hz / RATE, FULL * 2**0.5 * 10 ** (dbfs / 20)) for hz, dbfs in parts]
    wave = [round(sum(peak * sin(step * n) for step, peak in peaks)) for n in range(cycle)]
    once = pack(f"<{cycle}h", *(max(-32768, min(32767, value)) for value in wave))
    return (once * -(-samples // cycle))[: 2 * samples]


@lru_cache(maxsize=64)
def call_tone(name: str, country: str, codec: Codec) -> bytes:
    """One turn of `ringback`, `busy` or `beep`, in whole frames; play it again and again.

    A country that is not in the table has the European tones. Raises MediaError for another name.
    """
    if name == "beep":
        return encode(codec, sines([(1000, BEEP_DBFS)], RATE // 5))
    tones = CALL_TONES.get(country.upper(), CALL_TONES[""])
    if name not in tones:
        raise MediaError(f"no tone is called {name!r}; there are ringback, busy and beep")
    turn = b"".join(encode(codec, _stretch(*stretch)) for stretch in tones[name])
    return turn * (FRAME_OCTETS // gcd(FRAME_OCTETS, len(turn)))


def _stretch(frequencies: tuple[int, ...], ms: int) -> bytes:
    each_dbfs = CALL_TONE_DBFS - 10 * log10(max(1, len(frequencies)))
    return sines([(hz, each_dbfs) for hz in frequencies], RATE * ms // 1000)


@lru_cache(maxsize=2)
def quiet_tones(codec: Codec) -> bytes:
    """Four seconds of two soft swelling notes, where music is missing: never plain silence."""
    swell = [sin(pi * n / (2 * RATE)) ** 2 for n in range(2 * RATE)]
    notes = [array("h", sines([(hz, QUIET_DBFS + 4)], 2 * RATE)) for hz in (325, 400)]
    loud = [round(s * w) for note in notes for s, w in zip(note, swell, strict=True)]
    return encode(codec, pack(f"<{len(loud)}h", *loud))


def frequencies_of(key: str) -> tuple[int, int]:
    """The low and the high frequency of a key, Hz. Raises MediaError for what is no key."""
    for row, low in zip(KEY_GRID, ROWS_HZ, strict=True):
        if len(key) == 1 and key in row:
            return low, COLUMNS_HZ[row.index(key)]
    raise MediaError("not a telephone key")


@lru_cache(maxsize=64)
def key_tone(key: str, codec: Codec) -> bytes:
    """A key as sound: 100 ms of tone, 100 ms of silence. Raises MediaError for what is no key."""
    low, high = frequencies_of(key)
    sound = sines([(low, LOW_DBFS), (high, HIGH_DBFS)], RATE * KEY_MS // 1000)
    return encode(codec, sound + bytes(2 * RATE * KEY_GAP_MS // 1000))


# --- the ear -------------------------------------------------------------------------------------

_ALL_HZ: Final = ROWS_HZ + COLUMNS_HZ
_HOP: Final = 40  # 5 ms: four to a frame, five to a window, so a window is 25 ms
_HOPS: Final = 5
_WINDOW: Final = _HOP * _HOPS
_BIN_HZ: Final = RATE / _WINDOW
_HITS: Final = 4
_MISSES: Final = 8
_LEAST_DBFS: Final = -33.0 + DBM0_DBFS
_LEAST_POWER: Final = FULL**2 * 10 ** (_LEAST_DBFS / 10)
_TWIST_DB: Final = (-10.0, 6.0)
_OFF: Final = 0.022
_PURE: Final = 0.88
_LIKELY: Final = 0.25
_NEIGHBOURS: Final = (0.30, 0.89)
_WEIGHTS: Final = (0.2, 0.8, 1.0, 0.8, 0.2)


def _waves(hz: float, samples: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    step = 2 * pi * hz / RATE
    return tuple(cos(step * n) for n in range(samples)), tuple(
        -sin(step * n) for n in range(samples)
    )


_SHORT: Final = tuple(_waves(hz, _HOP) for hz in _ALL_HZ)
_TURNS: Final = tuple(
    tuple(
        weight * complex(cos(angle * hop), -sin(angle * hop)) for hop, weight in enumerate(_WEIGHTS)
    )
    for angle in (2 * pi * hz * _HOP / RATE for hz in _ALL_HZ)
)
_LONG: Final = tuple(
    tuple(_waves(hz + step, _WINDOW) for step in (-_BIN_HZ, 0, _BIN_HZ)) for hz in _ALL_HZ
)
_HANN: Final = tuple(0.5 - 0.5 * cos(2 * pi * (n + 0.5) / _WINDOW) for n in range(_WINDOW))
_HANN_SUM: Final = sum(_HANN)
_HANN_SQUARES: Final = sum(map(mul, _HANN, _HANN))


class _Hop:
    """5 ms of sound: its samples, energy, how alike neighbours are, and its spectrum when asked."""

    __slots__ = ("alike", "energy", "samples", "spectrum")

    def __init__(self, samples: Sequence[int]) -> None:
        self.samples = samples
        self.energy = sum(map(mul, samples, samples))
        self.alike = sum(map(mul, samples, samples[1:]))
        self.spectrum: tuple[complex, ...] = ()

    def spectral(self) -> tuple[complex, ...]:
        """The eight frequencies in these samples."""
        if not self.spectrum:
            own = self.samples
            self.spectrum = tuple(
                complex(sum(map(mul, own, even)), sum(map(mul, own, odd))) for even, odd in _SHORT
            )
        return self.spectrum


_SILENCE: Final = _Hop([0] * _HOP)


class _Sine(NamedTuple):
    """What was measured of one sine: mean square, and how far off its frequency is, Hz."""

    power: float
    off_hz: float


class ToneEar:
    """Hears keys in sound. `held` is the key that sounds now, or "".

    Feed frames of G.711 in order (from a jitter buffer). A key is told about 40 ms after it began.
    A window is 200 samples, not the 205 often seen: it holds whole frames, and a Hann window with
    an exact frequency needs no bins that fit. Cost: a tenth of a millisecond per frame of speech.
    """

    __slots__ = ("_gate", "_hits", "_hops", "_key", "_misses", "_rest", "_values", "held")

    def __init__(self, codec: Codec) -> None:
        self._values = VALUES[codec]
        self._gate = gate(codec, _LEAST_DBFS)
        self._hops: deque[_Hop] = deque(maxlen=_HOPS)
        self._rest = b""
        self._key = ""
        self._hits = self._misses = 0
        self.held = ""

    def frame(self, octets: Octets) -> str:
        """The keys that are recognised within this frame, usually none or one."""
        data = self._rest + bytes(octets)
        whole = len(data) - len(data) % _HOP
        self._rest = data[whole:]
        keys = ""
        for at in range(0, whole, _HOP):
            self._hops.append(self._hop(data[at : at + _HOP]))
            keys += self._heard(_key_in(self._hops) if len(self._hops) == _HOPS else "")
        return keys

    def _hop(self, octets: bytes) -> _Hop:
        if not octets.translate(self._gate).count(1):
            return _SILENCE
        return _Hop([self._values[octet] for octet in octets])

    def _heard(self, key: str) -> str:
        """One window more: four alike in a row begin a key, eight without it (40 ms) end it."""
        self._hits = self._hits + 1 if key and key == self._key else int(bool(key))
        self._key = key
        if key == self.held:
            self._misses = 0
            return ""
        self._misses += 1
        if self.held and self._misses >= _MISSES:
            self.held = ""
        if self._hits < _HITS:
            return ""
        self.held, self._misses = key, 0
        return key


def _key_in(hops: Sequence[_Hop]) -> str:
    """The key in 25 ms of sound, or nothing. Cheap questions first."""
    energy = sum(hop.energy for hop in hops)
    if energy < _LEAST_POWER * _WINDOW:
        return ""
    alike = sum(hop.alike for hop in hops) / energy
    if not _NEIGHBOURS[0] <= alike <= _NEIGHBOURS[1]:
        return ""
    row, column = _likely(hops)
    return KEY_GRID[row][column] if row >= 0 and _is_key(hops, row, column + 4) else ""


def _likely(hops: Sequence[_Hop]) -> tuple[int, int]:
    """The strongest row and column; (-1, -1) when they do not stand out of the sound."""
    spectra = [hop.spectral() for hop in hops]
    powers = [
        abs(sum(turn * spectrum[place] for turn, spectrum in zip(turns, spectra, strict=True))) ** 2
        for place, turns in enumerate(_TURNS)
    ]
    low, high = max(powers[:4]), max(powers[4:])
    energy = sum(w * w * hop.energy for w, hop in zip(_WEIGHTS, hops, strict=True))
    if (low + high) * 2 < _LIKELY * energy * _HOP * sum(_WEIGHTS) ** 2 / sum(
        w * w for w in _WEIGHTS
    ):
        return -1, -1
    return powers.index(low), powers.index(high, 4) - 4


def _is_key(hops: Sequence[_Hop], row: int, column: int) -> bool:
    """Whether the window is these two sines and little else, by a fine measurement."""
    samples = [value for hop in hops for value in hop.samples]
    window = list(map(mul, samples, _HANN))
    low, high = _measured(window, row), _measured(window, column)
    if min(low.power, high.power) < _LEAST_POWER:
        return False
    if abs(low.off_hz) > _OFF * _ALL_HZ[row] or abs(high.off_hz) > _OFF * _ALL_HZ[column]:
        return False
    if not _TWIST_DB[0] <= 10 * log10(high.power / low.power) <= _TWIST_DB[1]:
        return False
    whole = sum(map(mul, window, window)) / _HANN_SQUARES
    return bool(low.power + high.power >= _PURE * whole)


def _measured(window: Sequence[float], place: int) -> _Sine:
    """Power and true frequency of the sine near one of the eight frequencies.

    Through a Hann window a sine that lies d bins off has, one bin further, (1 + d) / (2 - d) of the
    magnitude: so the ratio of two magnitudes tells d, and d the loss.
    """
    below, at, above = (
        (sum(map(mul, window, even)) ** 2 + sum(map(mul, window, odd)) ** 2) ** 0.5
        for even, odd in _LONG[place]
    )
    side, sign = (above, 1) if above > below else (below, -1)
    if at <= 0:
        return _Sine(0.0, RATE)
    ratio = side / at
    bins = (2 * ratio - 1) / (ratio + 1)
    peak = at / _hann_response(bins)
    return _Sine(2 * (peak / _HANN_SUM) ** 2, sign * bins * _BIN_HZ)


def _hann_response(bins: float) -> float:
    """What a Hann window leaves of a sine that lies so many bins (-0.5..2) off."""
    if abs(bins) < 1e-6:
        return 1.0
    if abs(bins - 1) < 1e-6:
        return 0.5
    return sin(pi * bins) / (pi * bins * (1 - bins * bins))
