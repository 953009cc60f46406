"""A second process on the file that the first one has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.store import SqlStore


@pytest.fixture
async def again(path: Path, store: SqlStore) -> AsyncIterator[SqlStore]:
    """Such as a command line beside the server."""
    assert await store.ready()
    opened = open_store(f"sqlite:///{path}")
    yield opened
    await opened.close()
