"""The voice of tests: as long as the text, silent or a tone."""

from __future__ import annotations

import pytest

from ivr.media.loudness import level_of
from ivr.media.wav import read_wav
from ivr.runtime.speech.memory import MemoryVoice


async def test_silence_lasts_as_long_as_the_text() -> None:
    voice = MemoryVoice()
    clip = read_wav(await voice.render("a" * 28, "tr", ""))
    assert (clip.seconds, set(clip.pcm)) == (2.0, {0})
    assert voice.said == ["a" * 28]


async def test_a_tone_can_be_heard_and_has_a_version_of_its_own() -> None:
    voice = MemoryVoice(440.0)
    clip = read_wav(await voice.render("hello", "tr", ""))
    assert level_of(clip.pcm).peak_dbfs == pytest.approx(-12.2, abs=0.2)
    assert (await voice.version(), await MemoryVoice().version()) == ("440", "0")
