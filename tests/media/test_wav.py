"""WAV files: what is wanted is read, and nothing else raises but MediaError."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.g711 import alaw_decode, ulaw_decode
from ivr.media.wav import MOST_CHUNKS, MOST_SECONDS, SPEECH_RATES, Clip, read_wav, write_wav


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def riff(*chunks: bytes) -> bytes:
    body = b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def head(tag: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16) -> bytes:
    block = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits))


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
def test_samples_come_back_as_they_were_written(rate: int) -> None:
    clip = Clip(bytes(range(200)), rate)
    assert read_wav(write_wav(clip)) == clip
    assert clip.seconds == 100 / rate


def test_both_laws_are_decoded() -> None:
    sound = bytes(range(256))
    assert read_wav(riff(head(6, bits=8), chunk(b"data", sound))).pcm == alaw_decode(sound)
    assert read_wav(riff(head(7, bits=8), chunk(b"data", sound))).pcm == ulaw_decode(sound)


def test_an_extensible_head_names_its_format_further_on() -> None:
    plain = struct.pack("<HHIIHH", 0xFFFE, 1, 16000, 32000, 2, 16)
    more = struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    data = riff(chunk(b"fmt ", plain + more), chunk(b"data", b"\1\2"))
    assert read_wav(data) == Clip(b"\1\2", 16000)


def test_other_chunks_are_stepped_over_and_half_a_sample_is_left_out() -> None:
    data = riff(chunk(b"LIST", b"odd"), head(), chunk(b"data", b"\1\2\3"))
    assert read_wav(data).pcm == b"\1\2"


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_length_that_a_pipe_left_open_ends_with_the_file(size: int) -> None:
    data = bytearray(write_wav(Clip(b"\1\2\3\4", 22050)))
    data[40:44] = struct.pack("<I", size)
    assert read_wav(bytes(data), SPEECH_RATES) == Clip(b"\1\2\3\4", 22050)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a WAV file"),
        (b"ID3 an mp3, and more", "not a WAV file"),
        (riff(), "without format or sound"),
        (riff(head()), "without format or sound"),
        (riff(head(), chunk(b"data", b"\1")), "no sound in it"),
        (riff(head(channels=2), chunk(b"data", b"\1\2")), "16-bit stereo; wants mono"),
        (riff(head(bits=8), chunk(b"data", b"\1\2")), "8-bit mono; wants mono PCM16"),
        (riff(head(3, bits=32), chunk(b"data", b"\1\2")), "32-bit float mono"),
        (riff(head(rate=22050), chunk(b"data", b"\1\2")), r"22\.05 kHz; wants 8, 16, 24 or 48 kHz"),
        (riff(*[chunk(b"junk", b"")] * MOST_CHUNKS, head()), "more than 1000 parts"),
    ],
)
def test_anything_else_is_refused_with_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(MediaError, match=message):
        read_wav(data)


def test_a_sound_of_more_than_twenty_minutes_is_refused() -> None:
    sound = bytes(8000 * MOST_SECONDS)
    assert len(read_wav(riff(head(6, bits=8), chunk(b"data", sound))).pcm) == 2 * len(sound)
    with pytest.raises(MediaError, match="1200 seconds"):
        read_wav(riff(head(6, bits=8), chunk(b"data", sound + b"\0")))


@given(st.binary(max_size=60), st.integers(0, 60), st.integers(0, 255))
def test_damage_is_refused_and_never_raises_anything_else(
    tail: bytes, place: int, byte: int
) -> None:
    data = bytearray(write_wav(Clip(bytes(8), 8000)) + tail)
    data[place % len(data)] = byte
    try:
        clip = read_wav(bytes(data))
    except MediaError:
        return
    assert clip.seconds > 0
