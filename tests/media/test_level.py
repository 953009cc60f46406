"""Loud or silent: the gate against the exact level, and the clock that ends a message."""

from __future__ import annotations

import random
from math import inf, pi, sin
from struct import pack
from typing import TYPE_CHECKING

import pytest

from ivr.media.g711 import SILENT_FRAME, encode
from ivr.media.level import (
    SilenceClock,
    active_level_dbfs,
    gate,
    is_sound,
    level_dbfs,
    power,
)

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
@pytest.mark.parametrize("dbfs", [-4.0, -18.0, -30.0, -45.0])
def test_the_level_of_a_sine_is_exact(codec: Codec, dbfs: float) -> None:
    assert level_dbfs(codec, sine(codec, dbfs)) == pytest.approx(dbfs, abs=0.3)


@pytest.mark.parametrize("codec", CODECS)
def test_silence_has_next_to_no_level(codec: Codec) -> None:
    assert level_dbfs(codec, SILENT_FRAME[codec]) < -70
    assert level_dbfs("pcmu", b"") == level_dbfs("pcmu", b"\xff") == -inf
    assert power("pcmu", b"") == 0


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
    assert level_dbfs("pcma", frame) == pytest.approx(-20, abs=0.3)


def test_pauses_do_not_lower_the_active_level() -> None:
    frames = [sine("pcma", -23), SILENT_FRAME["pcma"], sine("pcma", -60)] * 5
    assert active_level_dbfs("pcma", frames) == pytest.approx(-23, abs=0.3)
    assert active_level_dbfs("pcma", frames[1:2]) == -inf
    assert active_level_dbfs("pcma", []) == -inf


def test_a_clock_counts_silence_since_the_last_sound() -> None:
    clock = SilenceClock("pcmu")
    frames = [sine("pcmu", -20), SILENT_FRAME["pcmu"], None, sine("pcmu", -20), None]
    assert [clock.frame(frame) for frame in frames] == [0, 1, 2, 0, 1]
    assert clock.heard_frames == 2
