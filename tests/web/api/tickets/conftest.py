"""A server with tickets for each test, on a copy of one empty SQLite file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ivr.store.upgrade import upgrade
from tests.fakes.ticket_door import TicketDoor, ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables and no rows."""
    path = tmp_path_factory.mktemp("api") / "ivr.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def house(empty_file: Path, tmp_path: Path) -> AsyncIterator[TicketDoor]:
    """The server, with somebody of each role signed in."""
    shutil.copy(empty_file, tmp_path / "ivr.db")
    async with ticket_door(tmp_path / "ivr.db") as made:
        yield made
