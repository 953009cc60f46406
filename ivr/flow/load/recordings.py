"""Reads the head of a WAV file: whether we can play it, how long it lasts, and its hash.

Layout: RIFF, `fmt ` chunk (format tag, channels, rate, bytes per second, block, bits), `data`
chunk; all numbers little-endian; source: Microsoft "Multimedia Programming Interface and Data
Specifications 1.0". A tag 0xFFFE (extensible) has the real one at byte 24 of the chunk.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RATES = (8000, 16000, 24000, 48000)
_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_BITS = {_PCM: 16, _A_LAW: 8, _MU_LAW: 8}
_WANTED = "wants mono PCM16, A-law or mu-law"
_RATES = "wants 8, 16, 24 or 48 kHz"


class RecordingError(ValueError):
    """The file cannot be played; says what it is and what is wanted (F509)."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound file that replaces a prompt. audio: SHA-256 of the whole file, in hex."""

    path: str
    audio: str
    seconds: float


def read_recording(path: str, data: bytes) -> Recording:
    """Check one file. Raises `RecordingError`."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise RecordingError(f"not a WAV file; {_WANTED}")
    chunks = dict(_chunks(data))
    head, sound = chunks.get(b"fmt "), chunks.get(b"data")
    if head is None or len(head) < 16 or sound is None:
        raise RecordingError(f"a WAV file without format or sound; {_WANTED}")
    per_second = _bytes_per_second(head)
    if not sound:
        raise RecordingError("no sound in it")
    return Recording(path, hashlib.sha256(data).hexdigest(), len(sound) / per_second)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk; a content cut short ends with the file.

    Programs that write to a pipe leave the length of the sound at 0 or at its greatest.
    """
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data" and size == 0:
            size = len(data)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _bytes_per_second(head: bytes) -> int:
    tag, channels, rate, _per_second, _block, bits = struct.unpack_from("<HHIIHH", head)
    if tag == _EXTENSIBLE and len(head) >= 26:
        tag = struct.unpack_from("<H", head, 24)[0]
    if channels != 1 or _BITS.get(tag) != bits:
        raise RecordingError(f"{_kind(tag, bits)} {_channels(channels)}; {_WANTED}")
    if rate not in RATES:
        raise RecordingError(f"{rate / 1000:g} kHz; {_RATES}")
    per_second: int = rate * (bits // 8)
    return per_second


def _kind(tag: int, bits: int) -> str:
    names = {_PCM: f"{bits}-bit", _A_LAW: "A-law", _MU_LAW: "mu-law", 3: f"{bits}-bit float"}
    return names.get(tag, f"format {tag}")


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"with {count} channels")
