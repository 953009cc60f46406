"""Virtual time: nothing moves but by `advance`, and everybody on the way is woken in order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    import pytest


async def test_time_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock()
    sleeper = Tasks().start(clock.sleep_until(START + timedelta(seconds=1)), "sleep")
    await settle()
    assert clock.now() == START
    assert not sleeper.done()
    await clock.advance(0.5)
    assert not sleeper.done()
    await clock.advance(0.5)
    assert sleeper.done()
    assert clock.now() == START + timedelta(seconds=1)


async def test_sleepers_wake_in_order_of_time_and_see_their_own_moment() -> None:
    clock, woken = VirtualClock(), list[tuple[str, float]]()

    async def sleep(name: str, after_s: float) -> None:
        await clock.sleep_until(clock.now() + timedelta(seconds=after_s))
        woken.append((name, (clock.now() - START).total_seconds()))
        if name == "b":
            await sleep("b again", 1)

    work = asyncio.gather(sleep("c", 9), sleep("b", 2), sleep("a", 1))
    await clock.advance(10)
    await work
    assert woken == [("a", 1.0), ("b", 2.0), ("b again", 3.0), ("c", 9.0)]


async def test_the_past_is_slept_through_at_once() -> None:
    clock = VirtualClock()
    await clock.sleep_until(START)
    await clock.sleep_until(START - timedelta(days=1))


async def test_a_sleeper_that_gave_up_disturbs_nobody() -> None:
    clock = VirtualClock()
    gone = Tasks().start(clock.sleep_until(START + timedelta(seconds=1)), "sleep")
    await settle()
    gone.cancel()
    await clock.advance(5)
    assert gone.cancelled()


async def test_a_chain_of_callbacks_is_followed_to_its_end() -> None:
    loop, hops = asyncio.get_running_loop(), list[int]()

    def hop(left: int) -> None:
        hops.append(left)
        if left:
            loop.call_soon(hop, left - 1)

    hop(15)
    await settle()
    assert hops[-1] == 0


async def test_when_nobody_has_anything_to_do_two_rounds_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn, rounds = asyncio.sleep, list[float]()  # noqa: TID251 - a turn of the loop, no time

    async def counted(delay: float) -> None:
        rounds.append(delay)
        await turn(delay)

    monkeypatch.setattr(asyncio, "sleep", counted)
    await settle()
    assert rounds == [0, 0]


async def test_a_leap_wakes_each_sleeper_once_and_late() -> None:
    clock, woken = VirtualClock(START), []

    async def looks_each_minute() -> None:
        while True:
            await clock.sleep_until(clock.now() + timedelta(minutes=1))
            woken.append(clock.now())

    tasks = Tasks()
    tasks.start(looks_each_minute(), "look")
    await clock.advance(120)
    await clock.leap(3600)
    assert woken == [START + timedelta(seconds=after) for after in (60, 120, 3720)]
    await tasks.close()
