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
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.ports.ticket_rows import NewFile

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = "files:"
_NAME = re.compile(r"[0-9a-f]{32}")
MOST_NAME = 200


class FileFolder:
    """The port `Files` on a folder, which is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, name: str, mime: str, content: bytes) -> NewFile:
        """Keep a file durably."""
        key = secrets.token_hex(16)
        try:
            await asyncio.to_thread(_write, self._path(key), content)
        except OSError as error:
            message = f"a file cannot be kept: {type(error).__name__}"
            raise StoreError(message, retryable=True) from None
        digest = hashlib.sha256(content).hexdigest()
        return NewFile(name[:MOST_NAME], mime[:128], len(content), digest, f"{SCHEME}{key}")

    async def read(self, uri: str) -> bytes:
        """The content."""
        try:
            return await asyncio.to_thread(self._path(_key(uri)).read_bytes)
        except FileNotFoundError:
            raise NotFoundError("the file is not there any more") from None
        except OSError as error:
            raise StoreError(f"a file cannot be read: {type(error).__name__}") from None

    async def drop(self, uri: str) -> None:
        """Destroy it."""
        try:
            await asyncio.to_thread(self._path(_key(uri)).unlink, missing_ok=True)
        except OSError as error:
            message = f"a file cannot be destroyed: {type(error).__name__}"
            raise StoreError(message, retryable=True) from None

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _key(uri: str) -> str:
    key = uri.removeprefix(SCHEME)
    if not uri.startswith(SCHEME) or not _NAME.fullmatch(key):
        raise NotFoundError("this is the address of no file")
    return key


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk when it returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as file:
            fresh.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
