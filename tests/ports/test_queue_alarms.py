"""What is promised of alarms on queues that are on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm, Notice

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NS = 1_795_000_000_123_456_789
FIRES = KeptAlarm(
    *("cards_sl", "service_level cards F3", "firing", NS, NS - 1, NS - 2, "şule", NS - 3),
    (Notice("firing", NS, NS, 63.46, 52), Notice("ok", NS + 1, NS)),
)


async def test_an_alarm_comes_back_as_it_was_kept(store: Store) -> None:
    bare = KeptAlarm("a", "", "ok", 0)
    for one in (FIRES, bare):
        await store.queue_alarms.put(one)
    assert list(await store.queue_alarms.all()) == [bare, FIRES]


async def test_an_alarm_kept_again_is_as_it_was_last(store: Store) -> None:
    await store.queue_alarms.put(FIRES)
    later = replace(FIRES, state="clearing", unsent=(), acknowledged_at=None)
    await store.queue_alarms.put(later)
    assert list(await store.queue_alarms.all()) == [later]


async def test_an_alarm_that_is_over_is_gone(store: Store) -> None:
    await store.queue_alarms.put(FIRES)
    assert await store.queue_alarms.remove("cards_sl")
    assert not await store.queue_alarms.remove("cards_sl")
    assert list(await store.queue_alarms.all()) == []
