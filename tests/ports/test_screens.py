"""What the keys of screens on walls promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import ScreenRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
HALL = ScreenRow("Ab3dEf7h", "Salon üstü", "d" * 64, ("cards", "loans"), "tr", "deniz", NOON)


async def test_a_screen_comes_back_as_it_was_kept(store: Store) -> None:
    await store.screens.add(HALL)
    assert await store.screens.get("d" * 64) == HALL
    assert await store.screens.get("e" * 64) is None


async def test_all_are_listed_by_name_and_a_name_may_come_twice(store: Store) -> None:
    for key, name in (("b", "wall"), ("c", "hall"), ("a", "wall")):
        await store.screens.add(replace(HALL, id=key * 8, name=name, digest=key * 64))
    assert [one.id[0] for one in await store.screens.all()] == ["c", "a", "b"]


@pytest.mark.parametrize("same", ["id", "digest"])
async def test_neither_id_nor_key_may_be_that_of_another(store: Store, same: str) -> None:
    await store.screens.add(HALL)
    other = replace(HALL, id="12345678", digest="f" * 64)
    with pytest.raises(StoreError):
        await store.screens.add(replace(other, **{same: getattr(HALL, same)}))
    assert await store.screens.all() == [HALL]


async def test_a_removed_screen_is_gone(store: Store) -> None:
    await store.screens.add(HALL)
    assert await store.screens.remove(HALL.id)
    assert not await store.screens.remove(HALL.id)
    assert await store.screens.get(HALL.digest) is None


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.screens.add(replace(HALL, created_at=NOON.replace(tzinfo=None)))
