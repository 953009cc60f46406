"""Speech: whether prompts without a recording can be said, and by whom; tried out, not assumed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.config.world import to_world
from ivr.domain.errors import MediaError
from ivr.engine.load import load_book
from ivr.media.wav import SPEECH_RATES, read_wav
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.library import read_folder
from ivr.runtime.speech.engines import open_engines
from ivr.runtime.speech.espeak import Espeak
from ivr.runtime.speech.fixed import listed, live_texts, no_engine, unrecorded
from ivr.runtime.speech.voice import PATIENT_S
from ivr.surveys.files.loading import as_flows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.config.model import Config
    from ivr.flow.model import PromptText
    from ivr.runtime.speech.voice import Speaker

OWN_SOUND = ("sip", "pyvoip")
"""Providers on whose trunks the sound is ours; the others speak themselves."""
WORD = "1"


def speech(config: Config, now: datetime, espeak: Espeak | None = None) -> Iterator[Finding]:
    """The engine of this machine, each speech server, and each language. espeak: for tests."""
    engine = espeak or Espeak()
    if not _needed(config):
        yield ok("speech", "no trunk plays sound of our own")
        return
    missing = asyncio.run(engine.missing())
    if missing:
        yield _no_engine(list(_texts(config, now)), missing)
    engines = open_engines(config, SystemClock(), engine)
    for language in config.languages:
        for speaker in engines.speakers(language):
            if speaker.engine is not engine or not missing:
                yield _tried(language, speaker, is_last=speaker.engine is engine)


def _needed(config: Config) -> bool:
    own = any(trunk.provider in OWN_SOUND for trunk in config.trunks.values())
    return own or any(voice.tts != "default" for voice in config.voices.values())


def _no_engine(texts: list[PromptText], missing: str) -> Finding:
    names = unrecorded(texts)
    filled = len({(text.language, text.name) for text in texts if text.template.inserts})
    remedy = [f"they are {listed(names)}"] if names else []
    if filled:
        remedy.append(f"{filled} more have values and need an engine")
    return warn("speech", no_engine(names), "; ".join(remedy) or missing)


def _texts(config: Config, now: datetime) -> Iterator[PromptText]:
    """The prompts of the flows on disk; none if they have mistakes, which another check tells."""
    try:
        files = read_folder(Path(config.flows.folder))
    except OSError:
        return
    book, _problems = load_book({**files, **as_flows(files)}, to_world(config, now))
    if book is not None:
        yield from live_texts(book)


def _tried(language: str, speaker: Speaker, *, is_last: bool) -> Finding:
    """Has one speaker say a word in one language. is_last: nobody could take over from it."""
    name = f"{speaker.engine.name} {speaker.voice}".strip()
    try:
        seconds, version = asyncio.run(_said(language, speaker))
    except MediaError as error:
        remedy = f"correct voices.{language}, or set the engine right"
        bad = fail if is_last else warn
        return bad("speech", f"{name} does not speak {language}: {error}", remedy)
    return ok("speech", f"{name} ({version}) speaks {language}: {seconds:.1f} s of sound")


async def _said(language: str, speaker: Speaker) -> tuple[float, str]:
    version = await speaker.engine.version()
    wav = await speaker.engine.render(WORD, language, speaker.voice, first_s=PATIENT_S)
    return read_wav(wav, SPEECH_RATES).seconds, version
