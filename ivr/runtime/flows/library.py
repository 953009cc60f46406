"""The flows of the running server: swapped as a whole when they check clean, else left alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.domain.errors import ReplayError
from ivr.domain.problem import Problem, Severity
from ivr.engine.book import Book
from ivr.runtime import metrics
from ivr.surveys.files.loading import NO_SURVEYS, Surveys
from ivr.tickets.catalogue.loading import disappeared
from ivr.tickets.catalogue.model import EMPTY, Catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.ports import Shelf

_LOG = logging.getLogger(__name__)
Files = Mapping[str, bytes]
Check = Callable[[Files], tuple[Book | None, Sequence[Problem]]]
CheckCatalogue = Callable[[Files], tuple[Catalogue | None, Sequence[Problem]]]
CheckSurveys = Callable[[Files], tuple[Surveys | None, Sequence[Problem]]]
SUFFIXES = {".yaml", ".yml", ".wav"}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every flow, prompt and audio file below a folder, by its path as problems should name it."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    return {path.as_posix(): path.read_bytes() for path in found if path.is_file()}


def no_tickets(_files: Files) -> tuple[Catalogue | None, Sequence[Problem]]:
    """The catalogue of a house without tickets."""
    return EMPTY, ()


def no_surveys(_files: Files) -> tuple[Surveys | None, Sequence[Problem]]:
    """The surveys of a house that asks nobody."""
    return NO_SURVEYS, ()


async def told_nobody(_surveys: Surveys) -> None:
    """Nobody keeps versions of surveys."""


def all_fits(_book: Book, _catalogue: Catalogue) -> Sequence[Problem]:
    """Nothing is compared."""
    return ()


async def none_used() -> Collection[str]:
    """The categories of a house without tickets."""
    return ()


@dataclass(frozen=True, slots=True)
class Judges:
    """Who says whether files may be used.

    check: every check there is, for what is to be published. lacks: what a book to be published is
    short of. load: as little as can be, for an old version whose callers are still inside.
    catalogue: every check of what tickets may be about. fits: what flows want of tickets and the
    catalogue does not have. used: codes of the categories that tickets have. surveys: every check
    of what people are asked.
    """

    check: Check
    lacks: Callable[[Book], Sequence[Problem]]
    load: Check
    catalogue: CheckCatalogue = no_tickets
    fits: Callable[[Book, Catalogue], Sequence[Problem]] = all_fits
    used: Callable[[], Awaitable[Collection[str]]] = none_used
    surveys: CheckSurveys = no_surveys


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of the files when they were read last. refused: what runs is older than they
    are."""

    problems: Sequence[Problem] = ()
    refused: bool = False


class Library:
    """Implements `Books`. A version stays in the book as long as the process lives.

    keep_surveys: keeps each version of what is asked, before anybody is asked it. verdict: of the
    last files, whether they were published or not.
    """

    def __init__(
        self,
        book: Book,
        shelf: Shelf,
        judges: Judges,
        catalogue: Catalogue = EMPTY,
        surveys: Surveys = NO_SURVEYS,
    ) -> None:
        self._book = book
        self._catalogue = catalogue
        self._audio = _recordings(book)
        self._shelf = shelf
        self._judges = judges
        self._surveys = surveys
        self.keep_surveys: Callable[[Surveys], Awaitable[None]] = told_nobody
        self.verdict = Verdict()

    def current(self) -> Book:
        """What new events are decided with."""
        return self._book

    @property
    def catalogue(self) -> Catalogue:
        """What tickets can be about, and what is promised: the last version without mistakes."""
        return self._catalogue

    @property
    def surveys(self) -> Surveys:
        """What people are asked: the last version without mistakes."""
        return self._surveys

    def audio(self, digest: str) -> bytes | None:
        """A recorded prompt by the SHA-256 of its file; None if no version uses it."""
        return self._audio.get(digest)

    async def keep(self) -> None:
        """Put every live version on the shelf, before the first call may be pinned to it."""
        await self._keep(self._book)
        await self.keep_surveys(self._surveys)

    async def _keep(self, book: Book) -> None:
        for name, flow_hash in book.live.items():
            await self._shelf.save(flow_hash, name, book.bundles[flow_hash].sources)

    def _add(self, book: Book) -> None:
        """Swap in a book with every version of the one before."""
        self._audio |= _recordings(book)
        self._book = replace(book, bundles={**self._book.bundles, **book.bundles})

    async def check(self, files: Files) -> Sequence[Problem]:
        """All that is wrong with files that might be published; nothing changes."""
        _book, _catalogue, found = await self._judged(files)
        _surveys, of_surveys = await asyncio.to_thread(self._judges.surveys, files)
        return [*found, *of_surveys]

    async def publish(self, files: Files) -> Sequence[Problem]:
        """Check, keep and swap in; with errors nothing changes. Live calls stay on their version.

        Flows, tickets and surveys are one: an error in any of them keeps all as they are.
        Raises StoreError if the shelf cannot be reached; then nothing has changed either.
        """
        book, catalogue, found = await self._judged(files)
        surveys, of_surveys = await asyncio.to_thread(self._judges.surveys, files)
        problems = [*found, *of_surveys]
        wrong = [p for p in problems if p.severity is Severity.ERROR]
        refused = bool(wrong) or book is None or catalogue is None or surveys is None
        metrics.RELOADS.labels("refused" if refused else "done").inc()
        if wrong or book is None or catalogue is None or surveys is None:
            self.verdict = Verdict(problems, refused=True)
            for problem in wrong:
                _LOG.error("flow_problem", extra={"facts": {"problem": str(problem)}})
            return problems
        await self._keep(book)
        await self.keep_surveys(surveys)
        self._add(book)
        self._catalogue, self._surveys = catalogue, surveys
        self.verdict = Verdict(problems)
        facts = {"live": dict(book.live), "catalogue": catalogue.hash}
        _LOG.info("flows_published", extra={"facts": facts})
        return problems

    async def _judged(
        self, files: Files
    ) -> tuple[Book | None, Catalogue | None, Sequence[Problem]]:
        """What can be made of the files, and everything that is wrong with them."""
        judges = self._judges
        book, problems = await asyncio.to_thread(judges.check, files)
        catalogue, others = await asyncio.to_thread(judges.catalogue, files)
        found = [*problems, *(judges.lacks(book) if book is not None else ()), *others]
        if catalogue is not None:
            found += disappeared(await judges.used(), catalogue, files)
            found += judges.fits(book, catalogue) if book is not None else ()
        return book, catalogue, found

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
