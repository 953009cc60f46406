"""An empty database of each kind in turn, and the ports of customers on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.customers import Act
from ivr.store import postgres
from ivr.store.address import read_address
from ivr.store.customers.work import House
from ivr.store.database import connect
from ivr.store.tables import METADATA, audit_log, owner
from ivr.store.upgrade import upgrade
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.store.database import Database

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
HOUSE = House("TR", b"a key of thirty-two bytes or more")


@pytest.fixture
def act() -> Act:
    """What Ece does at noon."""
    return Act("ece", NOON)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the database is; empty."""
    if request.param == "sqlite":
        path = f"sqlite:///{tmp_path / 'ivr.db'}"
        upgrade(path)
        return path
    url: str = request.getfixturevalue("postgres_tables")
    postgres.apart(lambda: _empty(url))
    return url


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> str:
    """The PostgreSQL database with its tables made."""
    upgrade(postgres_url)
    return postgres_url


async def _empty(url: str) -> None:
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("TRUNCATE audit_log")
        for table in reversed(METADATA.sorted_tables):
            if table not in (owner, audit_log):
                await connection.execute(table.delete())
    await engine.dispose()


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """It, open."""
    opened = connect(read_address(address))
    yield opened
    await opened.close()


@pytest.fixture
def desk(database: Database) -> CustomerPorts:
    """The ports of customers on it."""
    return open_customers(database, HOUSE)
