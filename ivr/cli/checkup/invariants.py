"""`ivr doctor --invariants`: what must hold of all that is kept, read and never changed.

Looked at: INV-8 of security.md 2. It may take a while: every recording is opened and read.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok
from ivr.domain.errors import IvrError
from ivr.runtime.clock import SystemClock
from ivr.runtime.key_file import KeyFileError, master_key
from ivr.runtime.ports.recorded.recordings import READY
from ivr.runtime.recordings.completeness import breach_of, each_made
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.sealing import MasterKeys
from ivr.store import open_store
from ivr.store.recorded.repository import SqlRecordings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.model import Config
    from ivr.store import SqlStore

INV_8 = "INV-8"
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_SAID = {
    "unreadable": "its file is not there, was changed, or has another key",
    "length": "it is not as long as it says",
}
_REMEDY = "restore it from a backup, or see what else has written to the folder or the key file"


def invariants(config: Config) -> Iterator[Finding]:
    """A line for each breach, and one for what holds."""
    try:
        looked, broken = asyncio.run(_recordings(config, _key(Path(config.keys.file))))
    except (IvrError, OSError) as error:
        yield fail(INV_8, f"cannot be looked at: {error}", "correct the configuration")
        return
    for recording, kind in broken:
        yield fail(INV_8, f"recording {recording}: {_SAID[kind]}", _REMEDY)
    if not broken:
        yield ok(INV_8, f"{looked} recordings open and are as long as they say")


def _key(path: Path) -> bytes:
    """That of the server; here none is made."""
    if not path.exists():
        raise KeyFileError(f"there is no key file {path}")
    return master_key(path)


async def _recordings(config: Config, key: bytes) -> tuple[int, list[tuple[str, str]]]:
    """How many there are, and the id and fault of each that is broken."""
    folder = RecordingFolder(Path(config.recordings), MasterKeys(key))
    store = open_store(config.database.reveal(), create=False)
    try:
        return await _looked_through(store, folder)
    finally:
        await store.close()


async def _looked_through(
    store: SqlStore, folder: RecordingFolder
) -> tuple[int, list[tuple[str, str]]]:
    looked, broken = 0, list[tuple[str, str]]()
    until = SystemClock().now() + timedelta(days=1)
    async for row in each_made(SqlRecordings(store.database), _FIRST, until):
        if row.state == READY:
            looked += 1
            kind = await asyncio.to_thread(breach_of, folder, row)
            broken += [(row.id, kind)] if kind else []
    return looked, broken
