"""Loud or silent: the gate against sound of a known level."""

from __future__ import annotations

import random
from math import pi, sin
from struct import pack
from typing import TYPE_CHECKING

import pytest

from ivr.media.g711 import SILENT_FRAME, encode
from ivr.media.level import gate, is_sound, spoken_s
from ivr.media.wav import Clip

if TYPE_CHECKING:
    from ivr.media.g711 import Codec

CODECS: tuple[Codec, ...] = ("pcma", "pcmu")


def sine(codec: Codec, dbfs: float, hz: float = 400) -> bytes:
    peak = 32768 * 2**0.5 * 10 ** (dbfs / 20)
    return encode(
        codec, pack("<160h", *(round(peak * sin(pi * hz * n / 4000)) for n in range(160)))
    )


def noise(codec: Codec, dbfs: float, seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - the same noise each time
    rms = 32768 * 10 ** (dbfs / 20)
    return encode(codec, pack("<160h", *(round(chance.gauss(0, rms)) for _ in range(160))))


@pytest.mark.parametrize("codec", CODECS)
def test_the_gate_opens_at_its_level_give_or_take_three_decibels(codec: Codec) -> None:
    table = gate(codec, -45)
    for seed in range(20):
        assert is_sound(noise(codec, -42, seed), table)
        assert not is_sound(noise(codec, -48, seed), table)
    assert is_sound(sine(codec, -43), table)
    assert not is_sound(sine(codec, -49), table)


@pytest.mark.parametrize("codec", CODECS)
def test_nothing_and_silence_are_no_sound(codec: Codec) -> None:
    assert not is_sound(SILENT_FRAME[codec], gate(codec))
    assert not is_sound(b"", gate(codec))


def test_a_view_of_a_buffer_is_measured_as_well() -> None:
    frame = memoryview(bytearray(sine("pcma", -20)))
    assert is_sound(frame, gate("pcma"))


@pytest.mark.parametrize("rate", [8000, 16000])
def test_speech_ends_with_its_last_loud_frame(rate: int) -> None:
    loud, quiet = b"\x10\x20\xf0\xdf" * (rate // 2), bytes(2 * rate)
    assert spoken_s(Clip(quiet + loud + quiet * 3, rate)) == pytest.approx(2.0, abs=0.02)
    assert spoken_s(Clip(loud, rate)) == 1.0
    assert spoken_s(Clip(quiet, rate)) == 0.0
    assert spoken_s(Clip(b"", rate)) == 0.0
