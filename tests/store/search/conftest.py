"""Something to search, empty, on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.store import open_store
from tests.fakes.writers import Writers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def writers(address: str) -> AsyncIterator[Writers]:
    """A knowledge base without an article."""
    store = open_store(address, synchronous="NORMAL")
    yield Writers(store)
    await store.close()
