"""Keys in the sound: heard when they should be, never in speech or music; and tones we make."""

from __future__ import annotations

import random
from itertools import pairwise
from math import exp, pi, sin, sqrt
from struct import pack, unpack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media import tone
from ivr.media.dtmf import EVENT_KEYS, KeySource, Way, ways
from ivr.media.g711 import decode, encode
from ivr.media.level import DBM0_DBFS, gate, is_sound
from ivr.media.tone import (
    CALL_TONES,
    ToneEar,
    call_tone,
    frequencies_of,
    key_tone,
    quiet_tones,
    sines,
)
from tests.media.levels import level_dbfs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.media.g711 import Codec

CODECS: tuple[Codec, ...] = ("pcma", "pcmu")
RATE = 8000


def heard(sound: bytes, codec: Codec = "pcma", step: int = 160) -> str:
    ear = ToneEar(codec)
    return "".join(ear.frame(sound[at : at + step]) for at in range(0, len(sound), step))


def coded(samples: Iterable[float], codec: Codec = "pcma") -> bytes:
    whole = [max(-32768, min(32767, round(value))) for value in samples]
    return encode(codec, pack(f"<{len(whole)}h", *whole))


class Line:
    """A telephone line on which somebody presses keys, well or badly. Levels in dBm0."""

    def __init__(self, seed: int, codec: Codec = "pcma") -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same line each time
        self.codec = codec

    def press(
        self,
        key: str,
        ms: float = 40,
        off: tuple[float, float] = (0, 0),
        dbm0: tuple[float, float] = (-10, -10),
        snr_db: float | None = None,
    ) -> bytes:
        """Silence of any length, the key, and 60 ms of silence; all of it noisy if wanted."""
        peaks = [32768 * sqrt(2) * 10 ** ((level + DBM0_DBFS) / 20) for level in dbm0]
        steps = [
            2 * pi * hz * (1 + by) / RATE for hz, by in zip(frequencies_of(key), off, strict=True)
        ]
        phases = [self.chance.uniform(0, 6.28) for _ in steps]
        parts = list(zip(peaks, steps, phases, strict=True))
        tone = [sum(p * sin(s * n + f) for p, s, f in parts) for n in range(round(ms * 8))]
        sound = [0.0] * self.chance.randrange(400) + tone + [0.0] * 640
        if snr_db is not None:
            rms = sqrt(sum(peak**2 / 2 for peak in peaks)) * 10 ** (-snr_db / 20)
            sound = [value + self.chance.gauss(0, rms) for value in sound]
        return coded(sound, self.codec)


# --- keys that must be heard ---------------------------------------------------------------------


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("key", EVENT_KEYS)
def test_every_key_of_40_ms_is_heard_once(key: str, codec: Codec) -> None:
    line = Line(ord(key), codec)
    assert [heard(line.press(key), codec) for _ in range(4)] == [key] * 4


@pytest.mark.parametrize("codec", CODECS)
def test_the_keys_we_make_are_heard(codec: Codec) -> None:
    sound = b"".join(key_tone(key, codec) for key in EVENT_KEYS)
    assert heard(sound, codec) == EVENT_KEYS


def test_row_77_a_key_in_mu_law_sound_where_no_events_were_offered() -> None:
    source = KeySource(ways("auto", events_agreed=False))
    keys = heard(Line(77, "pcmu").press("1", 100), "pcmu")
    assert "".join(key for key in keys if source.admit(Way.TONE)) == "1"


@pytest.mark.parametrize("low", [-0.015, 0, 0.015])
@pytest.mark.parametrize("high", [-0.015, 0, 0.015])
@pytest.mark.parametrize("twist", [(-10, -10), (-14, -10), (-10, -18), (-29, -29)])
def test_a_key_within_the_limits_is_heard(
    low: float, high: float, twist: tuple[float, float]
) -> None:
    line = Line(1)
    for key in "159D*3":
        assert heard(line.press(key, off=(low, high), dbm0=twist)) == key


@pytest.mark.parametrize("snr_db", [20, 15, 12])
def test_nearly_every_key_is_heard_in_noise(snr_db: float) -> None:
    line = Line(int(snr_db))
    keys = [line.chance.choice(EVENT_KEYS) for _ in range(60)]
    sweep = [(line.chance.uniform(-0.015, 0.015), line.chance.uniform(-0.015, 0.015)) for _ in keys]
    got = [
        heard(line.press(key, off=off, snr_db=snr_db)) for key, off in zip(keys, sweep, strict=True)
    ]
    assert got == keys


def test_40_ms_of_silence_part_two_presses_of_a_key() -> None:
    tone = sines([(770, -16), (1336, -16)], 320)
    turn = encode("pcma", tone + bytes(640))
    assert heard(turn * 5) == "55555"


