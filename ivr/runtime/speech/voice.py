"""What a speech engine is to the rest: it turns words into a WAV file, or says why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivr.domain.errors import MediaError

FIRST_SOUND_S = 0.8
"""A caller waits: an engine without a first sound by then is passed over."""
PATIENT_S = 10.0
"""The same limit where nobody waits, as when prompts are made ahead of the calls."""
MOST_CHARACTERS = 3000
"""Some 3.5 minutes of speech; a longer text is a mistake of the flow."""
MOST_AUDIO_BYTES = 32 * 1024 * 1024


class Voice(Protocol):
    """The seam to a speech engine. Every method raises `MediaError`, never anything else."""

    @property
    def name(self) -> str:
        """What the engine is called in logs and in the keys of the cache; the same for ever."""
        ...

    async def version(self) -> str:
        """What its sound depends on beside text, language and voice."""
        ...

    async def render(
        self, text: str, language: str, voice: str, *, first_s: float = FIRST_SOUND_S
    ) -> bytes:
        """The text as a WAV file. voice: "" for the engine's own choice in that language."""
        ...


@dataclass(frozen=True, slots=True)
class Speaker:
    """An engine, and the name of the voice that it shall speak with; "" = its own choice."""

    engine: Voice
    voice: str = ""


def plain(text: str) -> str:
    """The text without what no voice can say: control characters and half characters.

    Raises `MediaError` for a text that is far too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise MediaError(f"a text of {len(text)} characters, at most {MOST_CHARACTERS} are said")
    spaced = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(spaced.split())
