"""Files that customers send, in a folder: `ab/abcdef...`, one for each file that came.

Equal files are kept twice: what is destroyed for one customer must stay for another.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import asynccontextmanager, suppress
from typing import IO, TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.runtime.disk.fresh import FreshFile
from ivr.runtime.disk.inside import folder, opened, told, unlinked
from ivr.runtime.disk.names import fresh_name, name_in, place_of
from ivr.runtime.ports.ticket_rows import NewFile

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

SCHEME = "files:"
MOST_NAME = 200
PIECE_BYTES = 256 * 1024
"""What is read, and written, at once: each piece is a step aside from the loop."""


class FileFolder:
    """The port `Files` on a folder, which is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, name: str, mime: str, content: bytes) -> NewFile:
        """Keep a file durably."""
        async with self.draft() as draft:
            await draft.write(content)
            return await draft.keep(name, mime)

    @asynccontextmanager
    async def draft(self) -> AsyncIterator[FileDraft]:
        """A file that comes in pieces."""
        key = fresh_name()
        made = FileDraft(key, await asyncio.to_thread(FreshFile, self._folder, [key[:2]], key))
        try:
            yield made
        finally:
            await asyncio.shield(asyncio.to_thread(made.close))

    async def stream(self, uri: str) -> AsyncGenerator[bytes, None]:
        """The content, a piece at a time."""
        file = await asyncio.to_thread(self._opened, name_in(uri, SCHEME))
        try:
            with told("a file cannot be read"):
                while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                    yield piece
        finally:
            file.close()

    async def read(self, uri: str) -> bytes:
        """The content."""
        return await asyncio.to_thread(self._whole, name_in(uri, SCHEME))

    async def drop(self, uri: str) -> None:
        """Destroy it."""
        await asyncio.to_thread(self._unlinked, name_in(uri, SCHEME))

    def _opened(self, key: str) -> IO[bytes]:
        return os.fdopen(opened(self._folder, place_of(key), os.O_RDONLY), "rb")

    def _whole(self, key: str) -> bytes:
        with self._opened(key) as file, told("a file cannot be read"):
            return file.read()

    def _unlinked(self, key: str) -> None:
        what = "a file cannot be destroyed"
        with suppress(NotFoundError), folder(self._folder, [key[:2]]) as at, told(what):
            unlinked(at, key)


class FileDraft:
    """The port `Draft`: a file beside its place, which it takes whole or not at all."""

    def __init__(self, key: str, fresh: FreshFile) -> None:
        self._uri = f"{SCHEME}{key}"
        self._fresh = fresh
        self._digest = hashlib.sha256()
        self._size = 0
        self._waiting = bytearray()

    async def write(self, octets: bytes) -> None:
        """Take some more of it."""
        self._waiting += octets
        if len(self._waiting) >= PIECE_BYTES:
            await self._flush()

    async def keep(self, name: str, mime: str) -> NewFile:
        """That was all of it, and it is on the disk when this returns."""
        await self._flush()
        await asyncio.to_thread(self._fresh.settle)
        digest = self._digest.hexdigest()
        return NewFile(name[:MOST_NAME], mime[:128], self._size, digest, self._uri)

    def close(self) -> None:
        """Let go; what was not kept is no more."""
        self._fresh.close()

    async def _flush(self) -> None:
        piece, self._waiting = bytes(self._waiting), bytearray()
        self._size += len(piece)
        await asyncio.to_thread(self._put, piece)

    def _put(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._fresh.write(piece)
