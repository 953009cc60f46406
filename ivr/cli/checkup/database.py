"""The database: reachable, of this version, durable and whole."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.domain.errors import StoreError
from ivr.store.address import read_address, sqlite_path
from ivr.store.sqlite import connect_to_write
from ivr.store.upgrade import HEAD, NOTHING, revision

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = 2
"""What `PRAGMA synchronous` says for FULL; less may lose acknowledged calls in a power cut."""
OLDEST_SQLITE = (3, 37)
"""STRICT tables (sqlite.org/stricttables.html)."""
MOST_CHECKED_BYTES = 512 * 1024 * 1024
"""A larger file would take minutes to look through."""


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address, None for another kind of database or a bad address."""
    try:
        address = read_address(url)
    except StoreError:
        return None
    return sqlite_path(address) if address.get_backend_name() == "sqlite" else None


def database(url: str) -> Iterator[Finding]:
    """Reachable and at the version that this program needs; SQLite's own settings."""
    file = sqlite_file(url)
    kind = "SQLite" if file is not None else "PostgreSQL"
    try:
        found = revision(read_address(url))
    except StoreError as error:
        yield fail("database", str(error), "correct `database` in the configuration, or start it")
        return
    if found == HEAD:
        yield ok("database", f"{kind}, at version {HEAD}")
    elif found == NOTHING:
        yield ok("database", f"{kind}, empty; set up at the first start")
    else:
        yield fail("database", f"at version {found}, this program needs {HEAD}", "ivr db upgrade")
    if file is not None:
        yield from _sqlite(file)


def _sqlite(file: Path) -> Iterator[Finding]:
    """Looks with the settings of the server; a file that is not there is tried out elsewhere."""
    if file.exists():
        yield from _settings(file)
        yield from _whole(file)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _settings(Path(folder, "probe.db"))


def _settings(file: Path) -> Iterator[Finding]:
    with closing(connect_to_write(file)) as connection:
        number = str(connection.execute("SELECT sqlite_version()").fetchone()[0])
        synchronous = int(connection.execute("PRAGMA synchronous").fetchone()[0])
        mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    if tuple(int(part) for part in number.split(".")[:2]) < OLDEST_SQLITE:
        yield fail("sqlite", f"{number} is too old", "use a Python with SQLite 3.37 or newer")
    elif synchronous < FULL:
        yield fail("sqlite", f"synchronous is {synchronous}", "the server needs FULL")
    elif mode != "wal":
        yield fail("sqlite", f"journal_mode is {mode}", "put the file on a local disk")
    else:
        yield ok("sqlite", f"{number}, synchronous FULL, journal WAL")


def _whole(file: Path) -> Iterator[Finding]:
    if file.stat().st_size > MOST_CHECKED_BYTES:
        yield warn(
            "integrity", "not looked at: a large file", f'sqlite3 {file} "PRAGMA quick_check"'
        )
        return
    with closing(connect_to_write(file)) as connection:
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if said == "ok":
        yield ok("integrity", f"{file} is whole")
    else:
        yield fail("integrity", said, "stop the server and restore the last backup")
