"""Something to search, empty, on each kind of database."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ivr.store import open_store, postgres
from ivr.store.upgrade import upgrade
from tests.fakes.writers import Writers, empty

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(scope="session")
def kb_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables and no rows."""
    path = tmp_path_factory.mktemp("kb") / "ivr.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("kb_file"), tmp_path / "ivr.db")
        return f"sqlite:///{tmp_path / 'ivr.db'}"
    url: str = request.getfixturevalue("postgres_url")
    upgrade(url)
    postgres.apart(lambda: empty(url))
    return url


@pytest.fixture
async def writers(address: str) -> AsyncIterator[Writers]:
    """A knowledge base without an article."""
    store = open_store(address, synchronous="NORMAL")
    yield Writers(store)
    await store.close()