@pytest.mark.parametrize("gap_ms", [5, 10, 20])
def test_a_short_break_does_not_double_a_key(gap_ms: int) -> None:
    tone = encode("pcma", sines([(770, -16), (1336, -16)], 800))
    assert heard(tone + b"\xd5" * (8 * gap_ms) + tone + b"\xd5" * 800) == "5"


def test_a_key_that_slides_into_another_is_two_keys() -> None:
    sound = b"".join(encode("pcma", sines([(hz, -16), (1336, -16)], 800)) for hz in (697, 852))
    assert heard(sound + b"\xd5" * 800) == "28"


def test_a_long_key_is_held_and_told_once_within_55_ms() -> None:
    ear = ToneEar("pcma")
    sound = encode("pcma", sines([(941, -16), (1477, -16)], 8000)) + b"\xd5" * 480
    told = [ear.frame(sound[at : at + 160]) for at in range(0, 8000, 160)]
    assert "".join(told) == "#"
    assert told.index("#") <= 2
    assert ear.held == "#"
    assert not any(ear.frame(sound[at : at + 160]) for at in range(8000, 8480, 160))
    assert ear.held == ""


@given(st.integers(1, 400))
@settings(max_examples=10)
def test_frames_may_have_any_length(step: int) -> None:
    assert heard(key_tone("7", "pcma") + key_tone("A", "pcma"), "pcma", step) == "7A"


# --- what must not be heard ----------------------------------------------------------------------


@pytest.mark.parametrize("off", [(0.035, 0), (-0.035, 0), (0, 0.035), (0, -0.035), (0.05, 0.05)])
def test_a_tone_3_5_percent_off_is_no_key(off: tuple[float, float]) -> None:
    line = Line(3)
    assert "".join(heard(line.press(key, 200, off)) for key in EVENT_KEYS) == ""


@pytest.mark.parametrize("ms", [5, 10, 20, 23])
def test_a_short_tone_is_no_key(ms: float) -> None:
    line = Line(4)
    assert "".join(heard(line.press(key, ms)) for key in EVENT_KEYS) == ""


@pytest.mark.parametrize("dbm0", [(-10, -1), (-1, -14), (-40, -40), (-10, -90), (-90, -10)])
def test_an_uneven_faint_or_single_tone_is_no_key(dbm0: tuple[float, float]) -> None:
    line = Line(5)
    assert "".join(heard(line.press(key, 100, dbm0=dbm0)) for key in EVENT_KEYS) == ""


@pytest.mark.parametrize("extra_hz", [300, 500, 1100, 2000, 2672])
def test_two_right_tones_with_a_third_are_no_key(extra_hz: int) -> None:
    sound = sines([(770, -16), (1336, -16), (extra_hz, -20)], 1600)
    assert heard(encode("pcma", sound)) == ""


def test_call_tones_beeps_and_our_quiet_tones_are_no_keys() -> None:
    for country in CALL_TONES:
        for name in ("ringback", "busy", "beep"):
            assert heard(call_tone(name, country, "pcma")) == ""
    assert heard(quiet_tones("pcmu"), "pcmu") == ""


def voice(chance: random.Random, seconds: float) -> list[float]:
    """Something like a voice: pulses of a gliding pitch through two resonances, and hisses."""
    out: list[float] = []
    while len(out) < seconds * RATE:
        pitch, glide = chance.uniform(80, 350), chance.uniform(-40, 40)
        formants = [(chance.uniform(250, 900), 80), (chance.uniform(900, 2300), 120)]
        poles = [(2 * exp(-pi * w / RATE), f, exp(-2 * pi * w / RATE)) for f, w in formants]
        states = [[0.0, 0.0] for _ in poles]
        hiss, phase = chance.random() < 0.2, 0.0
        for n in range(chance.randrange(600, 2400)):
            phase += (pitch + glide * n / 2400) / RATE
            value = chance.gauss(0, 1) if hiss else chance.gauss(0, 0.02) + 4 * (phase >= 1)
            phase -= phase >= 1
            for (gain, hz, damp), state in zip(poles, states, strict=True):
                value += gain * sin(pi / 2 - 2 * pi * hz / RATE) * state[0] - damp * state[1]
                state[1], state[0] = state[0], value
            out.append(value)
    peak = max(map(abs, out))
    return [16000 * value / peak for value in out]


