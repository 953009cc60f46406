"""Whose call it is, found beside the call."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.engine.state import State
from ivr.runtime.clock import SystemClock
from ivr.runtime.live import LiveCall
from ivr.runtime.tasks import Tasks
from ivr.runtime.tickets.arrivals import Arrivals
from tests.fakes.pause import pause

if TYPE_CHECKING:
    import pytest

    from ivr.tickets.identity.trust import Arrival


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBER = "+905321112233"


class Callers:
    """Remembers what it is asked; breaks if it shall."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.asked: list[tuple[CallId, str | None, bool]] = []
        self.breaks = breaks

    async def arrived(
        self, call: CallId, number: str | None, arrival: Arrival, _at: object
    ) -> None:
        """Keep it."""
        if self.breaks:
            raise StoreError("full")
        self.asked.append((call, number, arrival.trusted))


def begun(name: str, trunk: str = "main") -> LiveCall:
    """A call that somebody has made."""
    call = CallId(name)
    state = State(call, "h", dnis="1", started_at=NOON, ani=NUMBER)
    return LiveCall(call, trunk, "sip", "", b"", 1, state)


async def asked(callers: Callers) -> list[tuple[CallId, str | None, bool]]:
    """What is asked when a call of each trunk begins."""
    tasks = Tasks()
    arrivals = Arrivals(callers, SystemClock(), tasks, lambda trunk: trunk == "sure")  # type: ignore[arg-type]
    for number, trunk in enumerate(("main", "sure")):
        arrivals(begun(f"c{number}", trunk))
    await pause(0)
    await tasks.close()
    return callers.asked


async def test_every_call_is_looked_up_and_its_trunk_says_how_far_to_believe_it() -> None:
    assert await asked(Callers()) == [("c0", NUMBER, False), ("c1", NUMBER, True)]


async def test_a_store_that_is_full_costs_only_the_look_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await asked(Callers(breaks=True)) == []
    assert {one.message for one in caplog.records} == {"caller_not_looked_up"}


class Slow(Callers):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = asyncio.Event()

    async def arrived(self, call: CallId, number: str | None, arrival: Arrival, at: object) -> None:
        """Wait, then keep it."""
        await self.now.wait()
        await super().arrived(call, number, arrival, at)


async def test_who_needs_it_waits_for_a_look_up_that_is_under_way_but_not_for_long() -> None:
    callers, tasks = Slow(), Tasks()
    arrivals = Arrivals(callers, SystemClock(), tasks, lambda _trunk: False)  # type: ignore[arg-type]
    arrivals(begun("c0"))
    await arrivals.known(CallId("c0"))
    assert callers.asked == [], "the store is slow, and nobody is held up by it"
    callers.now.set()
    await arrivals.known(CallId("c0"))
    assert callers.asked == [("c0", NUMBER, False)]
    await arrivals.known(CallId("c0"))
    await arrivals.known(CallId("nobody looks this one up"))
    await tasks.close()
