"""Files of customers and recordings as one: who destroys something needs not know which it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.runtime.recordings.folder import destroy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from ivr.runtime.ports.files import Draft, Files
    from ivr.runtime.ports.ticket_rows import NewFile

FILES = "files:"


class WithRecordings:
    """The port `Files`, whose `drop` destroys recordings too. root: of the recordings."""

    def __init__(self, files: Files, root: Path) -> None:
        self._files = files
        self._root = root

    async def drop(self, uri: str) -> None:
        """Destroy it."""
        if uri.startswith(FILES):
            await self._files.drop(uri)
            return
        await asyncio.to_thread(destroy, self._root, uri)

    async def keep(self, name: str, mime: str, content: bytes) -> NewFile:
        """See the port."""
        return await self._files.keep(name, mime, content)

    def draft(self) -> AbstractAsyncContextManager[Draft]:
        """See the port."""
        return self._files.draft()

    async def read(self, uri: str) -> bytes:
        """See the port."""
        return await self._files.read(uri)

    def stream(self, uri: str) -> AsyncGenerator[bytes, None]:
        """See the port."""
        return self._files.stream(uri)
