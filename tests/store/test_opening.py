"""Opening the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.store import open_store

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_empty_database_is_made_ready(path: Path) -> None:
    store = open_store(f"sqlite:///{path}", create=True)
    assert await store.ready()
    await store.close()


async def test_a_store_tells_its_load(path: Path) -> None:
    store = open_store(f"sqlite:///{path}", create=True, synchronous="NORMAL")
    assert store.load == 0
    await store.close()


def test_a_missing_database_is_not_made_by_itself(path: Path) -> None:
    with pytest.raises(StoreError, match="ivr db upgrade"):
        open_store(f"sqlite:///{path}")
    assert not path.exists()


def test_only_the_two_safe_words_for_synchronous(path: Path) -> None:
    with pytest.raises(StoreError, match="FULL, NORMAL"):
        open_store(f"sqlite:///{path}", synchronous="OFF", create=True)
