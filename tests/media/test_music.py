"""Music on hold: the same everywhere, quiet, seamless, and each caller in his own place."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.loudness import FRAME, MUSIC_DBFS, level_of
from ivr.media.music import RADIO, TUNES, Place, Track, after, compose, order
from ivr.media.resample import samples_in

TRACKS = tuple(Track(f"t{number}", 10 + number) for number in range(5))
TRACK_LISTS = st.lists(st.integers(0, 9), min_size=1, max_size=6).map(
    lambda lengths: tuple(Track(str(index), frames) for index, frames in enumerate(lengths))
)


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
    orders = {order(TRACKS, f"call-{number}") for number in range(50)}
    assert len(orders) > 20
    assert all(sorted(one, key=lambda track: track.name) == list(TRACKS) for one in orders)
    assert order(TRACKS, "call-1") == order(TRACKS[::-1], "call-1")
    assert order(TRACKS, RADIO) == order(TRACKS, RADIO)


def test_music_goes_on_where_it_was_and_round_and_round() -> None:
    tracks = (Track("a", 3), Track("b", 2))
    walked = [after(tracks, Place(), frames) for frames in range(6)]
    assert walked == [Place(0, 0), Place(0, 1), Place(0, 2), Place(1, 0), Place(1, 1), Place()]


@given(TRACK_LISTS, st.integers(0, 60), st.integers(0, 60))
def test_two_steps_are_one_long_step(tracks: tuple[Track, ...], one: int, two: int) -> None:
    if not sum(track.frames for track in tracks):
        with pytest.raises(MediaError, match="no music"):
            after(tracks, Place(), one)
        return
    place = after(tracks, after(tracks, Place(), one), two)
    assert place == after(tracks, Place(), one + two)
    assert place.frame < tracks[place.track].frames
