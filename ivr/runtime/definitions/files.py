"""The files under flows/tickets: read with their version, checked whole, published or left alone.

A change is published only over the version it was made from. The text before is kept on the shelf,
the new one is written beside the old file and then put in its place, so a reader sees one of them
whole; then it is taken over as any edited flow is.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError, StaleVersionError
from ivr.domain.problem import Severity
from ivr.runtime.flows.library import read_folder
from ivr.tickets.catalogue.loading import FILES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from ivr.domain.problem import Problem
    from ivr.runtime.flows.library import Library
    from ivr.runtime.ports import Shelf

PLACE = "tickets"
SHELF = "tickets/"
_VERSION = 40


@dataclass(frozen=True, slots=True)
class Definition:
    """A file as it is now. version: of its octets, as the shelf keeps them; path: as problems name
    it."""

    name: str
    path: str
    text: str
    version: str


@dataclass(slots=True)
class Definitions:
    """The files of one house. folder: of the flows; they stand in `tickets` below it."""

    folder: Path
    library: Library
    shelf: Shelf
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def all(self) -> Sequence[Definition]:
        """Every file that there can be; one that is missing is empty."""
        return [await self.get(name) for name in FILES]

    async def get(self, name: str) -> Definition:
        """One of them. Raises NotFoundError."""
        octets = await asyncio.to_thread(_read, self._path(name))
        path = self._path(name).as_posix()
        return Definition(name, path, octets.decode("utf-8", "replace"), version_of(octets))

    async def kept(self, name: str, version: str) -> str:
        """The text of an older version. Raises NotFoundError."""
        files = await self.shelf.get(_key(name, version)) if name in FILES else None
        if not files:
            raise NotFoundError("this version is not kept")
        return next(iter(files.values())).decode("utf-8", "replace")

    async def check(self, name: str, text: str) -> Sequence[Problem]:
        """What would be wrong with the whole folder if the file were so; nothing is written."""
        files = await asyncio.to_thread(read_folder, self.folder)
        return await self.library.check({**files, self._path(name).as_posix(): text.encode()})

    async def publish(
        self, name: str, text: str, version: str, noted: Callable[[str], Awaitable[None]]
    ) -> tuple[Definition, Sequence[Problem]]:
        """Put a text in the place of a version, and take it over; gives what the file is now.

        With an error in it nothing changes. noted: writes down the new version before anything is
        changed. Raises StaleVersionError if the file is another by now, StoreError.
        """
        async with self._one_at_a_time:
            before = await self.get(name)
            if before.version != version:
                raise StaleVersionError(f"{name} is at version {before.version}")
            problems = await self.check(name, text)
            if text == before.text or _wrong(problems):
                return before, problems
            fresh = version_of(text.encode())
            for each, content in ((version, before.text), (fresh, text)):
                files = {before.path: content.encode()}
                await self.shelf.save(_key(name, each), f"{SHELF}{name}", files)
            await noted(fresh)
            return await self._put(before, text)

    async def _put(self, before: Definition, text: str) -> tuple[Definition, Sequence[Problem]]:
        """Into its place, and in force; back again if something else is wrong by now."""
        path = self._path(before.name)
        await asyncio.to_thread(_write, path, text.encode())
        files = await asyncio.to_thread(read_folder, self.folder)
        problems = await self.library.publish(files)
        if _wrong(problems):
            await asyncio.to_thread(_write, path, before.text.encode())
        return await self.get(before.name), problems

    def _path(self, name: str) -> Path:
        if name not in FILES:
            raise NotFoundError(f"there are {', '.join(FILES)}")
        return self.folder / PLACE / name


def version_of(octets: bytes) -> str:
    """What tells one text from another."""
    return hashlib.sha256(octets).hexdigest()[:_VERSION]


def _key(name: str, version: str) -> str:
    return hashlib.sha256(f"{SHELF}{name}:{version}".encode()).hexdigest()


def _wrong(problems: Sequence[Problem]) -> bool:
    return any(each.severity is Severity.ERROR for each in problems)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _write(path: Path, octets: bytes) -> None:
    """In one piece, and there to stay when the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
            os.replace(file.name, path)  # noqa: PTH105 - a name and no Path
        except BaseException:
            os.unlink(file.name)  # noqa: PTH108 - likewise
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
