"""The intake of a house on each kind of database."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ivr.store import open_store, postgres
from ivr.store.address import read_address
from ivr.store.tables import METADATA, owner
from ivr.store.upgrade import upgrade
from tests.fakes.intake import Pool

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


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        made: Path = request.getfixturevalue("made_file")
        shutil.copy(made, tmp_path / "ivr.db")
        return f"sqlite:///{tmp_path / 'ivr.db'}"
    url: str = request.getfixturevalue("made_postgres")
    postgres.apart(lambda: _empty(url))
    return url


@pytest.fixture
async def pool(address: str) -> AsyncIterator[Pool]:
    """An intake in which nothing has arrived."""
    store = open_store(address, synchronous="NORMAL")
    yield Pool(store)
    await store.close()


async def _empty(url: str) -> None:
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables if table is not owner)
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"TRUNCATE {names} CASCADE")
    await engine.dispose()
