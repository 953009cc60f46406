"""Makes the files that are played from a WAV file: one master and the raw frames of both laws.

Runs in the workshop's own process (`worker.py`): a second of speech costs some 20 ms of work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE, alaw_encode, ulaw_encode
from ivr.media.loudness import FRAME, MUSIC_DBFS, SPEECH_DBFS, levelled, trimmed
from ivr.media.music import compose
from ivr.media.resample import to_8k
from ivr.media.wav import RECORDED_RATES, SPEECH_RATES, Clip, read_wav, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PIPELINE = 1
"""Goes up whenever the same input would give other files; what was made before is made anew."""


class Kind(StrEnum):
    """What is made into sound: an engine's answer, a file, a tune of our own, or nothing."""

    SPEECH = "speech"
    RECORDING = "recording"
    MUSIC = "music"
    TUNE = "tune"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Made:
    """The files of one sound, whole frames of 20 ms. master: 8 kHz PCM16 as WAV."""

    master: bytes
    alaw: bytes
    ulaw: bytes

    @property
    def frames(self) -> int:
        """How many frames it lasts."""
        return len(self.alaw) // FRAME


def make(kind: Kind, data: bytes) -> Made:
    """Bring to 8 kHz, level, cut the silence of engines, fill the last frame, encode.

    data: a WAV file; for a tune its name; for silence how many frames. Raises `MediaError`.
    """
    pcm = _MAKERS[kind](data)
    whole = pcm + bytes(-len(pcm) % (2 * FRAME))
    return Made(write_wav(Clip(whole, RATE)), alaw_encode(whole), ulaw_encode(whole))


def _speech(data: bytes) -> bytes:
    return trimmed(_levelled(read_wav(data, SPEECH_RATES), SPEECH_DBFS))


def _recording(data: bytes) -> bytes:
    return _levelled(read_wav(data, RECORDED_RATES), SPEECH_DBFS)


def _music(data: bytes) -> bytes:
    return _levelled(read_wav(data, RECORDED_RATES), MUSIC_DBFS)


def _levelled(clip: Clip, target_dbfs: float) -> bytes:
    return levelled(to_8k(clip.pcm, clip.rate), target_dbfs)


def _tune(data: bytes) -> bytes:
    return compose(data.decode("utf-8", "replace"))


def _silence(data: bytes) -> bytes:
    if not data.isdigit() or not 1 <= int(data) <= 50 * 60:
        raise MediaError("silence lasts from 1 frame to a minute")
    return bytes(int(data) * 2 * FRAME)


_MAKERS: Mapping[Kind, Callable[[bytes], bytes]] = {
    Kind.SPEECH: _speech,
    Kind.RECORDING: _recording,
    Kind.MUSIC: _music,
    Kind.TUNE: _tune,
    Kind.SILENCE: _silence,
}
