"""Phones on a file."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports import PhoneUser
from ivr.store import open_store
from ivr.store.sqlite import connect_to_write

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

ALI = PhoneUser("ali", "ivr", "a" * 64, "b" * 32)


async def test_users_and_bindings_outlive_the_process(store: SqlStore, path: Path) -> None:
    await store.phones.add(ALI)
    await store.phones.save_bindings("phones", [{"user": "ali"}])
    await store.close()
    again = open_store(f"sqlite:///{path}")
    assert await again.phones.all() == [ALI]
    assert await again.phones.bindings("phones") == [{"user": "ali"}]
    await again.close()


async def test_another_process_may_add_a_user_meanwhile(store: SqlStore, path: Path) -> None:
    assert await store.phones.all() == []
    other = open_store(f"sqlite:///{path}")
    await other.phones.add(ALI)
    await other.close()
    assert await store.phones.all() == [ALI]


async def test_a_database_that_cannot_be_written_keeps_the_bindings(
    store: SqlStore, path: Path
) -> None:
    await store.phones.save_bindings("phones", [{"user": "ali"}])
    with closing(connect_to_write(path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON sip_binding BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(StoreError):
        await store.phones.save_bindings("phones", [{"user": "veli"}])
    assert await store.phones.bindings("phones") == [{"user": "ali"}]
