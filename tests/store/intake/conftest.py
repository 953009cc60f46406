"""The intake of a house on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def pool(address: str) -> AsyncIterator[Pool]:
    """An intake in which nothing has arrived."""
    store = open_fresh(address, synchronous="NORMAL")
    yield Pool(store)
    await store.close()
