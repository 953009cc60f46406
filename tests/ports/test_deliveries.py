"""The port of deliveries on both databases: order, leases, replay, tidying."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.deliveries import BACK, DEAD, DONE, HELD, LATER, Delivery, Outcome, Turn
from ivr.store import open_store
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.tables import outbox_event
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ivr.runtime.ports.deliveries import Fate
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPS = "hook:ops"
ENGINES = ("sqlite", "postgres")
"""An empty database of each kind."""


class Bench:
    """Deliveries and the events they are of."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.port = SqlDeliveries(store.database)
        self.now = NOON

    async def event(self, about: str = "T1", *endpoints: str) -> str:
        """Something has happened now."""
        telling = Telling([Receiver(one) for one in endpoints or (OPS,)])
        return await self.store.database.change(
            lambda it: tell(it, "ticket.updated", "ticket", about, {}, self.now, telling=telling)
        )

    async def take(
        self, *outcomes: Outcome, limit: int = 10, endpoint: str = OPS
    ) -> Sequence[Delivery]:
        """A worker's turn now."""
        return await self.port.turn(Turn(endpoint, self.now, limit, 60.0), outcomes)

    async def states(self) -> dict[str, int]:
        """How many there are of each state."""
        pages = {one: await self.port.page(one) for one in ("pending", "held", "done", "dead")}
        return {state: len(page.rows) for state, page in pages.items() if page.rows}


def ended(one: Delivery, fate: Fate = DONE, again_at: datetime | None = None) -> Outcome:
    return Outcome(one.key, one.leased_until, fate, "why", again_at)


@pytest.fixture
async def bench(address: str) -> AsyncIterator[Bench]:
    """On an empty database."""
    store = open_fresh(address, create=True)
    yield Bench(store)
    await store.close()


async def test_the_oldest_of_each_thing_is_taken_and_the_rest_waits_for_it(bench: Bench) -> None:
    events = [await bench.event(about) for about in ("T1", "T2", "T1", "T3", "T2")]
    first = await bench.take()
    assert [one.event for one in first] == [events[0], events[1], events[3]]
    assert [one.seq for one in first] == [1, 1, 1]
    assert await bench.take() == []
    second = await bench.take(*map(ended, first))
    assert [(one.event, one.seq) for one in second] == [(events[2], 2), (events[4], 2)]
    assert await bench.take(*map(ended, second)) == []
    assert await bench.states() == {"done": 5}


async def test_receivers_do_not_wait_for_each_other(bench: Bench) -> None:
    event = await bench.event("T1", OPS, "hook:b")
    [one] = await bench.take()
    [other] = await bench.take(endpoint="hook:b")
    assert (one.event, other.event) == (event, event)
    assert await bench.port.due(bench.now) == []


async def test_a_lease_that_ran_out_is_taken_by_another_and_the_first_is_not_heard(
    bench: Bench,
) -> None:
    await bench.event()
    [lost] = await bench.take()
    bench.now += timedelta(seconds=59)
    assert await bench.take() == []
    bench.now += timedelta(seconds=1)
    [again] = await bench.take(ended(replace(lost, leased_until=NOON)))
    assert (again.event, again.attempts) == (lost.event, 2)
    await bench.take(ended(lost, DEAD))
    assert await bench.states() == {"pending": 1}
    await bench.take(ended(again))
    assert await bench.states() == {"done": 1}


async def test_a_later_try_waits_its_time_and_what_follows_waits_too(bench: Bench) -> None:
    first, second = await bench.event(), await bench.event()
    [one] = await bench.take()
    assert await bench.take(ended(one, LATER, NOON + timedelta(seconds=30))) == []
    bench.now += timedelta(seconds=30)
    assert await bench.port.due(bench.now) == [OPS]
    [again] = await bench.take()
    assert (again.event, again.attempts) == (first, 2)
    [after] = await bench.take(ended(again))
    assert after.event == second


async def test_what_is_given_back_has_not_been_tried(bench: Bench) -> None:
    await bench.event()
    [one] = await bench.take()
    [again] = await bench.take(ended(one, BACK))
    assert again.attempts == 1


