"""A file on its way to the disk: there whole or not at all, also if the machine stops meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ivr.runtime.disk.inside import PRIVATE_FILE, checked, folder, told, unlinked

if TYPE_CHECKING:
    from pathlib import Path

NEW: Final = ".new"
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
WHAT: Final = "a file cannot be kept"


class FreshFile:
    """`NAME.new` beside its place, until `settle` calls it NAME. Every method waits for the disk.

    All raise StoreError if the disk does not take it. `close` in the end, whatever has happened.
    """

    def __init__(self, root: Path, folders: list[str], name: str) -> None:
        """root, folders: where it is; they are made if they are missing."""
        checked([name])
        self._name, self._settled = name, False
        with folder(root, folders, make=True) as at, told(WHAT, absent=False):
            self._at = os.dup(at)
            try:
                self._file = os.open(f"{name}{NEW}", _FLAGS, PRIVATE_FILE, dir_fd=at)
            except OSError:
                os.close(self._at)
                raise

    def write(self, octets: bytes | bytearray) -> None:
        """Some more of it."""
        with told(WHAT, absent=False):
            write_all(self._file, octets)

    def settle(self) -> None:
        """That was all: when this returns it is on the disk, under its name."""
        fresh = f"{self._name}{NEW}"
        with told(WHAT, absent=False):
            os.fsync(self._file)
            os.rename(fresh, self._name, src_dir_fd=self._at, dst_dir_fd=self._at)
            self._settled = True
            os.fsync(self._at)

    def close(self) -> None:
        """Let go; what did not settle is no more."""
        if not self._settled:
            with suppress(OSError):
                unlinked(self._at, f"{self._name}{NEW}")
        for each in (self._file, self._at):
            with suppress(OSError):
                os.close(each)


def write_all(file: int, octets: bytes | bytearray) -> None:
    """All of it: a disk that is nearly full takes a part, and says so only at the next write."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(file, rest) :]
