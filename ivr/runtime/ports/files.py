"""The seam of files that customers send: kept as they came, handed out as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from ivr.runtime.ports.ticket_rows import NewFile


class Draft(Protocol):
    """A file that still comes in."""

    async def write(self, octets: bytes) -> None:
        """Take some more of it. Raises StoreError."""

    async def keep(self, name: str, mime: str) -> NewFile:
        """That was all: keep it durably. Raises StoreError."""


class Files(Protocol):
    """A place for files. What is in them is never looked at and never to be trusted."""

    async def keep(self, name: str, mime: str, content: bytes) -> NewFile:
        """Keep a file durably, under an address (`uri`) of its own. Raises StoreError."""

    def draft(self) -> AbstractAsyncContextManager[Draft]:
        """A file that comes in pieces; what is not kept in the end leaves no trace. Raises
        StoreError."""

    async def read(self, uri: str) -> bytes:
        """The content. Raises NotFoundError for one that is not (any more) there."""

    def stream(self, uri: str) -> AsyncGenerator[bytes, None]:
        """The content, a piece at a time; raises as `read`, before the first piece."""

    async def drop(self, uri: str) -> None:
        """Destroy it; one that is gone already changes nothing. Raises StoreError."""
