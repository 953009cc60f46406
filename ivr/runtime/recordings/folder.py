"""The folder of recordings: `ab/abcdef...` for each that is kept, `spool/` for what comes in.

Kept files are encrypted in pieces of 64 KiB, each bound to its file and its place in it, so that
nothing can be cut off or exchanged unseen. Names are random and say nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import NotFoundError, ReplayError
from ivr.runtime.disk.fresh import FreshFile
from ivr.runtime.disk.inside import folder, opened, told, unlinked
from ivr.runtime.disk.names import fresh_name, is_name, name_in, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.runtime.ports import Keys
    from ivr.runtime.ports.recorded.recordings import Sound

SCHEME: Final = "recordings:"
SPOOL: Final = "spool"
CUT: Final = "cut"
LOCAL: Final = (SCHEME, f"{SPOOL}:", f"{CUT}:")
"""How addresses begin of what `destroy` destroys."""
PIECE: Final = 65536
_SEALED: Final = PIECE + 28


class RecordingFolder:
    """Files below `root`, which is made when first needed. Its methods read and write the disk."""

    def __init__(self, root: Path, keys: Keys) -> None:
        self.root = root
        self._keys = keys

    def keep(self, content: bytes) -> tuple[str, bytes]:
        """Keep a file durably under a fresh name; its address and its wrapped key.

        Raises StoreError if the disk does not take it.
        """
        name, key = fresh_name(), self._keys.new_key()
        fresh = FreshFile(self.root, [name[:2]], name)
        try:
            for piece in self._sealed(name, key, content):
                fresh.write(piece)
            fresh.settle()
        finally:
            fresh.close()
        return f"{SCHEME}{name}", key

    def read(self, uri: str, key: bytes, size: int, begin: int = 0, end: int = -1) -> bytes:
        """Octets `begin` to `end` (not included; -1 = all) of a file of so many octets.

        Raises NotFoundError if it is not there, ReplayError if it was changed or its key is none of
        ours, StoreError if the disk does not give it.
        """
        name, end = name_in(uri, SCHEME), size if end < 0 else min(end, size)
        first, last = begin // PIECE, max(begin, end - 1) // PIECE
        file = opened(self.root, place_of(name), os.O_RDONLY)
        try:
            with told("a recording cannot be read"):
                sealed = [os.pread(file, _SEALED, at * _SEALED) for at in range(first, last + 1)]
        finally:
            os.close(file)
        pieces = [
            self._keys.unlock(key, piece, _about(name, number, size))
            for number, piece in enumerate(sealed, first)
        ]
        return b"".join(pieces)[begin - first * PIECE : end - first * PIECE]

    def sound(self, sound: Sound, begin: int = 0, end: int = -1) -> bytes:
        """The octets of a WAV file, as `read`; all of them are compared with what was kept."""
        content = self.read(sound.uri, sound.key, sound.size_bytes, begin, end)
        is_whole = len(content) == sound.size_bytes
        if is_whole and hashlib.sha256(content).hexdigest() != sound.sha256:
            raise ReplayError("a recording is not the one that was kept")
        return content

    def drop(self, uri: str) -> None:
        """Destroy it; nothing if it is gone already. Raises StoreError if the disk refuses."""
        destroy(self.root, uri)

    def spool(self) -> Path:
        """Where sound comes in that is still being recorded; made if need be, or StoreError."""
        with folder(self.root, [SPOOL], make=True):
            return self.root / SPOOL

    def spooled(self, name: str) -> tuple[bytes, bool] | None:
        """What was recorded under this name, and whether it was finished; None = nothing.

        Raises StoreError if the disk does not give it.
        """
        for file, whole in ((f"{name}.wav", True), (f"{name}.part", False)):
            with contextlib.suppress(NotFoundError):
                return _whole(opened(self.root, [SPOOL, file], os.O_RDONLY)), whole
        return None

    def unspool(self, name: str) -> None:
        """It is not needed in the spool any more."""
        destroy(self.root, f"{SPOOL}:{name}")

    def _sealed(self, name: str, key: bytes, content: bytes) -> Iterator[bytes]:
        for number in range(max(1, -(-len(content) // PIECE))):
            piece = content[number * PIECE : (number + 1) * PIECE]
            yield self._keys.lock(key, piece, _about(name, number, len(content)))


def destroy(root: Path, uri: str) -> None:
    """Destroy what lies under an address: of a file that is kept, or a source in the spool.

    Nothing if it is gone already. Raises NotFoundError for an address that is none of ours, and
    StoreError if it may still be there.
    """
    kind, _, name = uri.partition(":")
    if kind in {SPOOL, CUT} and is_name(name):
        parts, names = [SPOOL], [f"{name}.wav", f"{name}.part"]
    else:
        *parts, name = place_of(name_in(uri, SCHEME))
        names = [name]
    what = "a recording cannot be destroyed"
    with contextlib.suppress(NotFoundError), folder(root, parts) as at, told(what):
        for each in names:
            unlinked(at, each)


def _about(name: str, number: int, size: int) -> bytes:
    """What a piece is bound to: its file, its place, and how long all of it is."""
    return f"{name}/{number}/{size}".encode()


def _whole(file: int) -> bytes:
    with os.fdopen(file, "rb") as content, told("a message cannot be read"):
        return content.read()
