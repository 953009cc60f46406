"""Reads and writes WAV files: the form in which prompts are recorded and speech engines answer.

Layout: RIFF, then chunks of a four-letter name, a length and that many octets, padded to even;
`fmt ` (tag, channels, rate, octets per second, block, bits) and `data` are wanted, others are
stepped over. Numbers are little-endian. A tag 0xFFFE (extensible) has the real one at octet 24.
Source: Microsoft "Multimedia Programming Interface and Data Specifications 1.0".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import alaw_decode, ulaw_decode

if TYPE_CHECKING:
    from collections.abc import Collection

RECORDED_RATES = (8000, 16000, 24000, 48000)
"""Samples per second that a recorded prompt may have."""
SPEECH_RATES = (8000, 16000, 22050, 24000, 44100, 48000)
"""Those that a speech engine may answer with."""
MOST_SECONDS = 1200
"""Longer sound is no prompt and no music on hold, and would fill the memory."""
MOST_CHUNKS = 1000
_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_BITS = {_PCM: 16, _A_LAW: 8, _MU_LAW: 8}
_WANTED = "wants mono PCM16, A-law or mu-law"
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound of one speaker: 16-bit samples, little-endian, and how many there are in a second."""

    pcm: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / (2 * self.rate)


def read_wav(data: bytes, rates: Collection[int] = RECORDED_RATES) -> Clip:
    """The sound in a file. Raises `MediaError` for anything but mono PCM16, A-law or mu-law."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise MediaError(f"not a WAV file; {_WANTED}")
    chunks = _chunks(data)
    head, sound = chunks.get(b"fmt "), chunks.get(b"data")
    if head is None or len(head) < 16 or sound is None:
        raise MediaError(f"a WAV file without format or sound; {_WANTED}")
    tag, rate = _format(bytes(head), rates)
    block = _BITS[tag] // 8
    whole = len(sound) - len(sound) % block
    if not whole:
        raise MediaError("no sound in it")
    if whole > MOST_SECONDS * rate * block:
        raise MediaError(f"a WAV file of more than {MOST_SECONDS} seconds")
    return Clip(_decoded(bytes(sound[:whole]), tag), rate)


def write_wav(clip: Clip) -> bytes:
    """A WAV file of PCM16 with this sound."""
    size, rate = len(clip.pcm), clip.rate
    fields = (b"WAVE", b"fmt ", 16, _PCM, 1, rate, 2 * rate, 2, 16, b"data", size)
    return _HEAD.pack(b"RIFF", _HEAD.size - 8 + size, *fields) + clip.pcm


def call_seconds(data: bytes) -> float:
    """How long the recording of a call lasts: G.711 at 8 kHz, both sides beside each other.

    Raises `MediaError` for anything else.
    """
    chunks = _chunks(data) if data[:4] == b"RIFF" and data[8:12] == b"WAVE" else {}
    head, sound = chunks.get(b"fmt "), chunks.get(b"data")
    form = () if head is None or len(head) < 16 else struct.unpack_from("<HHIIHH", head)
    if sound is None or form[1:] != (2, 8000, 16000, 2, 8) or form[0] not in (_A_LAW, _MU_LAW):
        raise MediaError("not the recording of a call")
    if len(sound) < 2:
        raise MediaError("no sound in it")
    return len(sound) / 16000


def _chunks(data: bytes) -> dict[bytes, memoryview]:
    """Name and content of each chunk; a content cut short ends with the file.

    Programs that write to a pipe leave the length of the sound at 0 or near its greatest.
    """
    view, at, found = memoryview(data), 12, dict[bytes, memoryview]()
    for _chunk in range(MOST_CHUNKS):
        if at + 8 > len(data):
            return found
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data" and size == 0:
            size = len(data)
        found[name] = view[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise MediaError(f"a WAV file of more than {MOST_CHUNKS} parts")


def _format(head: bytes, rates: Collection[int]) -> tuple[int, int]:
    """How the samples are written (1 PCM16, 6 A-law, 7 mu-law), and how many are in a second."""
    tag, channels, rate, _per_second, _block, bits = struct.unpack_from("<HHIIHH", head)
    if tag == _EXTENSIBLE and len(head) >= 26:
        tag = struct.unpack_from("<H", head, 24)[0]
    if channels != 1 or _BITS.get(tag) != bits:
        raise MediaError(f"{_kind(tag, bits)} {_channels(channels)}; {_WANTED}")
    if rate not in rates:
        *most, last = (f"{each / 1000:g}" for each in sorted(rates))
        raise MediaError(f"{rate / 1000:g} kHz; wants {', '.join(most)} or {last} kHz")
    return tag, rate


def _kind(tag: int, bits: int) -> str:
    names = {_PCM: f"{bits}-bit", _A_LAW: "A-law", _MU_LAW: "mu-law", 3: f"{bits}-bit float"}
    return names.get(tag, f"format {tag}")


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"with {count} channels")


def _decoded(sound: bytes, tag: int) -> bytes:
    if tag == _A_LAW:
        return alaw_decode(sound)
    return ulaw_decode(sound) if tag == _MU_LAW else sound
