"""Empty databases by the hundred: the tables are made once for a process, then copied."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ivr.store import SqlStore, open_store, postgres
from ivr.store.address import read_address, sqlite_path
from ivr.store.tables import METADATA, audit_log, owner
from ivr.store.upgrade import HEAD, upgrade


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
    return f"sqlite:///{path}"


def emptied(url: str) -> str:
    """The address of a PostgreSQL database at the newest revision, without rows."""
    if not postgres.apart(lambda: _empty(url)):
        upgrade(url)
        postgres.apart(lambda: _empty(url))
    return url


@cache
def _emptying() -> str:
    """Row by row: to truncate sixty tables takes longer than most tests. Audit rows let nobody
    take them out, but who owns their table can."""
    kept = (owner.name, audit_log.name)
    names = [each.name for each in reversed(METADATA.sorted_tables) if each.name not in kept]
    rows = [f"DELETE FROM {name}" for name in names]  # noqa: S608 - names of ours
    return "; ".join(["TRUNCATE audit_log", *rows, "UPDATE owner SET epoch = 0"])


async def _empty(url: str) -> bool:
    """False, and nothing is done, where it is not at the newest revision."""
    import asyncpg  # noqa: PLC0415 - an extra; only these tests need it

    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return False
        if await connection.fetchval("SELECT version_num FROM alembic_version") != HEAD:
            return False
        await connection.execute(_emptying())
        return True
    finally:
        await connection.close()


def open_fresh(url: str, **options: Any) -> SqlStore:  # noqa: ANN401 - those of open_store
    """`open_store` with `create`; an SQLite file that is not there has its tables already."""
    address = read_address(url)
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        fresh_file(sqlite_path(address))
    return open_store(url, **{"create": True, **options})
