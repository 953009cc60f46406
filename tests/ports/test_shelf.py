"""What the shelf of flow versions promises."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

FILES = {"bank.yaml": b"flow: bank\n", "prompts/tr/\xc5\x9f.wav": bytes(range(256)), "empty": b""}


async def test_a_version_comes_back_as_it_was_saved(store: Store) -> None:
    await store.shelf.save("0123456789ab", "bank", FILES)
    assert await store.shelf.get("0123456789ab") == FILES
    assert await store.shelf.get("another") is None


async def test_saving_again_changes_nothing(store: Store) -> None:
    await store.shelf.save("0123456789ab", "bank", FILES)
    await store.shelf.save("0123456789ab", "bank", {"bank.yaml": b"changed"})
    assert await store.shelf.get("0123456789ab") == FILES


async def test_the_same_version_saved_twice_at_once_is_saved_once(store: Store) -> None:
    await asyncio.gather(*(store.shelf.save("h", "bank", FILES) for _copy in range(4)))
    assert await store.shelf.get("h") == FILES


async def test_a_version_may_have_many_files(store: Store) -> None:
    files = {f"prompts/{number}.wav": bytes([number]) for number in range(131)}
    await store.shelf.save("h", "bank", files)
    assert await store.shelf.get("h") == files
