"""Prompts as sound: the recording, the shelf, the engines in their order, once for all."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import Prompt
from ivr.domain.errors import MediaError
from ivr.media.loudness import MUSIC_DBFS, level_of
from ivr.media.music import TUNES
from ivr.media.wav import Clip, read_wav, write_wav
from ivr.runtime.speech.engines import Engines
from ivr.runtime.speech.espeak import Espeak
from ivr.runtime.speech.memory import MemoryVoice
from ivr.runtime.speech.prompts import TOLD_EVERY, Sounds, speech_key
from ivr.runtime.speech.shelf import Shelf
from ivr.runtime.speech.voice import FIRST_SOUND_S, PATIENT_S, Speaker

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.speech.voice import Voice
    from ivr.runtime.speech.workshop import Workshop
    from ivr.runtime.tasks import Tasks

HELLO = Prompt("hello", "tr", "Merhaba, hoş geldiniz.", 2.0)
RECORDING = write_wav(Clip(b"\1\2" * 4000, 8000))
RECORDED = Prompt("logo", "tr", "", 0.5, audio=sha256(RECORDING).hexdigest())


class Broken(MemoryVoice):
    """An engine that fails. away: already when it is asked for its version."""

    name = "broken"

    def __init__(self, *, away: bool = False) -> None:
        super().__init__()
        self.away = away
        self.limits: list[float] = []

    async def version(self) -> str:
        if self.away:
            raise MediaError("cannot be reached")
        return "1"

    async def render(
        self, text: str, language: str, voice: str, *, first_s: float = FIRST_SOUND_S
    ) -> bytes:
        self.limits.append(first_s)
        raise MediaError("too slow")


class Better(MemoryVoice):
    """An engine under another name that can go away."""

    name = "better"
    away = False

    async def version(self) -> str:
        if self.away:
            raise MediaError("cannot be reached")
        return "2"


def sounds(shelf: Shelf, tasks: Tasks, *voices: Voice) -> Sounds:
    speakers = tuple(Speaker(voice) for voice in voices)
    engines = Engines({"tr": speakers}, speakers[-1])
    return Sounds(shelf, engines, {RECORDED.audio: RECORDING}.get, tasks)


@pytest.fixture
def voice() -> MemoryVoice:
    return MemoryVoice(440.0)


async def test_a_prompt_is_said_once_and_then_ready(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    speech = sounds(shelf, tasks, voice)
    assert speech.ready(HELLO) is None
    sound = await speech.sound(HELLO)
    assert speech.ready(HELLO) == await speech.sound(HELLO) == sound
    assert voice.said == [HELLO.text]
    assert sound.seconds == pytest.approx(len(HELLO.text) / 14, abs=0.02)


async def test_callers_at_the_same_time_share_one_making(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    speech = sounds(shelf, tasks, voice)
    found = await asyncio.gather(*(speech.sound(HELLO) for _caller in range(10)))
    assert len(set(found)) == 1
    assert len(voice.said) == 1


async def test_a_restart_says_nothing_again(
    shelf: Shelf, workshop: Workshop, tasks: Tasks, voice: MemoryVoice, tmp_path: Path
) -> None:
    sound = await sounds(shelf, tasks, voice).sound(HELLO)
    again = Shelf(workshop, tmp_path / "speech")
    await again.open()
    assert await sounds(again, tasks, voice).sound(HELLO) == sound
    assert len(voice.said) == 1


async def test_a_recording_goes_before_every_engine(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    speech = sounds(shelf, tasks, voice)
    sound = await speech.sound(RECORDED)
    assert (sound.frames, sound.stem.name, voice.said) == (25, RECORDED.audio, [])
    assert speech.ready(RECORDED) == await speech.sound(RECORDED) == sound


async def test_a_recording_that_is_in_no_version_is_an_error(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    unknown = Prompt("x", "tr", "", 1.0, audio="ab" * 32)
    with pytest.raises(MediaError, match="recording of prompt x is in no version"):
        await sounds(shelf, tasks, voice).sound(unknown)


async def test_an_engine_that_fails_gives_way_to_the_next(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    broken = Broken()
    speech = sounds(shelf, tasks, broken, voice)
    await speech.sound(HELLO)
    await speech.sound(HELLO)
    assert broken.limits == [FIRST_SOUND_S] * 2
    assert len(voice.said) == 1


async def test_what_an_engine_said_is_heard_while_it_is_away(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    better = Better()
    sound = await sounds(shelf, tasks, better, voice).sound(HELLO)
    better.away = True
    after_restart = sounds(shelf, tasks, better, voice)
    assert await after_restart.sound(HELLO) == sound
    assert voice.said == []


async def test_when_nobody_can_say_it_every_reason_is_told(shelf: Shelf, tasks: Tasks) -> None:
    speech = sounds(shelf, tasks, Broken(), Broken(away=True), Espeak("no-espeak"))
    with pytest.raises(MediaError) as failed:
        await speech.sound(HELLO)
    assert str(failed.value) == (
        "prompt hello (tr) cannot be said: broken: too slow; broken: too slow; "
        "espeak: no-espeak is not installed"
    )


async def test_a_prompt_without_words_is_a_moment_of_silence(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    sound = await sounds(shelf, tasks, voice).sound(Prompt("none", "tr", " \n", 0.0))
    assert (sound.frames, voice.said) == (1, [])


async def test_damage_under_way_is_mended(shelf: Shelf, tasks: Tasks, voice: MemoryVoice) -> None:
    speech = sounds(shelf, tasks, voice)
    sound = await speech.sound(HELLO)
    sound.alaw.write_bytes(b"short")
    assert speech.ready(HELLO) is None
    assert await speech.sound(HELLO) == sound
    assert sound.alaw.stat().st_size == sound.frames * 160


async def test_prompts_are_made_ahead_patiently_and_the_log_tells(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    broken = Broken()
    prompts = [Prompt(f"p{n}", "tr", f"n {n}", 1.0) for n in range(TOLD_EVERY)] + [RECORDED]
    speech = sounds(shelf, tasks, broken, voice)
    ahead = await speech.preload(prompts)
    assert (ahead.ready, ahead.lacking) == (TOLD_EVERY + 1, ())
    assert set(broken.limits) == {PATIENT_S}
    assert [record.message for record in caplog.records] == ["prompts_being_made", "prompts_ready"]


async def test_a_server_without_an_engine_says_so_once(
    shelf: Shelf, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    prompts = [Prompt(f"p{n}", "tr", f"n {n}", 1.0) for n in range(14)] + [RECORDED]
    ahead = await sounds(shelf, tasks, Espeak("no-espeak")).preload(prompts)
    assert (ahead.ready, len(ahead.lacking)) == (1, 14)
    [record] = [each for each in caplog.records if each.levelname == "WARNING"]
    facts = vars(record)["facts"]
    assert facts["reason"] == (
        "no speech engine: install espeak-ng or record the 14 prompts listed"
    )
    assert facts["prompts"].startswith("tr/p0, tr/p1, ")


async def test_one_prompt_that_fails_does_not_stop_the_others(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice, caplog: pytest.LogCaptureFixture
) -> None:
    long = Prompt("long", "tr", "a" * 4000, 1.0)
    ahead = await sounds(shelf, tasks, voice).preload([long, HELLO])
    assert (ahead.ready, ahead.lacking) == (1, ("tr/long",))
    [record] = [each for each in caplog.records if each.levelname == "WARNING"]
    assert "4000 characters" in vars(record)["facts"]["reason"]


async def test_without_music_of_their_own_callers_hear_our_tunes(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    speech = sounds(shelf, tasks, voice)
    music = await speech.music([b"no music"])
    assert len(set(music)) == len(TUNES)
    assert await speech.music() == music


async def test_music_of_their_own_is_levelled_as_music(
    shelf: Shelf, tasks: Tasks, voice: MemoryVoice
) -> None:
    speech = sounds(shelf, tasks, voice)
    wav = await voice.render("a" * 14, "tr", "")
    [sound] = await speech.music([wav, b"no music"])
    master = read_wav(sound.stem.with_suffix(".wav").read_bytes())
    assert level_of(master.pcm).active_dbfs == pytest.approx(MUSIC_DBFS, abs=0.5)


def test_the_key_depends_on_everything_that_changes_the_sound() -> None:
    voice = MemoryVoice()
    keys = {
        speech_key("a", "tr", Speaker(voice), "1"),
        speech_key("b", "tr", Speaker(voice), "1"),
        speech_key("a", "en", Speaker(voice), "1"),
        speech_key("a", "tr", Speaker(voice, "f3"), "1"),
        speech_key("a", "tr", Speaker(voice), "2"),
        speech_key("a", "tr", Speaker(Broken()), "1"),
    }
    assert len(keys) == 6
