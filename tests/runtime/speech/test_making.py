"""From a WAV file to what is played: whole frames, three files of one length, one loudness."""

from __future__ import annotations

from array import array
from math import pi, sin

import pytest

from ivr.domain.errors import MediaError
from ivr.media.g711 import SILENCE, alaw_decode, ulaw_decode
from ivr.media.loudness import MUSIC_DBFS, SPEECH_DBFS, level_of
from ivr.media.resample import samples_out
from ivr.media.wav import Clip, read_wav, write_wav
from ivr.runtime.speech.making import Kind, make


def tone(seconds: float, rate: int, loud: int = 1000, before_s: float = 0.0) -> bytes:
    turns = (2 * pi * 440 * index / rate for index in range(round(seconds * rate)))
    numbers = array("h", bytes(2 * round(before_s * rate)))
    numbers.extend(round(loud * sin(turn)) for turn in turns)
    return write_wav(Clip(samples_out(numbers), rate))


@pytest.mark.parametrize("kind", [Kind.SPEECH, Kind.RECORDING, Kind.MUSIC])
@pytest.mark.parametrize("rate", [8000, 16000, 48000])
def test_all_files_have_the_same_whole_frames(kind: Kind, rate: int) -> None:
    made = make(kind, tone(0.333, rate))
    assert made.frames == 17
    assert len(made.alaw) == len(made.ulaw) == 17 * 160
    assert len(read_wav(made.master).pcm) == 17 * 320


def test_the_rest_of_the_last_frame_is_silence() -> None:
    made = make(Kind.RECORDING, tone(0.021, 8000))
    assert (made.alaw[-1], made.ulaw[-1]) == (SILENCE["pcma"], SILENCE["pcmu"])


@pytest.mark.parametrize(
    ("kind", "dbfs"),
    [(Kind.SPEECH, SPEECH_DBFS), (Kind.RECORDING, SPEECH_DBFS), (Kind.MUSIC, MUSIC_DBFS)],
)
def test_each_kind_has_its_loudness_in_both_laws(kind: Kind, dbfs: float) -> None:
    made = make(kind, tone(0.4, 16000))
    for pcm in (read_wav(made.master).pcm, alaw_decode(made.alaw), ulaw_decode(made.ulaw)):
        assert level_of(pcm).active_dbfs == pytest.approx(dbfs, abs=0.3)


def test_only_an_engine_loses_its_silence() -> None:
    late = tone(0.2, 8000, before_s=1.0)
    assert make(Kind.SPEECH, late).frames == 17
    assert make(Kind.RECORDING, late).frames == 60


def test_engines_may_have_rates_that_recordings_may_not() -> None:
    assert make(Kind.SPEECH, tone(0.1, 22050)).frames == 5
    with pytest.raises(MediaError, match=r"22\.05 kHz"):
        make(Kind.RECORDING, tone(0.1, 22050))


def test_a_tune_is_named_and_silence_is_counted() -> None:
    assert make(Kind.SILENCE, b"3").alaw == bytes([SILENCE["pcma"]]) * 480
    for kind, data in (
        (Kind.SILENCE, b"0"),
        (Kind.SILENCE, b"-1"),
        (Kind.SILENCE, b"99999"),
        (Kind.TUNE, b"\xff"),
    ):
        with pytest.raises(MediaError):
            make(kind, data)
