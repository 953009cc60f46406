"""A voice for tests and rehearsals: silence, or a tone, as long as the text would last."""

from __future__ import annotations

from array import array
from math import pi, sin

from ivr.media.g711 import RATE
from ivr.media.resample import samples_out
from ivr.media.wav import Clip, write_wav
from ivr.runtime.speech.voice import FIRST_SOUND_S, plain

CHARACTERS_PER_SECOND = 14
"""The pace that promises are proven with (flow-language.md 6)."""


class MemoryVoice:
    """Implements `Voice`. tone_hz: 0 for silence. said: every text it was asked for, in order."""

    name = "memory"

    def __init__(self, tone_hz: float = 0.0) -> None:
        self._tone_hz = tone_hz
        self.said: list[str] = []

    async def version(self) -> str:
        """Another tone is another sound."""
        return f"{self._tone_hz:g}"

    async def render(
        self, text: str, language: str, voice: str, *, first_s: float = FIRST_SOUND_S
    ) -> bytes:
        """Its length is that of the text at 14 characters a second, whoever speaks it."""
        words = plain(text)
        self.said.append(words)
        count = round(max(1, len(words)) / CHARACTERS_PER_SECOND * RATE)
        turns = (2 * pi * self._tone_hz * index / RATE for index in range(count))
        tone = array("h", [round(8000 * sin(turn)) for turn in turns])
        return write_wav(Clip(samples_out(tone), RATE))
