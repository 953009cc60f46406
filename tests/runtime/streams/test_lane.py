"""One agent's stream: no gaps, nothing sent that was not kept, nothing lost unseen."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import settle
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.streams.lane import About, Lane, Letter
from ivr.runtime.streams.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.ports.desk import PopMessage
    from ivr.runtime.tasks import Tasks


@dataclass
class ShakyPops(MemoryPops):
    """A store that says no: before it keeps a message, or after (lying)."""

    lies: int = 0
    away: bool = False
    order: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        MemoryPops.__init__(self)

    async def append(self, message: PopMessage) -> None:
        await settle(1)
        if self.away:
            raise StoreError("away")
        await MemoryPops.append(self, message)
        self.order.append(message.seq)
        if self.lies:
            self.lies -= 1
            raise StoreError("timed out after the commit")

    async def after(self, agent: str, seq: int, limit: int = 200) -> Sequence[PopMessage]:
        if self.away:
            raise StoreError("away")
        return await MemoryPops.after(self, agent, seq, limit)


def letter(kind: str = "agent.changed", data: dict[str, Any] | None = None) -> Letter:
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    return Letter(kind, data or {"state": "ş"}, About(), done)


async def send(lane: Lane, one: Letter) -> int:
    if lane.take(one):
        await lane.work()
    return await one.done


def bodies(page: Subscription) -> Callable[[], Any]:
    async def read() -> list[dict[str, Any]]:
        return [json.loads(await page.next() or "") for _ in range(page.waiting)]

    return read


async def test_messages_are_numbered_kept_and_sent_in_order(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane, page = Lane("ayse", pops, clock), Subscription(["me"])
    await lane.join(page, 0)
    assert (page.seq, page.resumed) == (0, False)
    for number in range(1, 6):
        assert await send(lane, letter(data={"n": number, "seq": None})) == number
    got = await bodies(page)()
    assert [(one["seq"], one["data"]) for one in got] == [
        (n, {"n": n, "seq": n}) for n in range(1, 6)
    ]
    assert got[0]["topic"] == "me"
    assert got[0]["ts"] == clock.now().isoformat()
    assert [one.seq for one in await pops.after("ayse", 0)] == [1, 2, 3, 4, 5]


async def test_a_message_is_sent_only_after_it_was_kept(clock: VirtualClock, tasks: Tasks) -> None:
    pops = ShakyPops(away=True)
    lane, page = Lane("ayse", pops, clock), Subscription(["me"])
    pops.away = False
    await lane.join(page, 0)
    pops.away = True
    one = letter()
    assert lane.take(one)
    working = tasks.start(lane.work(), "lane")
    await settle()
    assert (page.waiting, one.done.done()) == (0, False)
    pops.away = False
    await clock.advance(0.1)
    await working
    assert (await one.done, page.waiting) == (1, 1)


async def test_a_store_that_kept_it_but_said_no_makes_no_second_message(
    clock: VirtualClock,
) -> None:
    pops = ShakyPops(lies=1)
    lane, page = Lane("ayse", pops, clock), Subscription(["me"])
    await lane.join(page, 0)
    assert await send(lane, letter(data={"n": 1, "seq": None})) == 1
    assert await send(lane, letter()) == 2
    assert [one["seq"] for one in await bodies(page)()] == [1, 2]
    assert pops.order == [1, 2]


async def test_a_message_that_cannot_be_kept_sends_pages_for_a_snapshot(
    clock: VirtualClock, tasks: Tasks
) -> None:
    pops = ShakyPops()
    lane, page = Lane("ayse", pops, clock), Subscription(["me"])
    await lane.join(page, 0)
    await send(lane, letter())
    pops.away = True
    lost = letter()
    lane.take(lost)
    working = tasks.start(lane.work(), "lane")
    await clock.advance(10)
    await working
    assert (await lost.done, page.code) == (0, 1012)
    pops.away = False
    back = Subscription(["me"])
    await lane.join(back, 1)
    assert back.resumed is False
    assert await send(lane, letter()) == 2
    later = Subscription(["me"])
    await lane.join(later, 2)
    assert later.resumed is True


async def test_a_strange_writer_of_the_same_stream_is_noticed(
    clock: VirtualClock, tasks: Tasks
) -> None:
    pops = ShakyPops()
    lane, other, page = Lane("ayse", pops, clock), Lane("ayse", pops, clock), Subscription(["me"])
    await lane.join(page, 0)
    await send(other, letter(data={"from": "other"}))
    one = letter(data={"from": "us"})
    assert lane.take(one)
    working = tasks.start(lane.work(), "lane")
    await clock.advance(1)
    await working
    assert (await one.done, page.code) == (2, 1012)
    assert pops.order == [1, 2]


async def test_a_letter_that_is_no_json_stops_only_itself(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane = Lane("ayse", pops, clock)
    assert await send(lane, letter(data={"bug": object()})) == 0
    assert await send(lane, letter()) == 1


async def test_who_was_away_gets_exactly_what_was_missed(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane = Lane("ayse", pops, clock)
    for number in range(10):
        await send(lane, letter(data={"n": number}))
    page = Subscription(["me"])
    await lane.join(page, 7)
    assert (page.seq, page.resumed) == (10, True)
    assert [one["seq"] for one in await bodies(page)()] == [8, 9, 10]
    up_to_date = Subscription(["me"])
    await lane.join(up_to_date, 10)
    assert (up_to_date.resumed, up_to_date.waiting) == (True, 0)


async def test_too_far_behind_ahead_or_fresh_means_a_snapshot(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane = Lane("ayse", pops, clock)
    for _ in range(201 + 1):
        await send(lane, letter())
    for last_seq, resumed in ((0, False), (1, False), (2, True), (202, True), (203, False)):
        page = Subscription(["me"])
        await lane.join(page, last_seq)
        assert page.resumed is resumed, last_seq


async def test_a_stream_goes_on_after_a_restart_with_the_same_numbers(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    before = Lane("ayse", pops, clock)
    for _ in range(3):
        await send(before, letter())
    lane, page = Lane("ayse", pops, clock), Subscription(["me"])
    await lane.join(page, 1)
    assert [one["seq"] for one in await bodies(page)()] == [2, 3]
    assert await send(lane, letter()) == 4


async def test_large_messages_are_replayed_from_the_store_up_to_a_bound(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane = Lane("ayse", pops, clock)
    for _ in range(100):
        await send(lane, letter(data={"big": "x" * 10_000}))
    assert len(lane.recent) < 20
    page = Subscription(["me"])
    await lane.join(page, 60)
    assert [one["seq"] for one in await bodies(page)()] == [*range(61, 101)]
    too_much = Subscription(["me"])
    await lane.join(too_much, 10)
    assert too_much.resumed is False


async def test_what_is_no_longer_of_use_is_replayed_as_history(
    pops: MemoryPops, clock: VirtualClock
) -> None:
    lane = Lane("ayse", pops, clock)
    await send(lane, letter())
    soon = About("p1", 0, clock.now() + timedelta(seconds=5))
    await send(lane, Letter("pop.open", {"x": 1}, soon, asyncio.get_running_loop().create_future()))
    await clock.advance(6)
    await send(lane, letter())
    page = Subscription(["me"])
    await lane.join(page, 1)
    assert [(one["seq"], one.get("history", False)) for one in await bodies(page)()] == [
        (2, True),
        (3, False),
    ]


async def test_a_message_during_the_replay_comes_after_it_and_once(
    clock: VirtualClock, tasks: Tasks
) -> None:
    pops = ShakyPops()
    lane = Lane("ayse", pops, clock)
    for _ in range(30):
        await send(lane, letter(data={"big": "x" * 10_000}))
    page = Subscription(["me"])
    joining = tasks.start(lane.join(page, 5), "join")
    await send(lane, letter())
    await joining
    assert [one["seq"] for one in await bodies(page)()] == [*range(6, 32)]
