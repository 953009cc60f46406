"""Where the sound of a message comes from that this machine has itself: a spool, or only words."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.runtime.disk.names import is_name
from ivr.runtime.recordings.folder import CUT, SPOOL
from ivr.runtime.recordings.keeper import Found, NotYetError, Source, silence_of

if TYPE_CHECKING:
    from ivr.domain.call import CallId, Turn
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.recordings.folder import RecordingFolder

WORDS = "words"
"""Kinds of sources: `spool`, a file that a worker finishes; `cut`, one whose worker has died; or
only words."""
PATIENCE = 4
"""Looks for a file that its writer has not finished, 21 s; who has not by then has died."""
LONG_PATIENCE = 48
"""Looks for a file that is not there, some 40 hours: a disk that was away may come back."""
__all__ = ["CUT", "SPOOL", "WORDS", "of_spool", "of_words", "spool_name"]


def spool_name(key: bytes, call: CallId, turn: Turn) -> str:
    """The name of a message in the spool: nobody can guess it, and a server that comes back after a
    crash finds it again."""
    return hmac.digest(key, f"{call}/{turn}".encode(), hashlib.sha256).hex()[:32]


def of_spool(folder: RecordingFolder, patience: int = PATIENCE) -> Source:
    """What media workers have written. patience: looks for one that is not finished."""

    async def fetch(row: RecordingRow) -> Found:
        name = row.source.partition(":")[2]
        if not is_name(name):
            raise MediaError("not a name of the spool")
        found = await asyncio.to_thread(folder.spooled, name)
        if found is None:
            missing = "its sound is not in the spool"
            raise MediaError(missing) if row.tries >= LONG_PATIENCE else NotYetError(missing)
        content, whole = found
        if not whole and row.tries < patience:
            raise NotYetError("still being written")
        return Found(content, whole)

    async def forget(row: RecordingRow) -> None:
        await asyncio.to_thread(folder.unspool, row.source.partition(":")[2])

    return Source(fetch, forget)


def of_words() -> Source:
    """What simulated callers have typed: nobody has spoken, so it is silence of the length that
    saying it would have taken. The words themselves stand in the row."""

    async def fetch(row: RecordingRow) -> Found:
        return Found(silence_of(row.seconds))

    async def forget(_row: RecordingRow) -> None:
        """There is nothing to forget."""

    return Source(fetch, forget)
