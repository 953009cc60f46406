"""Music for callers who wait, as files that the provider fetches piece by piece.

A piece is short, since only between two of them a waiting caller comes back to us by himself.
"""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE
from ivr.media.loudness import MUSIC_DBFS, levelled
from ivr.media.music import TUNES, compose
from ivr.media.resample import to_8k
from ivr.media.wav import Clip, read_wav, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LOG = logging.getLogger(__name__)
PIECE_S = 25
_PIECE_BYTES = 2 * RATE * PIECE_S
_PATH = "/media/music"


class Jukebox:
    """The pieces of each song. own: the files of the server's own music; none = our tunes."""

    def __init__(self, base: str, own: Callable[[], Sequence[str]]) -> None:
        self._base = base.rstrip("/")
        self._own = own
        self._songs: dict[str, tuple[str, ...]] = {}
        self._files: dict[str, bytes] = {}
        self._making: set[str] = set()

    def url(self, song: str, piece: int) -> str:
        """Where a piece of a song is fetched, counted round and round; "" if there is none yet."""
        pieces = self._songs.get(song, ())
        return f"{self._base}{_PATH}/{pieces[piece % len(pieces)]}.wav" if pieces else ""

    def piece(self, name: str) -> bytes | None:
        """A piece by the hash of its octets."""
        return self._files.get(name)

    def has(self, song: str) -> bool:
        """Whether a song is made, or somebody is at it."""
        return song in self._songs or song in self._making

    async def make(self, song: str) -> None:
        """Make the pieces of a song; "" = our own music."""
        if self.has(song):
            return
        self._making.add(song)
        files = [song] if song else list(self._own())
        try:
            pieces = await asyncio.to_thread(_pieces, files)
        finally:
            self._making.discard(song)
        names = [sha256(piece).hexdigest() for piece in pieces]
        self._files.update(zip(names, pieces, strict=True))
        self._songs[song] = tuple(names)


def _pieces(files: Sequence[str]) -> list[bytes]:
    """Every song, cut; our own tunes where none of the files can be read."""
    found = [sound for file in files if (sound := _read(file))]
    sounds = found or _tunes()
    return [piece for sound in sounds for piece in _cut(sound)]


@lru_cache(maxsize=1)
def _tunes() -> tuple[bytes, ...]:
    """Our own music: composing it takes a second."""
    return tuple(compose(name) for name in TUNES)


def _read(file: str) -> bytes:
    try:
        clip = read_wav(Path(file).read_bytes())
        return levelled(to_8k(clip.pcm, clip.rate), MUSIC_DBFS)
    except (OSError, MediaError) as error:
        _LOG.warning("music_left_out", extra={"facts": {"file": file, "why": str(error)}})
        return b""


def _cut(sound: bytes) -> list[bytes]:
    """Pieces of nearly the same length."""
    count = -(-len(sound) // _PIECE_BYTES)
    size = -(-len(sound) // count // 2) * 2
    return [write_wav(Clip(sound[at : at + size], RATE)) for at in range(0, len(sound), size)]
