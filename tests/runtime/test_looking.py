"""The loop of work that is looked for now and then ends for nothing that a look meets."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.tasks import Bell, Tasks, every, look_again

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAUSE = timedelta(seconds=5)


class Work:
    """What each look comes to, in turn; then nothing."""

    def __init__(self, *fates: object) -> None:
        self.fates = list(fates)
        self.looks = 0

    async def look(self) -> object:
        self.looks += 1
        fate = self.fates.pop(0) if self.fates else None
        if isinstance(fate, Exception):
            raise fate
        return fate


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.close()


async def test_it_looks_again_at_once_while_there_is_more_and_then_after_a_pause(
    tasks: Tasks,
) -> None:
    work, clock = Work(3, 3, 2), VirtualClock()
    tasks.start(look_again(work.look, every(clock, PAUSE), "away", 3), "work")
    await settle()
    assert work.looks == 3
    await clock.advance(PAUSE.total_seconds())
    assert work.looks == 4


async def test_a_store_that_is_away_is_told_of_and_asked_again(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    work, clock = Work(StoreError("locked", retryable=True)), VirtualClock()
    tasks.start(look_again(work.look, every(clock, PAUSE), "away"), "work")
    await settle()
    assert [(each.message, each.levelno) for each in caplog.records] == [("away", logging.WARNING)]
    await clock.advance(PAUSE.total_seconds())
    assert work.looks == 2


async def test_a_fault_of_ours_is_told_of_and_ends_no_later_look(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    work, clock = Work(KeyError("row")), VirtualClock()
    tasks.start(look_again(work.look, every(clock, PAUSE), "away"), "work")
    await settle()
    assert [(each.message, each.levelno) for each in caplog.records] == [
        ("task_failed", logging.ERROR)
    ]
    await clock.advance(PAUSE.total_seconds())
    assert work.looks == 2


async def test_a_bell_ends_the_pause(tasks: Tasks) -> None:
    work, clock, bell = Work(), VirtualClock(), Bell()
    tasks.start(look_again(work.look, bell.every(clock, PAUSE), "away"), "work")
    await settle()
    bell.ring()
    await settle()
    assert work.looks == 2
