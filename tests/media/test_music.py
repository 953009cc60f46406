"""Music on hold: the same everywhere, quiet, seamless, and each caller in his own place."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest

from ivr.domain.errors import MediaError
from ivr.media.loudness import FRAME, MUSIC_DBFS, level_of
from ivr.media.music import TUNES, compose, order
from ivr.media.resample import samples_in


@pytest.fixture(scope="module")
def tunes() -> dict[str, bytes]:
    return {name: compose(name) for name in TUNES}


def test_there_are_several_tunes_of_half_a_minute_in_whole_frames(tunes: dict[str, bytes]) -> None:
    assert len(tunes) >= 2
    for name, pcm in tunes.items():
        assert len(pcm) % (2 * FRAME) == 0
        assert 20 < len(pcm) / 16000 < 40
        tune = TUNES[name]
        assert len(tune.melody.split()) == len(tune.chords) * tune.bar


def test_a_tune_is_the_same_every_time(tunes: dict[str, bytes]) -> None:
    name = min(tunes)
    assert sha256(compose(name)).digest() == sha256(tunes[name]).digest()


def test_music_is_six_decibels_below_speech_and_never_loud(tunes: dict[str, bytes]) -> None:
    for pcm in tunes.values():
        level = level_of(pcm)
        assert level.active_dbfs == pytest.approx(MUSIC_DBFS, abs=0.5)
        assert level.peak_dbfs < -10


def test_the_end_of_a_tune_runs_into_its_start_without_a_click(tunes: dict[str, bytes]) -> None:
    for pcm in tunes.values():
        numbers = samples_in(pcm)
        steps = [abs(b - a) for a, b in pairwise(numbers)]
        assert abs(numbers[0] - numbers[-1]) <= max(steps)


def test_no_tune_is_silent_for_half_a_second(tunes: dict[str, bytes]) -> None:
    for pcm in tunes.values():
        half = FRAME * 2 * 25
        pieces = [pcm[at : at + half] for at in range(0, len(pcm) - half, half)]
        assert all(level_of(piece).peak_dbfs > -45 for piece in pieces)


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(MediaError, match='no tune "loud"'):
        compose("loud")


def test_each_call_has_an_order_of_its_own_and_keeps_it() -> None:
    names = [f"track {number}" for number in range(8)]
    orders = {call: order(names, call) for call in ("A", "B", "C")}
    assert len(set(orders.values())) == 3
    assert all(sorted(each) == names for each in orders.values())
    assert order(reversed(names), "A") == orders["A"]
