"""An empty knowledge base on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.fresh_store import open_fresh
from tests.fakes.writers import Writers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def writers(address: str) -> AsyncIterator[Writers]:
    """A knowledge base without an article."""
    store = open_fresh(address, synchronous="NORMAL")
    yield Writers(store)
    await store.close()