async def test_a_dead_one_lets_the_next_pass_and_a_held_one_does_not(bench: Bench) -> None:
    for about in ("T1", "T1", "T2", "T2"):
        await bench.event(about)
    dead, held = await bench.take()
    [next_one] = await bench.take(ended(dead, DEAD), ended(held, HELD))
    assert next_one.aggregate_id == "T1"
    assert await bench.states() == {"pending": 2, "held": 1, "dead": 1}
    row = await bench.port.replay(held.event, OPS, bench.now)
    assert (row.state, row.attempts, row.reason) == ("pending", 0, "")
    [again] = await bench.take()
    assert again.event == held.event


async def test_only_a_dead_or_held_one_is_replayed(bench: Bench) -> None:
    event = await bench.event()
    with pytest.raises(IllegalTransitionError, match="pending"):
        await bench.port.replay(event, OPS, bench.now)
    [one] = await bench.take()
    await bench.take(ended(one))
    with pytest.raises(IllegalTransitionError, match="done"):
        await bench.port.replay(event, OPS, bench.now)
    for name in ((event, "hook:b"), ("0" * 26, OPS)):
        assert await bench.port.get(*name) is None
        with pytest.raises(NotFoundError):
            await bench.port.replay(*name, bench.now)


async def test_nothing_goes_to_a_paused_receiver(bench: Bench) -> None:
    await bench.event()
    await bench.port.pause(OPS, "HTTP status 401", bench.now)
    assert await bench.take() == []
    assert await bench.port.due(bench.now) == []
    [row] = await bench.port.endpoints()
    assert (row.endpoint, row.state, row.reason) == (OPS, "paused", "HTTP status 401")
    await bench.port.go_on(OPS, bench.now)
    assert len(await bench.take()) == 1


async def test_several_workers_at_once_take_each_thing_once(bench: Bench, address: str) -> None:
    """Each with a connection of its own."""
    for number in range(40):
        await bench.event(f"T{number % 10}")
    seen: list[tuple[str, int]] = []

    async def work(worker: Bench) -> None:
        outcomes: list[Outcome] = []
        while found := await worker.take(*outcomes, limit=3):
            seen.extend((one.aggregate_id, one.seq) for one in found)
            outcomes = [ended(one) for one in found]
        await worker.take(*outcomes, limit=0)

    workers = [Bench(open_store(address)) for _ in range(4)]
    while (await bench.states()).get("pending"):
        await asyncio.gather(*map(work, workers))
    for worker in workers:
        await worker.store.close()
    assert len(seen) == len(set(seen)) == 40
    for number in range(10):
        assert [seq for about, seq in seen if about == f"T{number}"] == [1, 2, 3, 4]


async def test_the_backlog_is_counted(bench: Bench) -> None:
    for about in ("T1", "T2", "T3"):
        await bench.event(about)
    dead, held, _free = await bench.take()
    await bench.take(ended(dead, DEAD), ended(held, HELD), limit=0)
    [one] = await bench.port.backlog()
    assert (one.endpoint, one.pending, one.held, one.dead) == (OPS, 1, 1, 1)
    assert one.oldest == NOON


async def test_pages_go_backwards_and_nonsense_is_refused(bench: Bench) -> None:
    events = [await bench.event(f"T{number}") for number in range(5)]
    page = await bench.port.page("pending", limit=3)
    rest = await bench.port.page("pending", cursor=page.next, limit=3)
    assert [row.event for row in (*page.rows, *rest.rows)] == events[::-1]
    assert rest.next == ""
    assert (await bench.port.page("pending", endpoint="hook:b")).rows == ()
    for state, cursor in (("lost", ""), ("dead", "x"), ("dead", "9" * 30)):
        with pytest.raises(NotValidError):
            await bench.port.page(state, cursor=cursor)


async def test_tidying_keeps_what_waits_and_goes_on_counting(bench: Bench) -> None:
    for about in ("T1", "T1", "T2"):
        await bench.event(about)
    first = await bench.take()
    await bench.take(*map(ended, first), limit=0)
    later = NOON + timedelta(days=31)
    assert await bench.port.tidy(NOON, NOON) == 0
    assert await bench.port.tidy(later, later) == 3
    assert await bench.states() == {"pending": 1}
    [last] = await bench.take()
    await bench.take(ended(last), limit=0)
    await bench.port.tidy(later, later)
    count = select(func.count()).select_from(outbox_event)
    assert await bench.store.database.read(lambda it: it.scalar(count)) == 2
    await bench.event("T1")
    [newest] = await bench.take()
    assert (newest.aggregate_id, newest.seq) == ("T1", 3)
