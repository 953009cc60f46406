"""The speech engine that every machine can have: espeak-ng, one process for each text.

Options: man page espeak-ng(1). The text goes in by standard input, never on the command line; `--`
ends the options. The program is under the GPL, so it runs as a program and is no part of us.
"""

from __future__ import annotations

import asyncio
import re

from ivr.domain.errors import MediaError
from ivr.runtime.speech.programs import output
from ivr.runtime.speech.voice import FIRST_SOUND_S, MOST_AUDIO_BYTES, plain

COMMAND = "espeak-ng"
LIMIT_S = 5.0
MOST_AT_ONCE = 4
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+/.-]{0,63}")
_VERSION = re.compile(rb"\d+(\.\d+)+")


class Espeak:
    """Implements `Voice`. command: the program. limit_s: it is killed after so many seconds."""

    name = "espeak"

    def __init__(self, command: str = COMMAND, limit_s: float = LIMIT_S) -> None:
        self._command = command
        self._limit_s = limit_s
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._version = ""

    async def version(self) -> str:
        """The program's version. Raises `MediaError` if it is not installed."""
        if not self._version:
            said = await self._run(b"", "--version")
            found = _VERSION.search(said)
            if found is None:
                raise MediaError(f"{self._command} does not tell its version")
            self._version = found[0].decode()
        return self._version

    async def missing(self) -> str:
        """Why the program cannot be used; "" if it can."""
        try:
            await self.version()
        except MediaError as error:
            return str(error)
        return ""

    async def render(
        self, text: str, language: str, voice: str, *, first_s: float = FIRST_SOUND_S
    ) -> bytes:
        """The text as WAV. No engine comes after this one, so it has its whole limit."""
        name = voice or language
        if not _VOICE.fullmatch(name):
            raise MediaError(f'"{name}" is no name of a voice of {self._command}')
        sound = await self._run(_words(text), "-v", name, "-b", "1", "--stdin", "--stdout", "--")
        if not sound:
            raise MediaError(f"{self._command} has no voice {name}")
        return sound

    async def _run(self, text: bytes, *options: str) -> bytes:
        async with self._places:
            return await output((self._command, *options), text, self._limit_s, MOST_AUDIO_BYTES)


def _words(text: str) -> bytes:
    """The octets to say. `[[` would begin a list of phonemes."""
    words = plain(text)
    while "[[" in words:
        words = words.replace("[[", "[ [")
    return words.encode("utf-8", "replace")
