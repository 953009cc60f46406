"""The stored sounds, mapped into memory: read once, shared by all calls and all workers."""

from __future__ import annotations

import mmap
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.g711 import FRAME_OCTETS, SILENT_FRAME
from ivr.media.tone import call_tone, quiet_tones

if TYPE_CHECKING:
    from ivr.media.g711 import Codec
    from ivr.media.leg.chain import Store

SUFFIX: Final[dict[Codec, str]] = {"pcma": ".alaw", "pcmu": ".ulaw"}
MOST_MAPPED: Final = 512
_FLAGS: Final = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
_Stamp: TypeAlias = "tuple[int, int, int]"


class Clips:
    """Where the legs of a worker get their sound from. A file that was replaced is mapped anew."""

    def __init__(self, most: int = MOST_MAPPED) -> None:
        self._most = most
        self._mapped: OrderedDict[str, tuple[_Stamp, mmap.mmap]] = OrderedDict()

    def clip(self, stem: str, codec: Codec) -> Store:
        """A stored sound in whole frames. Raises MediaError if it is not there or damaged."""
        path = stem + SUFFIX[codec]
        try:
            return self._find(path)
        except (OSError, ValueError) as wrong:
            raise MediaError(f"a sound cannot be read: {wrong}") from wrong

    def tone(self, name: str, country: str, codec: Codec) -> bytes:
        """One turn of a call tone. Raises MediaError for an unknown name."""
        return call_tone(name, country, codec)

    def silence(self, codec: Codec) -> bytes:
        """One frame of silence."""
        return SILENT_FRAME[codec]

    def quiet(self, codec: Codec) -> bytes:
        """Quiet tones, for music that is missing."""
        return quiet_tones(codec)

    def _find(self, path: str) -> Store:
        found = os.stat(path)  # noqa: PTH116 - a path object for each prompt costs more than this
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        known = self._mapped.get(path)
        if known is None or known[0] != stamp:
            known = self._mapped[path] = stamp, _mapped(path)
            if len(self._mapped) > self._most:
                self._mapped.popitem(last=False)
        self._mapped.move_to_end(path)
        return known[1]


def _mapped(path: str) -> mmap.mmap:
    """Map a file, all of it at once, so that no tick waits for a disk later."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        size = os.fstat(file).st_size
        if size == 0 or size % FRAME_OCTETS:
            raise ValueError(f"{path} holds no whole frames of {FRAME_OCTETS} octets")
        return mmap.mmap(file, size, flags=_FLAGS, prot=mmap.PROT_READ)
    finally:
        os.close(file)
