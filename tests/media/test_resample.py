"""Resampling: what is heard stays, what would whistle goes, time does not shift."""

from __future__ import annotations

import sys
from array import array
from math import cos, log10, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE
from ivr.media.resample import clipped, samples_in, samples_out, to_8k, whole
from ivr.media.wav import SPEECH_RATES

RATES = [rate for rate in SPEECH_RATES if rate != RATE]
LOUD = 10000


def tone(hertz: float, rate: int, count: int) -> bytes:
    turns = (2 * pi * hertz * index / rate for index in range(count))
    return samples_out(array("h", [round(LOUD * sin(turn)) for turn in turns]))


def strength(pcm: bytes, hertz: float) -> float:
    """How strong a tone is in the middle of a sound, in dB of the tone that went in."""
    middle = samples_in(pcm)[80:-80]
    turns = [2 * pi * hertz * index / RATE for index in range(len(middle))]
    sine = sum(value * sin(turn) for value, turn in zip(middle, turns, strict=True))
    cosine = sum(value * cos(turn) for value, turn in zip(middle, turns, strict=True))
    return 20 * log10(2 * (sine**2 + cosine**2) ** 0.5 / len(middle) / LOUD + 1e-9)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [100, 1000, 3300])
def test_what_the_telephone_carries_stays_as_strong(rate: int, hertz: int) -> None:
    out = to_8k(tone(hertz, rate, rate // 10), rate)
    assert len(out) == 2 * RATE // 10
    assert strength(out, hertz) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [4400, 5200, 7000])
def test_what_is_too_high_leaves_no_whistle(rate: int, hertz: int) -> None:
    out = to_8k(tone(hertz, rate, rate // 10), rate)
    assert strength(out, abs(RATE - hertz)) < -55


@pytest.mark.parametrize("rate", RATES)
def test_a_click_stays_where_it_was(rate: int) -> None:
    numbers = array("h", bytes(2 * (rate // 10)))
    numbers[rate // 20] = 30000
    out = samples_in(to_8k(samples_out(numbers), rate))
    assert max(range(len(out)), key=lambda index: abs(out[index])) == RATE // 20


@pytest.mark.parametrize("rate", RATES)
def test_stillness_at_any_level_stays(rate: int) -> None:
    numbers = array("h", [12345] * (rate // 20))
    out = samples_in(to_8k(samples_out(numbers), rate))
    assert set(out[80:-80]) == {12345}


def test_what_is_at_eight_thousand_already_is_left_alone() -> None:
    assert to_8k(b"\1\2\3\4", RATE) == b"\1\2\3\4"


@pytest.mark.parametrize("rate", [0, 7999, 11025 * 5, 47999])
def test_a_rate_that_cannot_be_worked_with_is_refused(rate: int) -> None:
    with pytest.raises(MediaError, match="cannot be brought to 8000"):
        to_8k(bytes(4), rate)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(MediaError, match="half a sample"):
        to_8k(b"\1\2\3", 16000)


@given(st.lists(st.integers(-32768, 32767), max_size=300), st.sampled_from(RATES))
def test_any_sound_keeps_its_length_and_its_bounds(numbers: list[int], rate: int) -> None:
    pcm = samples_out(array("h", numbers))
    out = samples_in(to_8k(pcm, rate))
    assert len(out) == -(-len(numbers) * RATE // rate)


def test_a_sample_is_rounded_and_kept_within_sixteen_bits() -> None:
    values = (40000.0, -40000.0, 1.6, 32767.4, -32768.4)
    assert [clipped(value) for value in values] == [32767, -32768, 2, 32767, -32768]
    assert whole(values) == array("h", map(clipped, values))
    assert whole([1.6, -2.5]) == array("h", [2, -2])
    assert whole([]) == array("h")


def test_octets_are_little_endian_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(samples_in(b"\1\2")) == [0x0201]
    other = {"little": "big", "big": "little"}[sys.byteorder]
    monkeypatch.setattr(sys, "byteorder", other)
    assert list(samples_in(b"\1\2")) == [0x0102]
    assert samples_out(samples_in(b"\1\2")) == b"\1\2"
