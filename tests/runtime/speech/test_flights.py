"""One making for many who wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.runtime.memory.clock import settle
from ivr.runtime.speech.flights import Flights

if TYPE_CHECKING:
    import pytest

    from ivr.runtime.tasks import Tasks


class Work:
    """Work that ends when it is told, and how often it was begun."""

    def __init__(self, error: MediaError | None = None) -> None:
        self.gate = asyncio.Event()
        self.begun = 0
        self._error = error

    async def do(self) -> str:
        self.begun += 1
        await self.gate.wait()
        if self._error:
            raise self._error
        return "sound"


async def test_all_who_ask_meanwhile_share_one_making(tasks: Tasks) -> None:
    flights, work = Flights[str](tasks, "speech"), Work()
    waiting = [tasks.start(flights.join("k", work.do()), "waits") for _caller in range(5)]
    await settle()
    work.gate.set()
    assert await asyncio.gather(*waiting) == ["sound"] * 5
    assert work.begun == 1
    assert await flights.join("k", work.do()) == "sound"
    assert work.begun == 2


async def test_other_keys_are_other_makings(tasks: Tasks) -> None:
    flights, work = Flights[str](tasks, "speech"), Work()
    work.gate.set()
    await asyncio.gather(flights.join("a", work.do()), flights.join("b", work.do()))
    assert work.begun == 2


async def test_one_who_leaves_does_not_end_it_for_the_others(tasks: Tasks) -> None:
    flights, work = Flights[str](tasks, "speech"), Work()
    first = tasks.start(flights.join("k", work.do()), "leaves")
    await settle()
    second = tasks.start(flights.join("k", work.do()), "stays")
    await settle()
    first.cancel()
    await settle()
    work.gate.set()
    assert await second == "sound"
    assert work.begun == 1


async def test_a_failure_is_told_to_all_and_logged_by_none(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    flights, work = Flights[str](tasks, "speech"), Work(MediaError("no voice"))
    work.gate.set()
    results = await asyncio.gather(
        *(flights.join("k", work.do()) for _caller in range(3)), return_exceptions=True
    )
    assert [str(each) for each in results] == ["no voice"] * 3
    assert len({id(each) for each in results}) == 3
    assert caplog.records == []


async def test_work_that_is_cancelled_before_it_began_leaves_nothing(tasks: Tasks) -> None:
    flights, work = Flights[str](tasks, "speech"), Work()
    tasks.start(flights.join("k", work.do()), "waits")
    await settle(1)  # the one who asks has begun, the work has not
    await tasks.close()
    assert work.begun == 0
    work.gate.set()
    assert await flights.join("k", work.do()) == "sound"
