"""Opens files below one folder, and nothing else, whatever stands in a name or on the disk.

Each part of the way is opened by itself and may not be a link; what is there in the end must be a
regular file. Looking first and opening then would leave a moment in which it could be exchanged.
Source: security.md section 13.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

from contextlib import contextmanager, suppress

_PART: Final = re.compile(r"[0-9a-z][0-9a-z._-]{0,63}")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def opened(root: Path, parts: Iterable[str], flags: int) -> int:
    """A descriptor of a regular file below the root, opened with these flags (`os.O_RDONLY` ...).

    Raises NotFoundError for a name that is none of ours, a link, a device; else OSError.
    """
    *folders, name = _checked(parts)
    with folder(root, folders) as at:
        try:
            file = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE, dir_fd=at)
        except OSError as error:
            raise NotFoundError(f"no such file ({type(error).__name__})") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotFoundError("not a regular file")
    return file


@contextmanager
def folder(root: Path, parts: Iterable[str], *, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder below the root. make: it and those above it, where missing.

    Raises NotFoundError if it is not there or no folder.
    """
    if make:
        root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise NotFoundError(f"no such folder ({type(error).__name__})") from None
    try:
        for part in _checked(parts):
            below = _below(at, part, make=make)
            os.close(at)
            at = below
        yield at
    finally:
        os.close(at)


def _below(at: int, part: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, PRIVATE_FOLDER, dir_fd=at)
    try:
        return os.open(part, _FOLDER, dir_fd=at)
    except OSError as error:
        raise NotFoundError(f"no such folder ({type(error).__name__})") from None


def _checked(parts: Iterable[str]) -> list[str]:
    found = list(parts)
    if not all(_PART.fullmatch(part) for part in found):
        raise NotFoundError("not a name of ours")
    return found
