"""Empty databases by the hundred: the tables are made once for a process, then copied."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ivr.store import SqlStore, open_store, postgres
from ivr.store.address import read_address, sqlite_path
from ivr.store.tables import METADATA, audit_log, owner
from ivr.store.upgrade import upgrade


@cache
def _template() -> Path:
    """A database at the newest revision, closed."""
    path = Path(mkdtemp(prefix="ivr-template-")) / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


def fresh_file(path: Path) -> str:
    """The address of a new SQLite file with tables and no rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), path)
    return f"sqlite:///{path}"


def emptied(url: str) -> str:
    """The address of a PostgreSQL database at the newest revision, without rows."""
    upgrade(url)
    postgres.apart(lambda: _empty(url))
    return url


async def _empty(url: str) -> None:
    """Row by row: to truncate sixty tables takes longer than most tests. Audit rows let nobody
    take them out, but who owns their table can."""
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("TRUNCATE audit_log")
        for table in reversed(METADATA.sorted_tables):
            if table not in (owner, audit_log):
                await connection.execute(table.delete())
        await connection.execute(owner.update().values(epoch=0))
    await engine.dispose()


def open_fresh(url: str, **options: Any) -> SqlStore:  # noqa: ANN401 - those of open_store
    """`open_store` with `create`; an SQLite file that is not there has its tables already."""
    address = read_address(url)
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        fresh_file(sqlite_path(address))
    return open_store(url, **{"create": True, **options})
