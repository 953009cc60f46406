"""How loud a recording is from begin to end, each side by itself: what a player draws.

A peak is the greatest size of a sample of its part, 0..255 of full scale; eight bits are more than
a screen shows, so of PCM16 the upper octet counts. Only a part of the file is in memory at a time.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import MediaError
from ivr.media.g711 import alaw_decode, ulaw_decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD_OCTETS: Final = 4096
"""The head of a file that we have written or fetched is far shorter."""
MOST_PEAKS: Final = 1200
"""Of a side: one for each two or three dots of a wide screen."""
_PIECE: Final = 1 << 20
_PCM, _A_LAW, _MU_LAW = 1, 6, 7


def _upper(pcm: bytes) -> bytes:
    """Octet for octet what 256 samples of PCM16 amount to."""
    return bytes(min(255, abs(size) >> 7) for (size,) in struct.iter_unpack("<h", pcm))


_EVERY = bytes(range(256))
_SIZES: Final = {
    _PCM: _upper(b"".join(bytes((0, octet)) for octet in _EVERY)),
    _A_LAW: _upper(alaw_decode(_EVERY)),
    _MU_LAW: _upper(ulaw_decode(_EVERY)),
}
"""For each octet of a sample (of PCM16 the upper one) its size."""
_OCTETS: Final = {_PCM: 2, _A_LAW: 1, _MU_LAW: 1}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How samples stand in a file. begin: of the first one, octets."""

    code: int
    sides: int
    begin: int

    @property
    def frame(self) -> int:
        """Octets of a sample of every side."""
        return _OCTETS[self.code] * self.sides


def peaks(read: Callable[[int, int], bytes], size: int) -> tuple[tuple[int, ...], ...]:
    """Of a WAV file (PCM16, A-law or mu-law) of so many octets, by its sides; at most `MOST_PEAKS`.

    read: gives the octets from one place to another, not included. Raises `MediaError`.
    """
    layout = _layout(read(0, min(size, HEAD_OCTETS)))
    frames = (size - layout.begin) // layout.frame
    step = max(1, -(-frames // MOST_PEAKS))
    found: list[list[int]] = [[] for _side in range(layout.sides)]
    for content in _pieces(read, layout, frames, step):
        for side, row in enumerate(found):
            row.extend(_side(content, layout, side, step))
    return tuple(tuple(row) for row in found)


def _pieces(
    read: Callable[[int, int], bytes], layout: _Layout, frames: int, step: int
) -> Iterator[bytes]:
    """The sound in pieces of whole steps."""
    octets = step * layout.frame
    piece = octets * max(1, _PIECE // octets)
    end = layout.begin + frames * layout.frame
    for at in range(layout.begin, end, piece):
        yield read(at, min(at + piece, end))


def _side(content: bytes, layout: _Layout, side: int, step: int) -> Iterator[int]:
    width = _OCTETS[layout.code]
    sizes = content[side * width + width - 1 :: layout.frame].translate(_SIZES[layout.code])
    return (max(sizes[at : at + step]) for at in range(0, len(sizes), step))


def _layout(head: bytes) -> _Layout:
    """Raises MediaError."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise MediaError("no WAV file")
    at, form = 12, (0, 0)
    while at + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        if name == b"fmt " and at + 10 + 2 <= len(head):
            form = struct.unpack_from("<HH", head, at + 8)
        if name == b"data" and form[0] in _OCTETS and form[1]:
            return _Layout(*form, begin=at + 8)
        at += 8 + size + size % 2
    raise MediaError("a WAV file of another form")
