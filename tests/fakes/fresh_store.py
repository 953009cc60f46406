"""Empty databases by the hundred: the tables are made once for a process, then copied."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ivr.store import SqlStore, open_store
from ivr.store.address import read_address, sqlite_path
from ivr.store.upgrade import upgrade


@cache
def _template() -> Path:
    """A database at the newest revision, closed."""
    path = Path(mkdtemp(prefix="ivr-template-")) / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


def open_fresh(url: str, **options: Any) -> SqlStore:  # noqa: ANN401 - those of open_store
    """`open_store` with `create`; an SQLite file that is not there has its tables already."""
    address = read_address(url)
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        sqlite_path(address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template(), sqlite_path(address))
    return open_store(url, **{"create": True, **options})
