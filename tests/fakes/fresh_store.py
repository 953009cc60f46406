"""Empty databases by the hundred: the tables are made once for a process, then copied."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ivr.store import SqlStore, open_store
from ivr.store.address import read_address, sqlite_path
from ivr.store.database import connect
from ivr.store.tables import METADATA, audit_log, owner
from ivr.store.upgrade import HEAD, upgrade

_just_made: dict[str, str] = {}
"""Addresses whose database was seen at the newest revision and that nobody has opened since, and
the test which has seen it: the next one may undo migrations first."""


@cache
def _template() -> Path:
    """A database at the newest revision, closed."""
    folder = Path(mkdtemp(prefix="ivr-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


def fresh_file(path: Path) -> str:
    """The address of a new SQLite file with tables and no rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), path)
    return _made(f"sqlite:///{path}")


def emptied(url: str) -> str:
    """The address of a PostgreSQL database at the newest revision, without rows."""
    if not _cleaner(url).empty():
        upgrade(url)
        _cleaner(url).empty()
    return _made(url)


def _made(url: str) -> str:
    _just_made[url] = _this_test()
    return url


def _this_test() -> str:
    """Its name without the phase that it is in."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]


def let_go(url: str) -> None:
    """Leave a PostgreSQL database, which is to be dropped."""
    _cleaner(url).close()
    _cleaner.cache_clear()


@cache
def _cleaner(url: str) -> _Cleaner:
    return _Cleaner(url)


class _Cleaner:
    """One connection of a thread of its own: a new one would have to learn what sixty tables are,
    which takes longer than to empty them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._connection: Any = None

    def empty(self) -> bool:
        """False, and nothing is done, where it is not at the newest revision."""
        return self._thread.submit(lambda: self._runner.run(self._surely())).result()

    def close(self) -> None:
        """Before the database goes."""
        if self._connection is not None:
            self._thread.submit(self._connection.terminate).result()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    async def _surely(self) -> bool:
        """A test may have cut it off meanwhile, which it hears of only when it asks."""
        try:
            return await self._empty()
        except Exception:
            if not self._connection.is_closed():
                raise
            return await self._empty()

    async def _empty(self) -> bool:
        connection = await self._connected()
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return False
        if await connection.fetchval("SELECT version_num FROM alembic_version") != HEAD:
            return False
        await connection.execute(_emptying())
        return True

    async def _connected(self) -> Any:  # noqa: ANN401 - the driver has no types
        import asyncpg  # noqa: PLC0415 - an extra; only these tests need it

        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, statement_cache_size=0)
        return self._connection


@cache
def _emptying() -> str:
    """Row by row: to truncate sixty tables takes longer than most tests. Audit rows let nobody
    take them out, but who owns their table can."""
    kept = (owner.name, audit_log.name)
    names = [each.name for each in reversed(METADATA.sorted_tables) if each.name not in kept]
    rows = [f"DELETE FROM {name}" for name in names]  # noqa: S608 - names of ours
    return "; ".join(["TRUNCATE audit_log", *rows, "UPDATE owner SET epoch = 0"])


def open_fresh(url: str, **options: Any) -> SqlStore:  # noqa: ANN401 - those of open_store
    """`open_store` with `create`; an SQLite file that is not there has its tables already.

    One that was just made is not looked at again, which takes longer than many a test."""
    address = read_address(url)
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        fresh_file(sqlite_path(address))
    if _just_made.pop(url, None) == _this_test():
        return SqlStore(connect(address, **{k: v for k, v in options.items() if k != "create"}))
    return open_store(url, **{"create": True, **options})
