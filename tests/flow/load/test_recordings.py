"""WAV files: what can be played, how long it lasts."""

from __future__ import annotations

import hashlib
import struct

import pytest

from ivr.domain.errors import MediaError
from ivr.flow.load.recordings import read_recording


def wav(
    tag: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, *, seconds: float = 0.5
) -> bytes:
    """A WAV file of silence."""
    block = channels * bits // 8
    sound = bytes(int(rate * block * seconds))
    head = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)
    return riff(chunk(b"fmt ", head) + chunk(b"data", sound))


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def extensible(sub_format: int, bits: int) -> bytes:
    head = struct.pack("<HHIIHH", 0xFFFE, 1, 16000, 16000 * bits // 8, bits // 8, bits)
    more = struct.pack("<HHIH", 22, bits, 4, sub_format) + bytes(14)
    return riff(chunk(b"fmt ", head + more) + chunk(b"data", bytes(16000 * bits // 8)))


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
@pytest.mark.parametrize(("tag", "bits"), [(1, 16), (6, 8), (7, 8)])
def test_pcm_and_both_laws_are_played_at_four_rates(tag: int, bits: int, rate: int) -> None:
    data = wav(tag, rate=rate, bits=bits)
    recording = read_recording("p/tr/a.wav", data)
    assert recording.seconds == pytest.approx(0.5)
    assert recording.audio == hashlib.sha256(data).hexdigest()


def test_an_extensible_head_names_its_format_further_on() -> None:
    assert read_recording("a.wav", extensible(1, 16)).seconds == pytest.approx(1.0)
    with pytest.raises(MediaError, match="32-bit float mono"):
        read_recording("a.wav", extensible(3, 32))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (wav(channels=2, bits=24), "24-bit stereo; wants mono PCM16, A-law or mu-law"),
        (wav(channels=2), "16-bit stereo; wants mono PCM16, A-law or mu-law"),
        (wav(bits=8), "8-bit mono; wants mono PCM16, A-law or mu-law"),
        (wav(channels=6), "16-bit with 6 channels; wants mono PCM16, A-law or mu-law"),
        (wav(tag=0x55), "format 85 mono; wants mono PCM16, A-law or mu-law"),
        (wav(rate=44100), "44.1 kHz; wants 8, 16, 24 or 48 kHz"),
        (wav(seconds=0), "no sound in it"),
        (b"ID3 an mp3", "not a WAV file; wants mono PCM16, A-law or mu-law"),
        (b"", "not a WAV file; wants mono PCM16, A-law or mu-law"),
        (riff(b""), "a WAV file without format or sound; wants mono PCM16, A-law or mu-law"),
    ],
)
def test_anything_else_is_refused_with_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(MediaError) as refused:
        read_recording("a.wav", data)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (0, ""),
        (3, ""),
        (100, "22 dB softer than the other prompts; speech is -23 dBFS"),
        (500, "13 dB softer than the other prompts; speech is -23 dBFS"),
        (700, ""),
        (9_000, ""),
        (11_000, "14 dB louder than the other prompts; speech is -23 dBFS"),
    ],
)
@pytest.mark.parametrize("rate", [8000, 48000])
def test_a_recording_far_from_the_level_of_speech_is_complained_of(
    value: int, complaint: str, rate: int
) -> None:
    quiet = wav(rate=rate)
    half = struct.pack("<h", value) + struct.pack("<h", -value)
    data = quiet[:44] + half * ((len(quiet) - 44) // 4)
    assert read_recording("a.wav", data).complaint == complaint
