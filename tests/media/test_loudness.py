"""Loudness: every prompt at one level, no peak too high, no long silence at the ends."""

from __future__ import annotations

from array import array
from math import inf, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.loudness import (
    FRAME,
    MUSIC_DBFS,
    PEAK_DBFS,
    SPEECH_DBFS,
    Level,
    level_of,
    levelled,
    trimmed,
)
from ivr.media.resample import samples_in, samples_out


def tone(dbfs: float, frames: int = 10) -> bytes:
    """A tone of 500 Hz whose root mean square is so many dB of full scale."""
    loud = 32768 * 10 ** (dbfs / 20) * 2**0.5
    turns = (2 * pi * index / 16 for index in range(frames * FRAME))
    return samples_out(array("h", [round(loud * sin(turn)) for turn in turns]))


def silence(frames: int) -> bytes:
    return bytes(2 * FRAME * frames)


@pytest.mark.parametrize("dbfs", [-40.0, -23.0, -10.0, -3.1])
def test_a_tone_has_the_level_it_was_made_with(dbfs: float) -> None:
    level = level_of(tone(dbfs))
    assert level.active_dbfs == pytest.approx(dbfs, abs=0.05)
    assert level.peak_dbfs == pytest.approx(dbfs + 3.01, abs=0.05)


def test_silence_between_words_does_not_count() -> None:
    assert level_of(silence(50) + tone(-20) + silence(50)).active_dbfs == pytest.approx(
        -20, abs=0.1
    )


@pytest.mark.parametrize("rate", [16000, 24000, 48000])
def test_a_level_is_the_same_at_every_rate_and_length(rate: int) -> None:
    samples = samples_in(tone(-30) * 80)
    wide = samples_out(array("h", [each for each in samples for _ in range(rate // 8000)]))
    assert level_of(wide, rate).active_dbfs == pytest.approx(-30, abs=0.05)
    assert level_of(tone(-30) * 80).active_dbfs == pytest.approx(-30, abs=0.05)


def test_sound_that_never_opens_the_gate_is_far_off_and_an_empty_line_is_silence() -> None:
    assert level_of(tone(-50)).off_db == -22
    assert level_of(tone(-50)).is_far_off
    assert level_of(tone(-70)).off_db == 0


def test_silence_has_no_level_and_is_left_alone() -> None:
    assert level_of(silence(3)) == Level(-inf, -inf)
    assert level_of(b"") == Level(-inf, -inf)
    assert Level(-inf, -inf).off_db == 0
    assert levelled(silence(3)) == silence(3)
    assert levelled(tone(-50)) == tone(-50)


@pytest.mark.parametrize("dbfs", [-44.0, -30.0, -5.0])
@pytest.mark.parametrize("target", [SPEECH_DBFS, MUSIC_DBFS])
def test_every_file_comes_to_the_wanted_level(dbfs: float, target: float) -> None:
    level = level_of(levelled(tone(dbfs), target))
    assert level.active_dbfs == pytest.approx(target, abs=0.2)


def test_a_peak_wins_over_the_level() -> None:
    numbers = samples_in(tone(-40, 50))
    numbers[1000] = 32767
    level = level_of(levelled(samples_out(numbers)))
    assert level.peak_dbfs == pytest.approx(PEAK_DBFS, abs=0.01)
    assert level.active_dbfs < SPEECH_DBFS


def test_a_file_far_off_is_told_of() -> None:
    assert [level_of(tone(dbfs)).is_far_off for dbfs in (-36.0, -30.0, -12.0, -10.0)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("before", "kept"), [(0, 0), (5, 5), (7, 7), (8, 7), (100, 7)])
def test_silence_at_both_ends_is_cut_to_seven_frames(before: int, kept: int) -> None:
    word = tone(-23) + silence(30) + tone(-23)
    out = trimmed(silence(before) + word + silence(before))
    assert out == silence(kept) + word + silence(kept)


def test_silence_alone_is_not_cut_to_nothing() -> None:
    assert trimmed(silence(20)) == silence(20)


@pytest.mark.unmeasured
@given(
    st.lists(
        st.tuples(st.integers(0, 30000), st.integers(1, 12)).map(lambda pair: pair), max_size=12
    ),
    st.integers(0, 200),
)
def test_the_gain_is_one_for_the_whole_and_never_clips(
    parts: list[tuple[int, int]], tail: int
) -> None:
    numbers = array("h")
    for loud, frames in parts:
        numbers.extend([loud, -loud] * (FRAME // 2 * frames))
    numbers.extend([1] * tail)
    out = samples_in(levelled(samples_out(numbers)))
    peak = max((abs(number) for number in out), default=0)
    assert peak <= 32768 * 10 ** (PEAK_DBFS / 20) + 1 or out == numbers
    top = max(range(len(numbers)), key=lambda index: abs(numbers[index]), default=0)
    gain = out[top] / numbers[top] if peak > 1000 else 1.0
    if peak > 1000:
        assert all(abs(made - gain * was) <= 2 for was, made in zip(numbers, out, strict=True))


@given(st.integers(200, 30000), st.integers(1, 30), st.integers(0, 30))
def test_speech_of_one_strength_comes_within_two_decibels(
    loud: int, frames: int, pause: int
) -> None:
    sound = array("h", [loud, -loud] * (FRAME // 2 * frames))
    out = levelled(silence(pause) + samples_out(sound) + silence(pause))
    assert level_of(out).active_dbfs == pytest.approx(SPEECH_DBFS, abs=2)
