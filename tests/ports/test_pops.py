"""What the messages to agents' desks promise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import PopMessage

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)


def message(seq: int, agent: str = "ayse") -> PopMessage:
    """A message as it goes to a desk."""
    body = f'{{"seq":  {seq}, "ş": "\\u0000"}}'
    return PopMessage(agent, seq, NOON, f"p-{seq}", 0, body, NOON + timedelta(minutes=seq))


async def test_messages_come_back_in_order_from_the_next_one_on(store: Store) -> None:
    await asyncio.gather(*(store.pops.append(message(seq)) for seq in (2, 1, 4, 3)))
    await store.pops.append(message(1, "veli"))
    assert await store.pops.after("ayse", 1) == [message(2), message(3), message(4)]
    assert await store.pops.after("ayse", 0, limit=2) == [message(1), message(2)]
    assert await store.pops.after("ayse", 4) == []
    assert await store.pops.after("veli", 0) == [message(1, "veli")]


async def test_the_last_number_is_known_per_agent(store: Store) -> None:
    await asyncio.gather(*(store.pops.append(message(seq)) for seq in range(1, 13)))
    assert await store.pops.last_seq("ayse") == 12
    assert await store.pops.last_seq("veli") == 0


async def test_a_number_is_used_once_per_agent(store: Store) -> None:
    await store.pops.append(message(1))
    with pytest.raises(StoreError):
        await store.pops.append(replace(message(1), body="{}", pop="p-9"))
    assert await store.pops.after("ayse", 0) == [message(1)]


async def test_a_bad_message_costs_only_itself(store: Store) -> None:
    await store.pops.append(message(2))
    work = (store.pops.append(message(seq)) for seq in (1, 2, 3))
    done = await asyncio.gather(*work, return_exceptions=True)
    assert [isinstance(one, StoreError) for one in done] == [False, True, False]
    assert await store.pops.last_seq("ayse") == 3


async def test_acknowledging_again_or_what_is_unknown_is_no_error(store: Store) -> None:
    await store.pops.append(message(1))
    for stage in ("received", "rendered", "received"):
        await store.pops.ack("p-1", 0, stage, NOON)
    await store.pops.ack("p-1", 7, "received", NOON)
    await store.pops.ack("unknown", 0, "received", NOON)
    assert await store.pops.after("ayse", 0) == [message(1)]


async def test_a_stage_that_there_is_not_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="not seen"):
        await store.pops.ack("p-1", 0, "seen", NOON)


async def test_a_naive_time_is_refused(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        await store.pops.append(replace(message(1), at=naive))
    with pytest.raises(ValueError, match="naive"):
        await store.pops.ack("p-1", 0, "received", naive)


async def test_old_messages_are_forgotten_but_the_numbers_go_on(store: Store) -> None:
    for seq in (1, 2, 3):
        await store.pops.append(replace(message(seq), at=NOON + timedelta(days=seq)))
    await store.pops.append(message(7, "veli"))
    await store.pops.forget(NOON + timedelta(days=3))
    assert [one.seq for one in await store.pops.after("ayse", 0)] == [3]
    assert await store.pops.last_seq("veli") == 7
    await store.pops.forget(NOON + timedelta(days=9))
    assert [one.seq for one in await store.pops.after("ayse", 0)] == [3]
