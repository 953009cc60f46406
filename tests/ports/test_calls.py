"""What finding and owning calls promises."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import LeaseLostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import CallClosing, Entry, Store


async def test_a_call_is_found_by_trunk_and_reference_also_after_its_end(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(step(1))
    assert await store.calls.find("main", "CA-c1") == "c1"
    assert await store.calls.find("main", "CA-c2") is None
    assert await store.calls.find("other", "CA-c1") is None
    await store.journal.append(replace(step(2), closing=closing))
    assert await store.calls.find("main", "CA-c1") == "c1"


async def test_live_calls_come_oldest_first_without_the_ended(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    for name in ("c9", "c3", "c5"):
        await store.journal.append(step(1, call=name))
    await store.journal.append(replace(step(2, call="c3"), closing=closing))
    assert list(await store.calls.live()) == ["c9", "c5"]


async def test_each_claim_gives_a_higher_epoch(store: Store, step: Callable[..., Entry]) -> None:
    first = await store.calls.claim()
    await store.journal.append(step(1, epoch=first))
    second = await store.calls.claim()
    third = await store.calls.claim()
    assert first < second < third
    with pytest.raises(LeaseLostError):
        await store.journal.append(step(2, epoch=second))
    await store.journal.append(step(2, epoch=third))


async def test_a_claim_is_higher_than_the_epoch_of_any_live_call(
    store: Store, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1, epoch=41))
    assert await store.calls.claim() == 42


async def test_a_claim_takes_all_live_calls_and_leaves_ended_ones(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(replace(step(1, call="gone"), closing=closing))
    await store.journal.append(step(1, call="here"))
    epoch = await store.calls.claim()
    await store.journal.append(step(2, call="here", epoch=epoch))
    saved = await store.journal.load(CallId("gone"))
    assert saved is not None
    assert saved.ended


async def test_a_store_answers_until_it_is_closed(store: Store) -> None:
    assert await store.ready()
    await store.close()
    assert not await store.ready()
