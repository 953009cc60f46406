"""What came in is dealt with in its order, tried again where that helps, and never lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.cti.adapters.agreement import Reached
from ivr.cti.adapters.far import News
from ivr.cti.inbox.worker import STRANGE_TRIES, InboxWorker, Source
from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.deliveries import DEAD as GIVEN_UP
from ivr.runtime.ports.deliveries import HELD as NEEDS_A_PERSON
from ivr.runtime.ports.far.inbox import Message
from ivr.runtime.tasks import Tasks
from ivr.store.outside.inbox import SqlInbox
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Far:
    """A system, and the taking of its news. answer: what taking comes to."""

    def __init__(self) -> None:
        self.answer: Reached | Exception | None = Reached("t1", changes=1)
        self.taken: list[str] = []
        self.said: list[Message] = []

    async def take(self, far_id: str) -> Reached | None:
        self.taken.append(far_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def news(self, position: str) -> News:
        after = int(position or 0)
        fresh = [each for each in self.said if int(each.event) > after]
        return News(fresh, str(max((int(each.event) for each in self.said), default=after)))


class Ear:
    """A worker with a system."""

    def __init__(self, inbox: SqlInbox, clock: VirtualClock, tasks: Tasks) -> None:
        self.inbox, self.clock, self.far = inbox, clock, Far()
        self.source = Source(self.far, self.far)
        self.worker = InboxWorker(inbox, {"far": self.source}, clock, tasks, chance=lambda: 1.0)

    async def hear(self, *far_ids: str) -> None:
        begin = len(self.far.said)
        self.far.said += [
            Message(str(begin + n + 1), each, f"{begin + n:03}") for n, each in enumerate(far_ids)
        ]
        await self.worker.ask_once("far", self.source)

    async def deal(self) -> bool:
        return await self.worker.deal_once("far", self.source)

    async def states(self) -> dict[str, list[str]]:
        every = ("pending", "held", "unknown", "done", "dead")
        rows = {state: (await self.inbox.page(state)).rows for state in every}
        return {state: [row.far_id for row in found] for state, found in rows.items() if found}


@pytest.fixture
async def ear(tmp_path: Path) -> AsyncIterator[Ear]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True, synchronous="NORMAL")
    tasks = Tasks()
    made = Ear(SqlInbox(store.database), VirtualClock(START), tasks)
    made.worker._arrived["far"] = asyncio.Event()
    yield made
    await tasks.close()
    await store.close()


async def test_all_about_one_ticket_is_dealt_with_at_once(ear: Ear) -> None:
    await ear.hear("7", "8", "7")
    assert await ear.deal()
    assert await ear.deal()
    assert not await ear.deal()
    assert ear.far.taken == ["7", "8"]
    assert await ear.states() == {"done": ["7", "8", "7"]}


async def test_who_is_asked_again_says_nothing_twice(ear: Ear) -> None:
    await ear.hear("7")
    assert await ear.inbox.position("far") == "1"
    assert await ear.worker.ask_once("far", ear.source) == 0
    assert await ear.inbox.arrive("far", ear.far.said, START) == 0


async def test_what_is_about_no_ticket_of_ours_is_tried_a_few_times_then_kept(ear: Ear) -> None:
    ear.far.answer = None
    await ear.hear("7")
    for _try in range(STRANGE_TRIES):
        assert await ear.deal()
        assert not await ear.deal()
        await ear.clock.advance(60)
    assert await ear.states() == {"unknown": ["7"]}


async def test_who_does_not_want_strangers_has_them_dealt_with(ear: Ear) -> None:
    ear.far.answer = None
    ear.source = Source(ear.far, ear.far, strangers=False)
    await ear.hear("7")
    for _try in range(STRANGE_TRIES):
        await ear.deal()
        await ear.clock.advance(60)
    assert await ear.states() == {"done": ["7"]}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotTakenError("gone", NEEDS_A_PERSON), "held"),
        (NotTakenError("nonsense", GIVEN_UP), "dead"),
        (NotTakenError("closed door", pauses=True), "pending"),
        (NotTakenError("busy"), "pending"),
        (StoreError("away", retryable=True), "pending"),
        (ZeroDivisionError(), "dead"),
    ],
)
async def test_what_goes_wrong_has_its_place(ear: Ear, error: Exception, state: str) -> None:
    ear.far.answer = error
    await ear.hear("7")
    assert await ear.deal()
    assert await ear.states() == {state: ["7"]}
    assert not await ear.deal()


async def test_what_never_helps_is_given_up_and_can_be_tried_again(ear: Ear) -> None:
    ear.far.answer = NotTakenError("busy")
    await ear.hear("7")
    for _try in range(MOST_TRIES):
        assert await ear.deal()
        await ear.clock.advance(7 * 3600)
    [row] = (await ear.inbox.page("dead")).rows
    ear.far.answer = Reached("t1")
    await ear.inbox.replay("far", row.event, ear.clock.now())
    assert await ear.deal()
    [row] = (await ear.inbox.page("done")).rows
    assert (row.reason, row.ticket) == ("nothing new", "t1")


async def test_what_waits_for_a_person_is_over_once_a_later_one_went_well(ear: Ear) -> None:
    ear.far.answer = Reached("t1", refused=["status solved: no category"], untold={"Due": "x"})
    await ear.hear("7")
    await ear.deal()
    [row] = (await ear.inbox.page("held", untold=True)).rows
    assert (row.reason, row.untold) == ("status solved: no category", '{"Due": "x"}')
    ear.far.answer = Reached("t1", changes=1)
    await ear.hear("7")
    await ear.deal()
    assert await ear.states() == {"done": ["7", "7"]}


async def test_strangers_about_a_ticket_that_was_taken_in_are_over_too(ear: Ear) -> None:
    ear.far.answer = None
    await ear.hear("7")
    for _try in range(STRANGE_TRIES):
        await ear.deal()
        await ear.clock.advance(60)
    assert await ear.states() == {"unknown": ["7"]}
    ear.far.answer = Reached("t1", changes=1)
    await ear.hear("7")
    await ear.deal()
    assert await ear.states() == {"done": ["7", "7"]}


async def test_an_answer_of_a_strange_shape_is_not_the_last_one_asked(ear: Ear) -> None:
    asked, again = list[str](), asyncio.Event()

    async def news(position: str) -> News:
        asked.append(position)
        if len(asked) == 1:
            raise KeyError("items")
        again.set()
        await asyncio.Event().wait()
        raise AssertionError

    ear.far.news = news  # type: ignore[method-assign]
    ear.worker.tasks.start(ear.worker._ask("far", ear.source), "ask")
    async with asyncio.timeout(10):
        await again.wait()
