"""What the keys of programs promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import KeyRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
CRM = KeyRow(
    "Ab3dEf7h",
    "crm",
    "d" * 64,
    "console",
    ("event:r", "number:r"),
    NOON,
    NOON + timedelta(days=365),
    ("192.0.2.0/24",),
)


async def test_a_key_comes_back_as_it_was_kept(store: Store) -> None:
    await store.machine_keys.add(CRM)
    assert await store.machine_keys.get("d" * 64) == CRM
    assert await store.machine_keys.get("e" * 64) is None


async def test_all_keys_are_listed_by_name(store: Store) -> None:
    for name in ("wall", "crm", "bi"):
        await store.machine_keys.add(replace(CRM, id=f"{name:x<8}", name=name, digest=name))
    assert [key.name for key in await store.machine_keys.all()] == ["bi", "crm", "wall"]


@pytest.mark.parametrize("same", ["id", "name", "digest"])
async def test_nothing_of_a_key_may_be_that_of_another(store: Store, same: str) -> None:
    await store.machine_keys.add(CRM)
    other = replace(CRM, id="12345678", name="other", digest="f" * 64, rights=())
    with pytest.raises(StoreError):
        await store.machine_keys.add(replace(other, **{same: getattr(CRM, same)}))
    assert await store.machine_keys.all() == [CRM]


async def test_a_removed_key_is_gone_and_its_name_free(store: Store) -> None:
    await store.machine_keys.add(CRM)
    assert await store.machine_keys.remove("crm")
    assert not await store.machine_keys.remove("crm")
    assert await store.machine_keys.get(CRM.digest) is None
    await store.machine_keys.add(replace(CRM, digest="f" * 64))


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.machine_keys.add(replace(CRM, ends_at=NOON.replace(tzinfo=None)))
