"""The loop over the times of tickets, on a clock that stands still until it is moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.tickets import Ticked
from ivr.runtime.tasks import Tasks
from ivr.runtime.tickets.clocks import LONGEST_PAUSE_S, LOOK_S, TicketTimes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


Start: TypeAlias = "Callable[[SomeTickets], None]"


class SomeTickets:
    """Due at some moments; breaks as often as it is told to."""

    def __init__(self, *due: float) -> None:
        self.due = [START + timedelta(seconds=each) for each in due]
        self.looked: list[datetime] = []
        self.ticked: list[datetime] = []
        self.closed: list[datetime] = []
        self.faults: list[Exception] = []
        self.looks = 0

    async def next_due(self) -> datetime | None:
        """The first moment, or a fault."""
        self.looks += 1
        if self.faults:
            raise self.faults.pop()
        return min(self.due, default=None)

    async def tick(self, now: datetime) -> Ticked:
        """Do what is due."""
        self.ticked.append(now)
        late = [each for each in self.due if each <= now]
        self.due = [each for each in self.due if each > now]
        return Ticked(tuple(("260000019", "resolution") for _ in late))

    async def close_due(self, now: datetime) -> list[str]:
        """Close one."""
        self.closed.append(now)
        return ["260000019"]


@pytest.fixture
def clock() -> VirtualClock:
    """Half past ten on a Monday in Istanbul."""
    return VirtualClock()


@pytest.fixture
async def running(clock: VirtualClock) -> AsyncIterator[Start]:
    """Starts a loop over some tickets."""
    tasks = Tasks()

    def start(tickets: SomeTickets) -> None:
        times = TicketTimes(tickets, clock)  # type: ignore[arg-type]
        tasks.start(times.run(), "ticket-times")

    yield start
    await tasks.close()


async def test_what_is_due_is_done_at_its_moment(running: Start, clock: VirtualClock) -> None:
    tickets = SomeTickets(0, 2.25, 60)
    running(tickets)
    await clock.advance(100)
    done = [(each - START).total_seconds() for each in tickets.ticked]
    assert done == [0, 2.25, 60]
    assert tickets.closed == tickets.ticked


async def test_nobody_looks_more_than_once_a_second_while_nothing_is_due(
    running: Start, clock: VirtualClock
) -> None:
    tickets = SomeTickets()
    running(tickets)
    await clock.advance(10)
    assert tickets.looks == 11
    assert tickets.ticked == []


async def test_a_store_that_is_away_is_waited_for(
    running: Start, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    tickets = SomeTickets(5)
    tickets.faults = [StoreError("away", retryable=True)] * 4
    running(tickets)
    await clock.advance(14)
    assert tickets.ticked == []
    await clock.advance(3)
    assert len(tickets.ticked) == 1
    assert [record.message for record in caplog.records].count("ticket_times_wait_for_store") == 1


async def test_the_pause_has_an_end(clock: VirtualClock) -> None:
    tickets = SomeTickets()
    times = TicketTimes(tickets, clock)  # type: ignore[arg-type]
    tickets.faults = [StoreError("away")] * 20
    pauses = [await times.turn() for _ in range(20)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == LONGEST_PAUSE_S
    assert await times.turn() == LOOK_S


async def test_a_bug_does_not_end_the_loop(running: Start, clock: VirtualClock) -> None:
    tickets = SomeTickets(1)
    tickets.faults = [ZeroDivisionError()]
    running(tickets)
    await clock.advance(LONGEST_PAUSE_S + 2)
    assert len(tickets.ticked) == 1
