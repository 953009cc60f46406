"""A house with somebody in it who has left traces, on each kind of database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.forgotten import Life
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def file(sqlite_address: str) -> Path:
    """An empty SQLite file."""
    return Path(sqlite_address.removeprefix("sqlite:///"))


@pytest.fixture
async def house(address: str, tmp_path: Path) -> AsyncIterator[Life]:
    """A house in which nobody has done anything yet."""
    store = open_fresh(address, synchronous="NORMAL")
    yield Life(store, tmp_path / "files")
    await store.close()


@pytest.fixture
async def life(house: Life) -> Life:
    """Somebody has been a customer here."""
    return await house.lived()
