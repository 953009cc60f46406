"""The shelf on a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


async def test_a_version_outlives_the_process(store: SqlStore, path: Path) -> None:
    await store.shelf.save("h", "bank", {"bank.yaml": b"x"})
    await store.close()
    again = open_store(f"sqlite:///{path}")
    assert await again.shelf.get("h") == {"bank.yaml": b"x"}
    await again.close()


async def test_a_version_that_cannot_be_kept_leaves_nothing(store: SqlStore) -> None:
    with pytest.raises(StoreError):
        await store.shelf.save("h", "bank", {"good.yaml": b"x", "\ud800.yaml": b"y"})
    assert await store.shelf.get("h") is None
