"""The seam of files that customers send: kept as they came, handed out as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ivr.runtime.ports.ticket_rows import NewFile


class Files(Protocol):
    """A place for files. What is in them is never looked at and never to be trusted."""

    async def keep(self, name: str, mime: str, content: bytes) -> NewFile:
        """Keep a file durably, under an address (`uri`) of its own. Raises StoreError."""

    async def read(self, uri: str) -> bytes:
        """The content. Raises NotFoundError for one that is not (any more) there."""

    async def drop(self, uri: str) -> None:
        """Destroy it; one that is gone already changes nothing. Raises StoreError."""
