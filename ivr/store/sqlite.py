"""The default database: one SQLite file, one connection that writes, a few that read.

Settings: WAL, `synchronous=FULL` (a power cut loses nothing acknowledged), foreign keys on,
`secure_delete=FAST` so that a destroyed key is overwritten in its page.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import Connection, Dialect, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from ivr.store.faults import CommitError, RefusedError, UnavailableError, sqlite_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.store.sink import Job, T
    from ivr.store.statements import Prepared, Row, Step

READERS = 4
BUSY_MS = 5000
_CACHED_STATEMENTS = 256
_DRIVER_ERRORS = (sqlite3.Error, ValueError, OverflowError, TypeError)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """mode: `rwc`, `rw` or `ro`. The driver never opens a transaction by itself (trap 14)."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def connect_to_write(path: Path, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection with every setting of a writer; creates the file if it is not there."""
    connection = _connect(path, "rwc")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA secure_delete=FAST")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def reading_engine(path: Path) -> Engine:
    """Connections that cannot write; each use is one transaction, so it sees one moment."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, "ro"),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def writing_engine(path: Path, *, synchronous: str = "FULL") -> Engine:
    """One connection; transactions hold the write lock from their first statement."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect_to_write(path, synchronous=synchronous),
        poolclass=QueuePool,
        pool_size=1,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin_immediate)
    return engine


def ask(engine: Engine, question: Prepared, values: Row) -> list[Row]:
    """The rows of one select, on a connection of this engine. Raises as `Sink` does."""
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(question.sql, values)
            return list(cursor.fetchall())
    except SQLAlchemyError as error:
        raise database_fault(error) from None
    except _DRIVER_ERRORS as error:
        raise sqlite_fault(error) from None


def database_fault(error: SQLAlchemyError) -> RefusedError | UnavailableError:
    """Sort an error that SQLAlchemy met on SQLite."""
    inner = getattr(error, "orig", None)
    if isinstance(inner, Exception):
        return sqlite_fault(inner)
    return RefusedError(type(error).__name__)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except SQLAlchemyError as error:
        connection.invalidate()
        raise CommitError(str(database_fault(error))) from None


class SqliteSink:
    """The writing connection, used through the driver itself (reasons in statements.py)."""

    def __init__(self, path: Path, dialect: Dialect, *, synchronous: str) -> None:
        self.dialect = dialect
        self._path = path
        self._synchronous = synchronous
        self._connection: sqlite3.Connection | None = None
        self._changes: Engine | None = None

    def transact(self, work: Sequence[Step]) -> list[Row]:
        """One transaction. After a failed commit the connection is thrown away."""
        connection = self._open()
        try:
            connection.execute("BEGIN IMMEDIATE")
            rows = self._carry_out(connection, work)
        except _DRIVER_ERRORS as error:
            self._roll_back(connection)
            raise sqlite_fault(error) from None
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(connection)
            self.close()
            raise CommitError(str(error)) from None
        return rows

    def change(self, job: Job[T]) -> T:
        """One job in one transaction, on a connection of its own that the same thread uses."""
        if self._changes is None:
            self._changes = writing_engine(self._path, synchronous=self._synchronous)
        try:
            with self._changes.connect() as connection:
                connection.begin()
                result = job(connection)
                _commit(connection)
        except SQLAlchemyError as error:
            raise database_fault(error) from None
        return result

    def ask(self, question: Prepared, values: Row) -> list[Row]:
        """One read on the writing connection."""
        try:
            return self._open().execute(question.sql, values).fetchall()
        except _DRIVER_ERRORS as error:
            raise sqlite_fault(error) from None

    def close(self) -> None:
        """Close the connection; the next transaction opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._changes is not None:
            self._changes.dispose()
            self._changes = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = connect_to_write(self._path, synchronous=self._synchronous)
                # How to undo half an insert of many rows: else in a file of its own, each time.
                self._connection.execute("PRAGMA temp_store=MEMORY")
            except sqlite3.Error as error:
                raise sqlite_fault(error) from None
        return self._connection

    def _carry_out(self, connection: sqlite3.Connection, work: Sequence[Step]) -> list[Row]:
        found: list[Row] = []
        for step in work:
            if step.many:
                connection.executemany(step.prepared.sql, step.rows)
                continue
            cursor = connection.execute(step.prepared.sql, step.rows[0])
            if cursor.description is not None:
                found = cursor.fetchall()
        return found

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
