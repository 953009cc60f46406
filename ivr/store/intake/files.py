"""Files that customers send, in a folder: `ab/abcdef...`, one for each file that came.

Equal files are kept twice: what is destroyed for one customer must stay for another.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.ports.ticket_rows import NewFile

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator
    from pathlib import Path

SCHEME = "files:"
_NAME = re.compile(r"[0-9a-f]{32}")
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
        key = secrets.token_hex(16)
        with _told("kept", retryable=True):
            made = await asyncio.to_thread(FileDraft, key, self._path(key))
        try:
            yield made
        finally:
            await asyncio.shield(asyncio.to_thread(made.close))

    async def stream(self, uri: str) -> AsyncGenerator[bytes, None]:
        """The content, a piece at a time."""
        with _told("read"):
            file = await asyncio.to_thread(self._path(_key(uri)).open, "rb")
        try:
            with _told("read"):
                while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                    yield piece
        finally:
            file.close()

    async def read(self, uri: str) -> bytes:
        """The content."""
        with _told("read"):
            return await asyncio.to_thread(self._path(_key(uri)).read_bytes)

    async def drop(self, uri: str) -> None:
        """Destroy it."""
        with _told("destroyed", retryable=True):
            await asyncio.to_thread(self._path(_key(uri)).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _key(uri: str) -> str:
    key = uri.removeprefix(SCHEME)
    if not uri.startswith(SCHEME) or not _NAME.fullmatch(key):
        raise NotFoundError("this is the address of no file")
    return key


class FileDraft:
    """The port `Draft`: a file beside its place, which it takes whole or not at all."""

    def __init__(self, key: str, path: Path) -> None:
        self._uri = f"{SCHEME}{key}"
        self._path = path
        self._fresh = path.with_suffix(".new")
        self._digest = hashlib.sha256()
        self._size = 0
        self._waiting = bytearray()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: IO[bytes] = self._fresh.open("wb")
        self._fresh.chmod(0o600)

    async def write(self, octets: bytes) -> None:
        """Take some more of it."""
        self._waiting += octets
        if len(self._waiting) >= PIECE_BYTES:
            await self._flush()

    async def keep(self, name: str, mime: str) -> NewFile:
        """That was all of it, and it is on the disk when this returns."""
        await self._flush()
        with _told("kept", retryable=True):
            await asyncio.to_thread(self._settle)
        digest = self._digest.hexdigest()
        return NewFile(name[:MOST_NAME], mime[:128], self._size, digest, self._uri)

    def close(self) -> None:
        """Let go; what was not kept is no more."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._fresh.unlink(missing_ok=True)

    async def _flush(self) -> None:
        piece, self._waiting = bytes(self._waiting), bytearray()
        self._size += len(piece)
        with _told("kept", retryable=True):
            await asyncio.to_thread(self._put, piece)

    def _put(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)

    def _settle(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._fresh.replace(self._path)


@contextlib.contextmanager
def _told(what: str, *, retryable: bool = False) -> Iterator[None]:
    """Failures of the disk as errors of the port."""
    try:
        yield
    except FileNotFoundError:
        if retryable:
            message = f"a file cannot be {what}: its folder is gone"
            raise StoreError(message, retryable=True) from None
        raise NotFoundError("the file is not there any more") from None
    except OSError as error:
        message = f"a file cannot be {what}: {type(error).__name__}"
        raise StoreError(message, retryable=retryable) from None
