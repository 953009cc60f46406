"""The server that the tests of the API talk to."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.fakes.door import Door, opened
from tests.fakes.fresh_store import fresh_file
from tests.fakes.ticket_door import TicketDoor, ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A developer's machine: http on loopback, an agent, a supervisor and an admin signed in."""
    async with opened() as made:
        await made.add("ayse", "agent", teams=("cards",))
        await made.add("ali", "agent", teams=("loans",))
        await made.add("sule", "supervisor", teams=("cards",))
        await made.add("deniz", "admin")
        for name in ("ayse", "ali", "sule", "deniz"):
            await made.sign_in(name)
        yield made


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables and no rows."""
    path = tmp_path_factory.mktemp("api") / "ivr.db"
    fresh_file(path)
    return path


@pytest.fixture
def own_file(empty_file: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    shutil.copy(empty_file, tmp_path / "ivr.db")
    return tmp_path / "ivr.db"


@pytest.fixture
async def house(own_file: Path) -> AsyncIterator[TicketDoor]:
    """A server with tickets and customers, and somebody of each role in front of it."""
    async with ticket_door(own_file) as made:
        yield made
