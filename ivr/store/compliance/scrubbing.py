"""What was overwritten or deleted is gone from the disk too, not only from the tables.

SQLite keeps old pages in its write-ahead log until that is begun anew, old words in the index for
search until its parts are merged, and what stood in pages that are free now until they are used
again (sqlite.org/wal.html 2.3, fts5.html 6.7, pragma.html secure_delete). PostgreSQL gives space
back to itself by VACUUM, as it does anyway; copies of its log go with the backups.
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

INDEXES = ("words_of_ticket", "words_of_customer")
BUSY_MS = 1_000
_MERGED_PAGES = 200
_FILLED_PAGES = 256
_TRIES = 10


def scrubber(url: URL) -> Callable[[], Awaitable[None]]:
    """What cleans the database at this address; raises StoreError where it could not."""

    async def scrub() -> None:
        if url.get_backend_name() == "sqlite":
            await asyncio.to_thread(scrub_file, sqlite_path(url))

    return scrub


def scrub_file(path: Path, *, busy_ms: int = BUSY_MS) -> None:
    """Merge the indexes, overwrite the free pages, begin the log anew.

    In small steps, each a transaction of its own: calls are written in between. busy_ms: how long
    to wait for others, each time. Raises StoreError.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={busy_ms}")
            connection.execute("PRAGMA secure_delete=ON")
            for index in INDEXES:
                _merge(connection, index)
            _fill(connection)
            _begin_log_anew(connection)
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be cleaned: {error}", retryable=True) from None


def _merge(connection: sqlite3.Connection, index: str) -> None:
    """Put all parts of an index together, a few pages at a time: deleted words go for good."""
    pages = -_MERGED_PAGES  # the first call says that all parts belong together
    while True:
        before = connection.total_changes
        step = f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)"  # noqa: S608 - our names
        connection.execute(step, (pages,))
        if connection.total_changes - before < 2:
            return
        pages = _MERGED_PAGES


def _fill(connection: sqlite3.Connection) -> None:
    """Take every free page, which writes over it, and give them back."""
    connection.execute("DROP TABLE IF EXISTS scrubbing")
    size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    connection.execute("CREATE TABLE scrubbing (octets BLOB)")
    while _free(connection):
        octets = size * min(_free(connection), _FILLED_PAGES)
        connection.execute("INSERT INTO scrubbing VALUES (zeroblob(?))", (octets,))
    connection.execute("DROP TABLE scrubbing")


def _free(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def _begin_log_anew(connection: sqlite3.Connection) -> None:
    """Bring all pages into the file and cut the log. Readers of old pages are waited for."""
    for _try in range(_TRIES):
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
    raise StoreError("the log of the database is in use; try again", retryable=True)
