"""A house with somebody in it who has left traces, on each kind of database."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ivr.store import open_store, postgres
from ivr.store.upgrade import upgrade
from tests.fakes.forgotten import Life
from tests.fakes.writers import empty

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables and no rows."""
    path = tmp_path_factory.mktemp("made") / "ivr.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def made_postgres(postgres_url: str) -> str:
    """The PostgreSQL database with its tables made."""
    upgrade(postgres_url)
    return postgres_url


@pytest.fixture
def file(made_file: Path, tmp_path: Path) -> Path:
    """An empty SQLite file."""
    shutil.copy(made_file, tmp_path / "ivr.db")
    return tmp_path / "ivr.db"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    url: str = request.getfixturevalue("made_postgres")
    postgres.apart(lambda: empty(url))
    return url


@pytest.fixture
async def house(address: str, tmp_path: Path) -> AsyncIterator[Life]:
    """A house in which nobody has done anything yet."""
    store = open_store(address, synchronous="NORMAL")
    yield Life(store, tmp_path / "files")
    await store.close()


@pytest.fixture
async def life(house: Life) -> Life:
    """Somebody has been a customer here."""
    return await house.lived()
