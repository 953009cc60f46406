"""The flows of the running server: swapped as a whole when they check clean, else left alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.domain.errors import ReplayError
from ivr.domain.problem import Problem, Severity
from ivr.engine.book import Book
from ivr.runtime import metrics

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.ports import Shelf

_LOG = logging.getLogger(__name__)
Files = Mapping[str, bytes]
Check = Callable[[Files], tuple[Book | None, Sequence[Problem]]]
SUFFIXES = {".yaml", ".yml", ".wav"}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every flow, prompt and audio file below a folder, by its path as problems should name it."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    return {path.as_posix(): path.read_bytes() for path in found if path.is_file()}


@dataclass(frozen=True, slots=True)
class Judges:
    """Who says whether files may be used.

    check: every check there is, for what is to be published. lacks: what a book to be published is
    short of. load: as little as can be, for an old version whose callers are still inside.
    """

    check: Check
    lacks: Callable[[Book], Sequence[Problem]]
    load: Check


class Library:
    """Implements `Books`. A version stays in the book as long as the process lives."""

    def __init__(self, book: Book, shelf: Shelf, judges: Judges) -> None:
        self._book = book
        self._audio = _recordings(book)
        self._shelf = shelf
        self._judges = judges

    def current(self) -> Book:
        """What new events are decided with."""
        return self._book

    def audio(self, digest: str) -> bytes | None:
        """A recorded prompt by the SHA-256 of its file; None if no version uses it."""
        return self._audio.get(digest)

    async def keep(self) -> None:
        """Put every live version on the shelf, before the first call may be pinned to it."""
        await self._keep(self._book)

    async def _keep(self, book: Book) -> None:
        for name, flow_hash in book.live.items():
            await self._shelf.save(flow_hash, name, book.bundles[flow_hash].sources)

    def _add(self, book: Book) -> None:
        """Swap in a book with every version of the one before."""
        self._audio |= _recordings(book)
        self._book = replace(book, bundles={**self._book.bundles, **book.bundles})

    async def publish(self, files: Files) -> Sequence[Problem]:
        """Check, keep and swap in; with errors nothing changes. Live calls stay on their version.

        Raises StoreError if the shelf cannot be reached; then nothing has changed either.
        """
        book, problems = await asyncio.to_thread(self._judges.check, files)
        problems = [*problems, *(self._judges.lacks(book) if book is not None else ())]
        wrong = [p for p in problems if p.severity is Severity.ERROR]
        metrics.RELOADS.labels("refused" if wrong or book is None else "done").inc()
        if wrong or book is None:
            for problem in wrong:
                _LOG.error("flow_problem", extra={"facts": {"problem": str(problem)}})
            return problems
        await self._keep(book)
        self._add(book)
        _LOG.info("flows_published", extra={"facts": {"live": dict(book.live)}})
        return problems

    async def pin(self, flow_hash: str) -> None:
        """Make sure a version is in the book, from the shelf if it is no longer on disk."""
        if flow_hash in self._book.bundles:
            return
        files = await self._shelf.get(flow_hash)
        if files is None:
            raise ReplayError(f"flow version {flow_hash} is not on the shelf")
        book, _problems = await asyncio.to_thread(self._judges.load, files)
        if book is None or flow_hash not in book.bundles:
            raise ReplayError(f"flow version {flow_hash} no longer loads with this configuration")
        self._add(replace(self._book, bundles=book.bundles))


def _recordings(book: Book) -> dict[str, bytes]:
    """Every recorded prompt of a book by the SHA-256 of its file."""
    files = (item for bundle in book.bundles.values() for item in bundle.sources.items())
    return {sha256(data).hexdigest(): data for path, data in files if path.endswith(".wav")}
