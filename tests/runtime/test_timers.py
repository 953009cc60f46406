"""One heap for the timers of all calls."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import CallId, Turn
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.tasks import Tasks
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

A, B = CallId("a"), CallId("b")


class Bench:
    """Timers on a virtual clock, and what they fired and when (seconds after the start)."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.fired: list[tuple[str, int, float]] = []
        self.timers = Timers(self.clock, self.fire)
        self.tasks = Tasks()

    def fire(self, call: CallId, turn: Turn) -> None:
        self.fired.append((call, turn, (self.clock.now() - START).total_seconds()))

    def set(self, call: CallId, turn: int, after_s: float) -> None:
        self.timers.set(call, Turn(turn), self.clock.now() + timedelta(seconds=after_s))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    made.tasks.start(made.timers.run(), "timers")
    await settle()
    yield made
    await made.tasks.close()


async def test_timers_fire_at_their_time_in_order_of_time(bench: Bench) -> None:
    bench.set(A, 1, 5)
    bench.set(B, 2, 2)
    bench.set(A, 3, 3)
    await bench.clock.advance(10)
    assert bench.fired == [("b", 2, 2.0), ("a", 3, 3.0), ("a", 1, 5.0)]


async def test_an_earlier_timer_set_later_wakes_the_sleeper(bench: Bench) -> None:
    bench.set(A, 1, 60)
    await bench.clock.advance(1)
    bench.set(A, 2, 1)
    await bench.clock.advance(1)
    assert bench.fired == [("a", 2, 2.0)]


async def test_a_cancelled_timer_does_not_fire(bench: Bench) -> None:
    bench.set(A, 1, 1)
    bench.timers.cancel(A, Turn(1))
    bench.timers.cancel(A, Turn(7))
    await bench.clock.advance(5)
    assert bench.fired == []


async def test_a_timer_set_again_fires_once_at_its_new_time(bench: Bench) -> None:
    bench.set(A, 1, 1)
    bench.set(A, 1, 4)
    await bench.clock.advance(10)
    assert bench.fired == [("a", 1, 4.0)]
    bench.set(A, 1, 3)
    bench.set(A, 1, 3)
    await bench.clock.advance(10)
    assert len(bench.fired) == 2


async def test_timers_that_are_overdue_fire_at_once_and_in_order(bench: Bench) -> None:
    bench.set(A, 1, -5)
    bench.set(B, 1, -9)
    await settle()
    assert bench.fired == [("b", 1, 0.0), ("a", 1, 0.0)]


async def test_a_timer_may_be_set_while_another_one_fires(bench: Bench) -> None:
    again = bench.fire

    def fire(call: CallId, turn: Turn) -> None:
        again(call, turn)
        if turn < 3:
            bench.set(call, turn + 1, 1)

    bench.timers._fire = fire
    bench.set(A, 1, 1)
    await bench.clock.advance(10)
    assert [one[1:] for one in bench.fired] == [(1, 1.0), (2, 2.0), (3, 3.0)]


async def test_cancelled_timers_do_not_pile_up(bench: Bench) -> None:
    for turn in range(5_000):
        bench.set(A, turn, 3600)
        bench.timers.cancel(A, Turn(turn))
    bench.set(A, 9_999, 1)
    assert len(bench.timers._heap) <= 1_001
    await bench.clock.advance(2)
    assert bench.fired == [("a", 9_999, 1.0)]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(0, 9), st.booleans()))
)
def test_whatever_is_set_last_and_not_cancelled_fires_once(
    acts: list[tuple[str, int, int, bool]],
) -> None:
    made = Bench()
    wanted: dict[tuple[str, int], int] = {}
    for call, turn, after_s, cancels in acts:
        if cancels:
            made.timers.cancel(CallId(call), Turn(turn))
            wanted.pop((call, turn), None)
        else:
            made.set(CallId(call), turn, after_s)
            wanted[call, turn] = after_s
    made.clock._now = START + timedelta(seconds=10)
    made.timers._fire_due()
    assert sorted((call, turn) for call, turn, _at in made.fired) == sorted(wanted)


@pytest.mark.parametrize("steps", range(6))
async def test_timers_end_when_told_even_while_they_take_up_a_new_one(steps: int) -> None:
    clock = VirtualClock()
    timers = Timers(clock, lambda _call, _turn: None)
    timers.set(A, Turn(1), clock.now() + timedelta(seconds=60))
    running = Tasks().start(timers.run(), "timers")
    await settle()
    timers.set(A, Turn(2), clock.now() + timedelta(seconds=1))
    await settle(steps)
    running.cancel()
    await settle()
    ended = running.cancelled()
    running.cancel()
    assert ended
