"""Opens files below one folder, and nothing else, whatever stands in a name or on the disk.

Each part of the way is opened by itself and may not be a link; what is there in the end must be a
regular file. Looking first and opening then would leave a moment in which it could be exchanged.
Source: security.md section 13.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import NotFoundError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_PART: Final = re.compile(r"[0-9a-z][0-9a-z._-]{0,63}")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""A pipe that somebody has put there is refused, not waited for."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
ABSENT: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""It is not there, or a link is. Whatever else fails may be there."""


@contextmanager
def told(what: str, *, absent: bool = True) -> Iterator[None]:
    """Failures of the disk as errors of a port.

    NotFoundError if something is not there; else StoreError, which may pass: a disk that is full or
    away, a right that is missing. absent: false where nothing can be missing but by a fault.
    """
    try:
        yield
    except OSError as error:
        if absent and error.errno in ABSENT:
            raise NotFoundError("there is no such file") from None
        why = error.strerror or type(error).__name__
        raise StoreError(f"{what}: {why}", retryable=True) from None


def opened(root: Path, parts: Iterable[str], flags: int) -> int:
    """A descriptor of a regular file below the root, opened with these flags (`os.O_RDONLY` ...).

    Raises NotFoundError if it is not there, or for a name that is none of ours, a link, a device;
    StoreError if it cannot be opened.
    """
    *folders, name = checked(parts)
    with folder(root, folders) as at, told("a file cannot be opened"):
        file = os.open(name, flags | _FILE, PRIVATE_FILE, dir_fd=at)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotFoundError("not a regular file")
    return file


@contextmanager
def folder(root: Path, parts: Iterable[str], *, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder below the root. make: it and those above it, where missing.

    Raises NotFoundError if it is not there or no folder, StoreError if it cannot be opened or made.
    """
    at = _opened_folder(root, checked(parts), make=make)
    try:
        yield at
    finally:
        os.close(at)


def _opened_folder(root: Path, parts: Iterable[str], *, make: bool) -> int:
    with told("a folder cannot be opened", absent=not make):
        if make:
            root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in parts:
            try:
                below = _below(at, part, make=make)
            finally:
                os.close(at)
            at = below
        return at


def _below(at: int, part: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, PRIVATE_FOLDER, dir_fd=at)
            os.fsync(at)  # a file is safe only if its folder is
    return os.open(part, _FOLDER, dir_fd=at)


def checked(parts: Iterable[str]) -> list[str]:
    """The parts of a way, if each is a name of ours. Raises NotFoundError."""
    found = list(parts)
    if not all(_PART.fullmatch(part) for part in found):
        raise NotFoundError("not a name of ours")
    return found


def unlinked(at: int, name: str) -> None:
    """Take a file away; nothing if it is gone."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=at)