def music(chance: random.Random, seconds: float) -> list[float]:
    """Chords and a melody of plucked and blown notes, each with its harmonics."""
    out = [0.0] * round(seconds * RATE)
    for _part in range(3):
        at = 0
        while at < len(out):
            hz, length = 110 * 2 ** (chance.randrange(36) / 12), chance.choice((2000, 4000))
            fade = chance.choice((0.0, 0.0005))
            waves = [(2 * pi * hz * k / RATE, 3000 / k) for k in range(1, 5) if hz * k < 3800]
            note = [
                sum(a * sin(w * n) for w, a in waves) for n in range(min(length, len(out) - at))
            ]
            for n, value in enumerate(note):
                out[at + n] += value * exp(-fade * n)
            at += length
    return out


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(3))
def test_voices_make_no_keys(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same voice each time
    assert heard(coded(voice(chance, 20))) == ""


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(2))
def test_music_makes_no_keys(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same music each time
    assert heard(coded(music(chance, 20))) == ""


@pytest.mark.parametrize("rms", [30, 300, 3000, 20000])
def test_noise_makes_no_keys(rms: float) -> None:
    chance = random.Random(6)  # noqa: S311 - the same noise each time
    assert heard(coded(chance.gauss(0, rms) for _ in range(16000))) == ""


# --- tones that are made -------------------------------------------------------------------------


def shape(sound: bytes, codec: Codec) -> list[tuple[bool, int]]:
    """Sound and silence in turn, with their lengths in ms."""
    table, runs = gate(codec), list[tuple[bool, int]]()
    for at in range(0, len(sound), 40):
        on = is_sound(sound[at : at + 40], table)
        if runs and runs[-1][0] == on:
            runs[-1] = on, runs[-1][1] + 5
        else:
            runs.append((on, 5))
    return runs


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("ringback", "TR", [(True, 2000), (False, 4000)]),
        ("ringback", "tr", [(True, 2000), (False, 4000)]),
        ("ringback", "AZ", [(True, 1000), (False, 4000)]),
        ("ringback", "", [(True, 1000), (False, 4000)]),
        ("ringback", "GB", [(True, 400), (False, 200), (True, 400), (False, 2000)]),
        ("busy", "TR", [(True, 500), (False, 500)]),
        ("busy", "AZ", [(True, 500), (False, 500)]),
        ("beep", "TR", [(True, 200)]),
    ],
)
def test_a_call_tone_has_the_cadence_of_its_country(
    name: str, country: str, expected: list[tuple[bool, int]], codec: Codec
) -> None:
    sound = call_tone(name, country, codec)
    turns = sound[: 8 * sum(ms for _, ms in expected)]
    assert shape(turns, codec) == expected
    assert len(sound) % 160 == 0
    assert sound == turns * (len(sound) // len(turns))


def test_every_call_tone_is_whole_frames_at_a_bearable_level() -> None:
    for country in CALL_TONES:
        for name in ("ringback", "busy"):
            sound = call_tone(name, country, "pcma")
            assert len(sound) % 160 == 0
            assert level_dbfs("pcma", sound[:1600]) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize(("country", "hz"), [("TR", 450), ("", 425), ("AZ", 425), ("FR", 440)])
def test_a_ringback_has_the_pitch_of_its_country(country: str, hz: int) -> None:
    samples = unpack("<8000h", decode("pcma", call_tone("ringback", country, "pcma")[:8000]))
    rises = sum(a < 0 <= b for a, b in pairwise(samples))
    assert rises == pytest.approx(hz, abs=1)


def test_a_beep_is_1000_hz_at_minus_18() -> None:
    beep = call_tone("beep", "", "pcma")
    assert level_dbfs("pcma", beep) == pytest.approx(-18, abs=0.2)


def test_an_unknown_tone_is_refused() -> None:
    with pytest.raises(MediaError, match="ringback"):
        call_tone("gong", "TR", "pcma")


@pytest.mark.parametrize("codec", CODECS)
def test_the_quiet_tones_are_soft_and_begin_and_end_in_silence(codec: Codec) -> None:
    sound = quiet_tones(codec)
    assert len(sound) == 32000
    assert level_dbfs(codec, sound) == pytest.approx(-38, abs=1)
    assert level_dbfs(codec, sound[:160]) < -60
    assert level_dbfs(codec, sound[-160:]) < -60


@pytest.mark.parametrize("key", ["", "E", "12", "٣"])
def test_what_is_no_key_has_no_tone(key: str) -> None:
    with pytest.raises(MediaError):
        key_tone(key, "pcma")


@given(st.integers(0, 500))
def test_silence_is_made_of_zeros(samples: int) -> None:
    assert sines([], samples) == bytes(2 * samples)


def test_a_sine_exactly_one_bin_off_is_measured_and_nothing_is_no_sine() -> None:
    wave = [1000 * sin(2 * pi * (697 + 40) * n / RATE) for n in range(200)]
    window = [value * weight for value, weight in zip(wave, tone._HANN, strict=True)]
    measured = tone._measured(window, 0)
    assert measured.off_hz == pytest.approx(40, abs=0.1)
    assert measured.power == pytest.approx(500_000, rel=0.01)
    assert tone._hann_response(1.0) == 0.5
    assert tone._measured([0.0] * 200, 0).power == 0
