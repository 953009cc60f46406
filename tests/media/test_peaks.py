"""Each side of a recording by itself, as loud as it is, from begin to end."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError
from ivr.media.g711 import alaw_encode, ulaw_encode
from ivr.media.peaks import MOST_PEAKS, peaks
from ivr.media.wav import Clip, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")


def both(left: bytes, right: bytes, code: int) -> bytes:
    """A file of G.711 with two sides."""
    sound = bytes(each for pair in zip(left, right, strict=True) for each in pair)
    form = (16, code, 2, 8000, 16000, 2, 8)
    return HEAD.pack(b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", *form, b"data", 0) + sound


def pcm(*sizes: int) -> bytes:
    return struct.pack(f"<{len(sizes)}h", *sizes)


def of(file: bytes) -> tuple[tuple[int, ...], ...]:
    return peaks(lambda begin, end: file[begin:end], len(file))


@pytest.mark.parametrize(("code", "encode"), [(6, alaw_encode), (7, ulaw_encode)])
def test_the_sides_of_a_call_are_told_apart(code: int, encode: Callable[[bytes], bytes]) -> None:
    left, right = encode(pcm(32000, 0, -16000)), encode(pcm(0, 32000, 0))
    first, second = of(both(left, right, code))
    assert [round(each / 64) for each in first] == [4, 0, 2]
    assert [round(each / 64) for each in second] == [0, 4, 0]


def test_a_message_has_one_side() -> None:
    assert of(write_wav(Clip(pcm(0, 32767, -32768, 256), 8000))) == ((0, 254, 255, 2),)


def test_a_long_one_has_no_more_peaks_than_are_seen_and_none_is_lost() -> None:
    quiet, loud = bytes([0xFF]), ulaw_encode(pcm(32000))
    left = quiet * 3_000_000 + loud + quiet * 6_999
    (first, second) = of(both(left, quiet * len(left), 7))
    assert len(first) == len(second) <= MOST_PEAKS
    assert [at for at, each in enumerate(first) if each] == [3_000_000 * len(first) // len(left)]
    assert not any(second)


def test_only_a_part_is_read_at_a_time() -> None:
    file = both(bytes(4_000_000), bytes(4_000_000), 7)
    asked: list[int] = []

    def read(begin: int, end: int) -> bytes:
        asked.append(end - begin)
        return file[begin:end]

    peaks(read, len(file))
    assert max(asked) <= 1 << 20


@pytest.mark.parametrize("file", [b"", b"RIFF", b"ID3" + bytes(100), both(b"", b"", 3)])
def test_what_is_no_sound_of_ours_is_refused(file: bytes) -> None:
    with pytest.raises(MediaError):
        of(file)


def test_no_sound_has_no_peaks() -> None:
    assert of(both(b"", b"", 7)) == ((), ())
