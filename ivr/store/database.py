"""Opening the database and the two ways into it: `write` (durable, in order) and `read`."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.errors import StoreError
from ivr.store import postgres, sqlite
from ivr.store.address import sqlite_path
from ivr.store.faults import RefusedError, UnavailableError, postgres_fault
from ivr.store.statements import Compiled, Each, Row, Write
from ivr.store.tables import owner
from ivr.store.writer import PATIENCE_S, Explain, Unit, Writer, plainly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sqlalchemy import Row as NamedRow
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ivr.store.sink import Job, Sink
    from ivr.store.statements import Prepared

READY_S = 1.0
_PING = select(owner.c.epoch)
_WRITE_PING = Each(0, _PING)
_T = TypeVar("_T")


class Reader(Protocol):
    """Runs a question on a connection that cannot write."""

    async def run(self, question: Callable[[Connection], _T]) -> _T:
        """The answer, as of one moment. Raises RefusedError or UnavailableError."""

    async def ask(self, question: Prepared, values: Row) -> list[Row]:
        """The rows of one select, as the driver gives them. Raises as `run`."""

    async def close(self) -> None:
        """Release the connections."""


class Database:
    """One database: a writer thread and a few readers."""

    def __init__(self, sink: Sink, reader: Reader, *, patience_s: float = PATIENCE_S) -> None:
        self._compiled = Compiled(sink.dialect)
        self._writer = Writer(sink, self._compiled, patience_s=patience_s)
        self._reader = reader
        self._closed = False

    @property
    def load(self) -> float:
        """Share of the write queue in use, 0 to 1: new calls are refused above one half."""
        return self._writer.load

    def write(
        self,
        writes: Sequence[Write],
        *,
        explain: Explain = plainly,
        call: str = "",
        alone: bool = False,
        size_bytes: int = 0,
        unhurried: bool = False,
    ) -> Awaitable[list[Row]]:
        """Store all of it or nothing; what is awaited ends when it is durable. Raises PortError.

        The options are those of `Unit`.
        """
        bind = self._compiled.bind
        bound = [(one, bind(one, params)) for one, params in writes]
        unit = Unit(bound, explain, call, alone, size_bytes, unhurried=unhurried)
        return self._writer.submit(unit)

    def change(self, job: Job[_T]) -> Awaitable[_T]:
        """Run a job in one durable transaction; what it raises undoes it. Raises PortError."""
        return self._writer.submit(Unit((), plainly, alone=True, job=job))

    async def read(self, question: Callable[[Connection], _T]) -> _T:
        """Ask on a reading connection. Raises StoreError."""
        return await self._answered(self._reader.run, question)

    async def ask(self, question: Each, params: Mapping[str, Any]) -> list[NamedRow[Any]]:
        """What a select gives, as rows with names, as of one moment. Raises StoreError.

        It goes through the driver itself: what is asked for each call costs a fifth of `read`.
        """
        prepared = self._compiled.get(question)
        rows = await self._answered(self._reader.ask, prepared, prepared.bind(params))
        return self._compiled.answers(question)(rows)

    async def _answered(self, ask: Callable[..., Awaitable[_T]], *what: Any) -> _T:  # noqa: ANN401
        if self._closed:
            raise StoreError("the store is closed")
        try:
            return await ask(*what)
        except UnavailableError as error:
            raise StoreError(f"the database cannot be read: {error}", retryable=True) from None
        except RefusedError as error:
            raise StoreError(f"the database refused: {error}") from None

    async def ready(self) -> bool:
        """Whether a read and a write both get through within a second."""
        try:
            async with asyncio.timeout(READY_S):
                await self.read(lambda reader: reader.scalar(_PING))
                await self.write([(_WRITE_PING, {})])
        except (StoreError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Write what is queued, then release everything. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        await self._reader.close()
        await self._writer.close()


class SqliteReader:
    """Read-only connections in a small pool of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(sqlite.READERS, thread_name_prefix="store-reader")

    async def run(self, question: Callable[[Connection], _T]) -> _T:
        """Ask in one of the threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._ask, question)

    async def ask(self, question: Prepared, values: Row) -> list[Row]:
        """Ask in one of the threads, without a transaction: one statement sees one moment."""
        loop = asyncio.get_running_loop()
        ask = partial(sqlite.ask, self._engine, question, values)
        return await loop.run_in_executor(self._threads, ask)

    async def close(self) -> None:
        """End the threads, then the connections."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._threads.shutdown)
        self._engine.dispose()

    def _ask(self, question: Callable[[Connection], _T]) -> _T:
        try:
            with self._engine.connect() as connection:
                return question(connection)
        except SQLAlchemyError as error:
            raise sqlite.database_fault(error) from None


class PostgresReader:
    """A small pool of reading connections on the server's loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, question: Callable[[Connection], _T]) -> _T:
        """Ask on one of the connections."""
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(question)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise postgres_fault(error) from None

    async def ask(self, question: Prepared, values: Row) -> list[Row]:
        """Ask on one of the connections."""
        try:
            async with self._engine.connect() as connection:
                return await postgres.ask(connection, question, values)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise postgres_fault(error) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def connect(url: URL, *, synchronous: str = "FULL", patience_s: float = PATIENCE_S) -> Database:
    """The database at this address, not looked at yet."""
    if url.get_backend_name() == "postgresql":
        reader = PostgresReader(postgres.reading_engine(url))
        return Database(postgres.PostgresSink(url), reader, patience_s=patience_s)
    path = sqlite_path(url)
    engine = sqlite.reading_engine(path)
    sink = sqlite.SqliteSink(path, engine.dialect, synchronous=synchronous)
    return Database(sink, SqliteReader(engine), patience_s=patience_s)
