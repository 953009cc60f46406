"""Gives the sound of a prompt: recorded, made before, or made now by the first engine that can."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE
from ivr.media.music import TUNES
from ivr.runtime.speech.fixed import listed, no_engine
from ivr.runtime.speech.flights import Flights
from ivr.runtime.speech.making import PIPELINE, Kind
from ivr.runtime.speech.voice import FIRST_SOUND_S, PATIENT_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.domain.call import Prompt
    from ivr.runtime.speech.engines import Engines
    from ivr.runtime.speech.shelf import Shelf, Sound
    from ivr.runtime.speech.voice import Speaker, Voice
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
Recorded = Callable[[str], bytes | None]
"""A recorded file by the hex SHA-256 of its octets."""
AHEAD_AT_ONCE = 2
"""One less than the workshop has places: a caller finds one free."""
TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Ahead:
    """How the making of prompts ahead of the calls went. lacking: `tr/welcome` of those mute."""

    ready: int
    lacking: tuple[str, ...]


def speech_key(text: str, language: str, speaker: Speaker, version: str) -> str:
    """The name under which a spoken text is kept: SHA-256 of canonical JSON (sip-media.md 10)."""
    what = [text, language, speaker.voice, speaker.engine.name, version, RATE, PIPELINE]
    return sha256(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class Sounds:
    """Prompts and music as sound. A prompt is made once, however many callers wait for it."""

    def __init__(self, shelf: Shelf, engines: Engines, recorded: Recorded, tasks: Tasks) -> None:
        self._shelf = shelf
        self._engines = engines
        self._recorded = recorded
        self._flights: Flights[Sound] = Flights(tasks, "speech")
        self._versions: dict[str, str] = {}

    def ready(self, prompt: Prompt) -> Sound | None:
        """The sound, if it is there without waiting; costs some microseconds, reads no file."""
        if prompt.audio:
            return self._shelf.ready(prompt.audio)
        best = self._engines.speakers(prompt.language)[0]
        version = self._versions.get(best.engine.name)
        if version is None:
            return None
        return self._shelf.ready(speech_key(prompt.text, prompt.language, best, version))

    async def sound(self, prompt: Prompt, *, first_s: float = FIRST_SOUND_S) -> Sound:
        """The sound of a prompt. Raises `MediaError` if nobody can say it.

        first_s: an engine that gives no first sound by then is passed over for the next.
        """
        found = self.ready(prompt)
        if found is not None:
            return found
        key = (prompt.audio, prompt.language, prompt.text)
        return await self._flights.join(key, self._made(prompt, first_s))

    async def preload(self, prompts: Sequence[Prompt]) -> Ahead:
        """Make prompts ahead of the calls, a few at a time; the log tells how far it is."""
        line, lacking = iter(enumerate(prompts, 1)), dict[str, str]()
        await asyncio.gather(*(self._ahead(line, lacking) for _place in range(AHEAD_AT_ONCE)))
        facts: dict[str, object] = {"ready": len(prompts) - len(lacking), "lacking": len(lacking)}
        _LOG.info("prompts_ready", extra={"facts": facts})
        names = sorted(lacking)
        if names:
            reason = lacking[names[0]] if await self._can_speak() else no_engine(names)
            facts = {"reason": reason, "prompts": listed(names)}
            _LOG.warning("prompts_without_sound", extra={"facts": facts})
        return Ahead(len(prompts) - len(lacking), tuple(names))

    async def _can_speak(self) -> bool:
        try:
            await self._engines.last.engine.version()
        except MediaError:
            return False
        return True

    async def music(self, files: Sequence[bytes] = ()) -> tuple[Sound, ...]:
        """Music on hold from WAV files; from our own tunes if there are none that can be read."""
        made = [await self._music(file) for file in files]
        found = tuple(sound for sound in made if sound is not None)
        if found:
            return found
        return tuple([await self._kept(Kind.TUNE, name.encode()) for name in TUNES])

    async def _music(self, file: bytes) -> Sound | None:
        try:
            return await self._kept(Kind.MUSIC, file)
        except MediaError as error:
            _LOG.warning("music_left_out", extra={"facts": {"reason": str(error)}})
            return None

    async def _kept(self, kind: Kind, data: bytes) -> Sound:
        """What is made of these octets, by their hash and by what is made."""
        key = sha256(f"{kind.value}\0{PIPELINE}\0".encode() + data).hexdigest()
        return await self._flights.join(key, self._filled(key, kind, data))

    async def _filled(self, key: str, kind: Kind, data: bytes) -> Sound:
        return await self._shelf.find(key) or await self._shelf.fill(key, kind, data)

    async def _ahead(self, line: Iterator[tuple[int, Prompt]], lacking: dict[str, str]) -> None:
        for done, prompt in line:
            try:
                await self.sound(prompt, first_s=PATIENT_S)
            except MediaError as error:
                lacking[f"{prompt.language}/{prompt.name}"] = str(error)
            if done % TOLD_EVERY == 0:
                _LOG.info("prompts_being_made", extra={"facts": {"done": done}})

    async def _made(self, prompt: Prompt, first_s: float) -> Sound:
        if prompt.audio:
            return await self._recording(prompt)
        if not prompt.text.strip():
            return await self._kept(Kind.SILENCE, b"1")
        reasons = []
        for speaker in self._engines.speakers(prompt.language):
            try:
                return await self._spoken(prompt, speaker, first_s)
            except MediaError as error:
                reasons.append(f"{speaker.engine.name}: {error}")
        named = f"prompt {prompt.name} ({prompt.language})"
        raise MediaError(f"{named} cannot be said: {'; '.join(reasons)}")

    async def _recording(self, prompt: Prompt) -> Sound:
        found = await self._shelf.find(prompt.audio)
        if found is not None:
            return found
        data = self._recorded(prompt.audio)
        if data is None:
            raise MediaError(f"the recording of prompt {prompt.name} is in no version of a flow")
        return await self._shelf.fill(prompt.audio, Kind.RECORDING, data)

    async def _spoken(self, prompt: Prompt, speaker: Speaker, first_s: float) -> Sound:
        version = await self._version(speaker.engine)
        key = speech_key(prompt.text, prompt.language, speaker, version)
        found = await self._shelf.find(key)
        if found is not None:
            return found
        wav = await speaker.engine.render(
            prompt.text, prompt.language, speaker.voice, first_s=first_s
        )
        return await self._shelf.fill(key, Kind.SPEECH, wav)

    async def _version(self, engine: Voice) -> str:
        """An engine that is away has its old sounds on the shelf, under the version it had."""
        known = self._versions.get(engine.name)
        if known is not None:
            return known
        try:
            version = await engine.version()
        except MediaError:
            version = await self._shelf.recall(engine.name)
            if not version:
                raise
            return version
        self._versions[engine.name] = version
        await self._shelf.remember(engine.name, version)
        return version
