"""What the flow must know of a sound file that replaces a prompt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ivr.media.loudness import SPEECH_DBFS, Level, level_of
from ivr.media.wav import read_wav


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound file that replaces a prompt. audio: SHA-256 of the whole file, in hex."""

    path: str
    audio: str
    seconds: float
    level: Level

    @property
    def complaint(self) -> str:
        """What is wrong with how loud it is (F511); "" if nothing."""
        if not self.level.is_far_off:
            return ""
        off_db = self.level.off_db
        far = f"{abs(off_db):.0f} dB {'louder' if off_db > 0 else 'softer'}"
        return f"{far} than the other prompts; speech is {SPEECH_DBFS:g} dBFS"


def read_recording(path: str, data: bytes) -> Recording:
    """Check one file. Raises `MediaError` if it cannot be played; says what it is (F509)."""
    clip = read_wav(data)
    audio = hashlib.sha256(data).hexdigest()
    return Recording(path, audio, clip.seconds, level_of(clip.pcm, clip.rate))
