"""A bell ends a wait at once, and none is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.tasks import Bell, Tasks

if TYPE_CHECKING:
    from asyncio import Task

LATER = timedelta(seconds=10)
TASKS = Tasks()


async def waiting(bell: Bell, clock: VirtualClock) -> Task[None]:
    task = TASKS.start(bell.wait(clock, clock.now() + LATER), "wait")
    await settle()
    assert not task.done()
    return task


async def test_a_wait_ends_with_its_time() -> None:
    bell, clock = Bell(), VirtualClock()
    task = await waiting(bell, clock)
    await clock.advance(10)
    assert task.done()


async def test_a_bell_ends_the_wait_at_once_and_only_that_one() -> None:
    bell, clock = Bell(), VirtualClock()
    task = await waiting(bell, clock)
    bell.ring()
    await settle()
    assert task.done()
    (await waiting(bell, clock)).cancel()


async def test_a_bell_that_nobody_heard_ends_the_next_wait() -> None:
    bell, clock = Bell(), VirtualClock()
    bell.ring()
    await bell.wait(clock, clock.now() + LATER)
    (await waiting(bell, clock)).cancel()
