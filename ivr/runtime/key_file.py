"""The file of the master key: made once, read at every start, never taken if it looks wrong."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import ClassVar

from ivr.domain.errors import IvrError

KEY_BYTES = 32


class KeyFileError(IvrError):
    """The file of the master key cannot be used; the server does not start."""

    code: ClassVar[str] = "key-file"


def master_key(path: Path) -> bytes:
    """The 32 bytes of this server's master key; made (mode 0600) where there is none yet.

    Raises KeyFileError if the file cannot be made or read, has another length, or may be used by
    others than its owner.
    """
    try:
        if not path.exists():
            _make(path)
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise KeyFileError(f"the key file {path} cannot be used: {reason}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"others may use the key file {path}; run: chmod 600 {path}")
    if len(key) != KEY_BYTES:
        found = f"the key file {path} holds {len(key)} bytes instead of {KEY_BYTES}"
        raise KeyFileError(f"{found}; put the saved key back")
    return key


def _make(path: Path) -> None:
    """Under its name only once it is complete, and never over a key that is there by now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = mkstemp(prefix=".key-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        Path(made).unlink()
