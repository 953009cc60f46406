"""espeak-ng: how it is called, and that Turkish and English really come out."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError
from ivr.media.loudness import SPEECH_DBFS, level_of
from ivr.media.wav import SPEECH_RATES, read_wav
from ivr.runtime.speech.espeak import MOST_AT_ONCE, Espeak
from ivr.runtime.speech.making import Kind, make

if TYPE_CHECKING:
    from pathlib import Path

SAYS_ITS_ARGUMENTS = """
import sys
text = sys.stdin.buffer.read().decode()
print("eSpeak NG 1.52.0" if "--version" in sys.argv else [*sys.argv[1:], text], end="")
"""
COUNTS_THE_LIVING = """
import os, sys, time
from pathlib import Path
mine = Path(FOLDER, str(os.getpid()))
mine.touch()
living = len(list(Path(FOLDER).iterdir()))
time.sleep(0.15)
mine.unlink()
print(living)
"""


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    return program(tmp_path / "fake-espeak", SAYS_ITS_ARGUMENTS)


def program(path: Path, code: str) -> Path:
    path.write_text(f"#!{sys.executable} -IS\n{code}", encoding="utf-8")
    path.chmod(0o700)
    return path


async def test_the_text_goes_in_by_standard_input_and_options_end(fake: Path) -> None:
    said = await Espeak(str(fake)).render("--help; $(x) ğüş", "tr", "")
    options = ["-v", "tr", "-b", "1", "--stdin", "--stdout", "--"]
    assert said.decode() == str([*options, "--help; $(x) ğüş"])


async def test_a_voice_of_its_own_choice_goes_before_the_language(fake: Path) -> None:
    said = await Espeak(str(fake)).render("a", "tr", "tr+f3")
    assert said.startswith(b"['-v', 'tr+f3'")


async def test_phonemes_are_never_read_from_a_text(fake: Path) -> None:
    said = await Espeak(str(fake)).render("a[[[b", "tr", "")
    assert b"[[" not in said[1:]


@pytest.mark.parametrize("voice", ["-w/x", "a b", "x" * 65, "ğ", "a\0b", ";"])
async def test_a_voice_that_is_no_name_is_refused(fake: Path, voice: str) -> None:
    with pytest.raises(MediaError, match="no name of a voice"):
        await Espeak(str(fake)).render("a", "tr", voice)


async def test_the_version_is_asked_once(fake: Path) -> None:
    espeak = Espeak(str(fake))
    assert await espeak.version() == "1.52.0"
    espeak._command = "gone"
    assert await espeak.version() == "1.52.0"
    assert await espeak.missing() == ""


async def test_a_missing_program_is_a_clear_error(tmp_path: Path) -> None:
    espeak = Espeak(str(tmp_path / "espeak-ng"))
    with pytest.raises(MediaError, match="espeak-ng is not installed"):
        await espeak.render("a", "tr", "")
    assert (await espeak.missing()).endswith("espeak-ng is not installed")


async def test_a_program_without_a_version_is_something_else(tmp_path: Path) -> None:
    other = program(tmp_path / "other", "print('hello')")
    with pytest.raises(MediaError, match="does not tell its version"):
        await Espeak(str(other)).version()


async def test_a_program_that_says_nothing_has_no_such_voice(tmp_path: Path) -> None:
    mute = program(tmp_path / "mute", "pass")
    with pytest.raises(MediaError, match="has no voice xx"):
        await Espeak(str(mute)).render("a", "xx", "")


async def test_a_program_that_hangs_is_killed(tmp_path: Path) -> None:
    slow = program(tmp_path / "slow", "import signal; signal.pause()")
    with pytest.raises(MediaError, match=r"killed after 0\.2 s"):
        await Espeak(str(slow), limit_s=0.2).render("a", "tr", "")


async def test_four_at_most_run_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "living"
    folder.mkdir()
    code = COUNTS_THE_LIVING.replace("FOLDER", repr(str(folder)))
    espeak = Espeak(str(program(tmp_path / "counting", code)))
    said = await asyncio.gather(*(espeak.render("a", "tr", "") for _call in range(12)))
    assert max(map(int, said)) == MOST_AT_ONCE


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [
        ("tr", "Anadolu Bank'a hoş geldiniz. Bakiyeniz on iki bin dört yüz elli beş lira.", 5.3),
        ("en", "Welcome to Anadolu Bank. Your balance is twelve thousand four hundred lira.", 4.7),
    ],
)
async def test_real_speech_has_its_length_and_its_loudness(
    real_espeak: None, language: str, text: str, seconds: float
) -> None:
    wav = await Espeak().render(text, language, "")
    made = make(Kind.SPEECH, wav)
    assert read_wav(wav, SPEECH_RATES).rate == 22050
    assert made.frames / 50 == pytest.approx(seconds, rel=0.2)
    level = level_of(read_wav(made.master).pcm)
    assert level.active_dbfs == pytest.approx(SPEECH_DBFS, abs=2)
    assert level.peak_dbfs <= -3


async def test_a_language_that_nobody_speaks_is_told(real_espeak: None) -> None:
    with pytest.raises(MediaError, match="voice"):
        await Espeak().render("a", "xx", "")
