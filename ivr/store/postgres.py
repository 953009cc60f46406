"""PostgreSQL 15 or newer through asyncpg: the same SQL, the same writer, another connection.

The writer thread runs a small event loop of its own for its one connection, so batching, order,
retries and fencing are the very code that SQLite uses. Reads run on the server's loop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Dialect, NullPool
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ivr.domain.errors import MissingExtraError
from ivr.store.faults import CommitError, postgres_fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from ivr.store.sink import Job, T
    from ivr.store.statements import Prepared, Row, Step

READERS = 4
CONNECT_S = 5.0
STATEMENT_MS = 5000
_T = TypeVar("_T")
_DRIVER_ERRORS = (SQLAlchemyError, OSError, TimeoutError)


def _engine(url: URL, **options: Any) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's own options
    if find_spec("asyncpg") is None:
        raise MissingExtraError(
            'PostgreSQL needs one more package: pip install "ivr-server[postgres]"'
        )
    settings = {
        "timezone": "UTC",
        "statement_timeout": str(STATEMENT_MS),
        "application_name": "ivr-server",
        "jit": "off",  # to compile one of our queries takes longer than to run it
    }
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        connect_args={"timeout": CONNECT_S, "server_settings": settings},
        hide_parameters=True,
        **options,
    )


def reading_engine(url: URL) -> AsyncEngine:
    """Connections for reading; each use sees one moment."""
    return _engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def upgrading_engine(url: URL) -> AsyncEngine:
    """One connection for migrations and for looking at the revision."""
    return _engine(url, poolclass=NullPool)


def apart(work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run a coroutine to its end on another thread, whether or not a loop runs on this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


class PostgresSink:
    """The writing connection, living in the writer thread's own loop."""

    def __init__(self, url: URL) -> None:
        self._engine = _engine(url, poolclass=NullPool)
        self._runner: asyncio.Runner | None = None
        self._connection: AsyncConnection | None = None

    @property
    def dialect(self) -> Dialect:
        """PostgreSQL as asyncpg spells it."""
        return self._engine.dialect

    def transact(self, work: Sequence[Step]) -> list[Row]:
        """One transaction. After any failure the connection is checked by making a new one."""
        return self._run(self._in_one(lambda connection: _carry_out(connection, work)))

    def change(self, job: Job[T]) -> T:
        """One job in one transaction."""
        return self._run(self._in_one(lambda connection: connection.run_sync(job)))

    def ask(self, question: Prepared, values: Row) -> list[Row]:
        """One read on the writing connection."""
        return self._run(self._ask(question, values))

    def close(self) -> None:
        """Close the connection and the loop."""
        if self._runner is not None:
            self._runner.run(self._drop())
            self._runner.close()
            self._runner = None

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)

    async def _in_one(self, work: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        try:
            connection = await self._open()
            found = await work(connection)
        except _DRIVER_ERRORS as error:
            await self._roll_back(error)
            raise postgres_fault(error) from None
        except Exception:
            await self._drop()
            raise
        try:
            await connection.commit()
        except _DRIVER_ERRORS as error:
            await self._drop()
            raise CommitError(str(postgres_fault(error))) from None
        return found

    async def _ask(self, question: Prepared, values: Row) -> list[Row]:
        try:
            connection = await self._open()
            rows = await ask(connection, question, values)
            await connection.rollback()
        except _DRIVER_ERRORS as error:
            await self._roll_back(error)
            raise postgres_fault(error) from None
        return rows

    async def _open(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._engine.connect()
        return self._connection

    async def _roll_back(self, error: Exception) -> None:
        if self._connection is None:
            return
        if getattr(error, "connection_invalidated", True):
            await self._drop()
            return
        try:
            await self._connection.rollback()
        except _DRIVER_ERRORS:
            await self._drop()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.invalidate()
            await connection.close()
        except _DRIVER_ERRORS:
            return


async def ask(connection: AsyncConnection, question: Prepared, values: Row) -> list[Row]:
    """The rows of one select. Raises what SQLAlchemy raises."""
    result = await connection.exec_driver_sql(question.sql, values)
    return [tuple(row) for row in result.fetchall()]


async def _carry_out(connection: AsyncConnection, work: Sequence[Step]) -> list[Row]:
    found: list[Row] = []
    for step in work:
        values = list(step.rows) if step.many else step.rows[0]
        result = await connection.exec_driver_sql(step.prepared.sql, values)
        if result.returns_rows:
            found = [tuple(row) for row in result.fetchall()]
    return found
