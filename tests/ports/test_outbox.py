"""What the outbox promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports import Effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry, Store

FIRST = Effect("c1/1/0", "send_text", '{"to":  "+90"}')
SECOND = Effect("c1/1/1", "notify", "{}")


async def test_effects_leave_oldest_first(store: Store, step: Callable[..., Entry]) -> None:
    entry = replace(step(1), effects=(FIRST, SECOND))
    await store.journal.append(entry)
    assert list(await store.outbox.due(entry.at)) == [FIRST, SECOND]
    assert list(await store.outbox.due(entry.at, 1)) == [FIRST]
    assert list(await store.outbox.due(entry.at - timedelta(microseconds=1))) == []


async def test_one_kind_can_be_asked_for(store: Store, step: Callable[..., Entry]) -> None:
    entry = replace(step(1), effects=(FIRST, SECOND))
    await store.journal.append(entry)
    assert list(await store.outbox.due(entry.at, 1, "notify")) == [SECOND]
    assert list(await store.outbox.due(entry.at, kind="other")) == []


async def test_a_delivered_effect_is_never_offered_again(
    store: Store, step: Callable[..., Entry]
) -> None:
    entry = replace(step(1), effects=(FIRST, SECOND))
    await store.journal.append(entry)
    await store.outbox.done(FIRST.effect_id)
    await store.outbox.done(FIRST.effect_id)
    await store.outbox.failed(FIRST.effect_id, entry.at, "too late")
    assert list(await store.outbox.due(entry.at + timedelta(days=1))) == [SECOND]


async def test_a_failed_effect_waits_for_its_time(store: Store, step: Callable[..., Entry]) -> None:
    entry = replace(step(1), effects=(FIRST, SECOND))
    await store.journal.append(entry)
    again = entry.at + timedelta(seconds=30)
    await store.outbox.failed(FIRST.effect_id, again, "HTTP 503")
    assert list(await store.outbox.due(entry.at)) == [SECOND]
    assert list(await store.outbox.due(again)) == [FIRST, SECOND]


async def test_an_unknown_effect_is_ignored(store: Store, step: Callable[..., Entry]) -> None:
    await store.outbox.done("nobody/1/0")
    await store.outbox.failed("nobody/1/0", step(1).at, "")
    assert list(await store.outbox.due(step(9).at)) == []


async def test_an_effect_is_stored_once_and_a_repeat_costs_its_whole_step(
    store: Store, step: Callable[..., Entry]
) -> None:
    await store.journal.append(replace(step(1), effects=(FIRST,)))
    with pytest.raises(StoreError):
        await store.journal.append(replace(step(2), effects=(SECOND, FIRST)))
    assert list(await store.outbox.due(step(9).at)) == [FIRST]
    await store.journal.append(step(2))


async def test_a_time_without_zone_is_refused(store: Store) -> None:
    naive = datetime.fromisoformat("2026-11-23T12:00:00")
    with pytest.raises(ValueError, match="naive datetime"):
        await store.outbox.failed("c1/1/0", naive, "")
