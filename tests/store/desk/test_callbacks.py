"""Promises on a file; what every store promises of them is in tests/ports/test_callbacks.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import Wish, promise
from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import CallbackRow

if TYPE_CHECKING:
    from ivr.store import SqlStore


def made(key: str) -> CallbackRow:
    wish = Wish("+905321112233", "cards", "+905321112233", 0, 10)
    return CallbackRow(promise(wish, key, "12345670", 5))


async def test_two_processes_cannot_promise_a_person_two_calls(
    store: SqlStore, again: SqlStore
) -> None:
    await store.groups.claim("g1")
    await store.callbacks.save("g1", made("p-1"))
    with pytest.raises(StoreError, match="another promise"):
        await again.callbacks.save("g1", made("p-2"))


async def test_a_group_that_nobody_owns_has_no_books(store: SqlStore) -> None:
    with pytest.raises(StoreError):
        await store.callbacks.save("g9", made("p-1"))
