"""The fan-out as a whole: two devices, reconnect storms, gap-free numbers over chance."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.streams.subscription import Subscription


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.close()


@pytest.fixture
def pops() -> MemoryPops:
    return MemoryPops()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def streams(pops: MemoryPops, clock: VirtualClock, tasks: Tasks) -> Streams:
    return Streams(pops, clock, tasks)


async def seqs(page: Subscription) -> list[int]:
    return [json.loads(await page.next() or "")["seq"] for _ in range(page.waiting)]


async def test_two_devices_of_an_agent_get_the_same_messages(streams: Streams) -> None:
    one = await streams.subscribe("ayse", ["me"])
    two = await streams.subscribe("ayse", ["me"])
    other = await streams.subscribe("can", ["me"])
    assert await streams.tell("ayse", "call.changed", {"call": "c1"}) == 1
    assert await one.next() == await two.next()
    assert other.waiting == 0
    assert (streams.listening("ayse"), streams.listening("nobody")) == (2, 0)
    streams.unsubscribe("ayse", one)
    assert streams.listening("ayse") == 1


async def test_messages_told_at_once_keep_their_order(streams: Streams) -> None:
    page = await streams.subscribe("ayse", ["me"])
    futures = [streams.tell("ayse", "x", {"n": n}) for n in range(50)]
    assert [await future for future in futures] == [*range(1, 51)]
    assert await seqs(page) == [*range(1, 51)]


async def test_who_resumes_also_gets_topics_as_they_stand(streams: Streams) -> None:
    await streams.tell("ayse", "x", {})
    streams.topic("agents", "agent.changed", {"agent": "can", "state": "break"})
    fresh = await streams.subscribe("ayse", ["me", "agents"], 0)
    back = await streams.subscribe("ayse", ["me", "agents"], 1)
    assert (fresh.resumed, fresh.waiting) == (False, 0)
    assert (back.resumed, back.waiting) == (True, 1)
    streams.end_topic("agents", "agent.changed", {"agent": "can"})
    assert (await streams.subscribe("ayse", ["me", "agents"], 1)).waiting == 0


async def test_acknowledgements_only_rise_and_never_past_what_was_sent(streams: Streams) -> None:
    assert streams.acked("ayse") == 0
    for _ in range(3):
        await streams.tell("ayse", "x", {})
    streams.acknowledge("ayse", 2)
    streams.acknowledge("ayse", 1)
    assert streams.acked("ayse") == 2
    streams.acknowledge("ayse", 99)
    assert streams.acked("ayse") == 3


async def test_a_store_that_is_away_is_an_error_for_who_wants_to_read(
    pops: MemoryPops, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_agent: str) -> int:
        raise StoreError("away")

    monkeypatch.setattr(pops, "last_seq", away)
    with pytest.raises(StoreError):
        await streams.subscribe("ayse", ["me"])
    assert streams.listening("ayse") == 0


async def test_the_end_of_the_server_sends_every_page_away(streams: Streams) -> None:
    page = await streams.subscribe("ayse", ["me"])
    streams.close()
    assert (await page.next(), page.code) == (None, 1012)


async def test_500_agents_who_come_back_at_once_lose_nothing_and_stay_bounded(
    pops: MemoryPops, clock: VirtualClock, tasks: Tasks
) -> None:
    before = Streams(pops, clock, tasks)
    agents = [f"agent{number}" for number in range(500)]
    for agent in agents:
        for number in range(20):
            before.tell(agent, "x", {"n": number})
    await settle(200)
    streams = Streams(pops, clock, tasks)
    pages = [await streams.subscribe(agent, ["me"], 15) for agent in agents]
    for agent in agents:
        streams.tell(agent, "y", {})
    await settle(50)
    for page in pages:
        assert page.resumed
        assert page.waiting <= 200
        assert await seqs(page) == [16, 17, 18, 19, 20, 21]


@pytest.mark.parametrize("seed", range(20))
async def test_a_page_that_keeps_losing_its_line_sees_every_number_once(
    streams: Streams, pops: MemoryPops, clock: VirtualClock, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - must be repeatable
    seen: list[int] = [await streams.tell("ayse", "x", {})]
    page = await streams.subscribe("ayse", ["me"], seen[-1])
    sent = 1
    for _ in range(300):
        roll = dice.random()
        if roll < 0.6:
            streams.tell("ayse", "x", {"roll": roll})
            sent += 1
        elif roll < 0.8:
            await settle(dice.randrange(5))
        elif roll < 0.95 and page.waiting:
            seen.append(json.loads(await page.next() or "")["seq"])
        else:
            streams.unsubscribe("ayse", page)
            page = await streams.subscribe("ayse", ["me"], seen[-1])
            assert page.resumed
    await settle(1500)
    seen += await seqs(page)
    assert seen == [*range(1, sent + 1)]
    assert [one.seq for one in await pops.after("ayse", 0, 10_000)] == seen
