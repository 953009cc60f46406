"""What was overwritten or deleted is gone from the disk too, not only from the tables.

SQLite keeps old pages in its write-ahead log until that is begun anew, and words in the index for
search until its parts are merged (sqlite.org/wal.html 2.3, sqlite.org/fts5.html 6.5). PostgreSQL
gives the space back to itself by VACUUM, as it does anyway; old copies of its log go with backups.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError
from ivr.store.address import sqlite_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from sqlalchemy import URL

_BUSY_MS = 5_000
_INDEXES = ("words_of_ticket", "words_of_customer")


def scrubber(url: URL) -> Callable[[], Awaitable[None]]:
    """What cleans the database at this address. Raises StoreError where it could not."""

    async def scrub() -> None:
        if url.get_backend_name() == "sqlite":
            await asyncio.to_thread(scrub_file, sqlite_path(url))

    return scrub


def scrub_file(path: Path) -> None:
    """Merge the indexes, rewrite the file without its free pages, and begin the log anew.

    Others may read and write meanwhile; writers wait. Takes about a second per 100 MB.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
            connection.execute("PRAGMA secure_delete=ON")
            for index in _INDEXES:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be cleaned: {error}", retryable=True) from None
    if busy:
        raise StoreError("the log of the database is in use; try again", retryable=True)
