"""An empty database of each kind in turn, and the ports of customers on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.customers import Act
from ivr.store.address import read_address
from ivr.store.customers.work import House
from ivr.store.database import connect
from tests.fakes.customer_ports import CustomerPorts, open_customers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.store.database import Database

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
HOUSE = House("TR", b"a key of thirty-two bytes or more")


@pytest.fixture
def act() -> Act:
    """What Ece does at noon."""
    return Act("ece", NOON)


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
