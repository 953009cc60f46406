"""When to stop asking, and when to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cti.sources.breaker import CircuitBreaker, Ticket

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock


def fail(breaker: CircuitBreaker, times: int = 1) -> None:
    """So many tries that fail."""
    for _ in range(times):
        ticket = breaker.enter()
        assert ticket
        breaker.leave(ticket, good=False)


def made(clock: VirtualClock) -> CircuitBreaker:
    """Three failures in 10 s close it for 5 s."""
    return CircuitBreaker(clock, 3, 10.0, 5.0)


def test_it_opens_after_so_many_failures(clock: VirtualClock) -> None:
    breaker = made(clock)
    fail(breaker, 2)
    assert breaker.enter() == Ticket(probe=False)
    fail(breaker)
    assert breaker.enter() is None


async def test_failures_far_apart_do_not_count_together(clock: VirtualClock) -> None:
    breaker = made(clock)
    for _ in range(6):
        fail(breaker)
        await clock.advance(5.1)
    assert breaker.enter()


async def test_after_the_pause_there_is_one_probe_at_a_time(clock: VirtualClock) -> None:
    breaker = made(clock)
    fail(breaker, 3)
    await clock.advance(5)
    probe = breaker.enter()
    assert probe == Ticket(probe=True)
    assert breaker.enter() is None
    breaker.leave(probe, good=True)
    fail(breaker, 2)
    assert breaker.enter() == Ticket(probe=False)


async def test_a_failed_probe_closes_the_door_again(clock: VirtualClock) -> None:
    breaker = made(clock)
    fail(breaker, 3)
    await clock.advance(5)
    fail(breaker)
    assert breaker.enter() is None
    await clock.advance(5)
    assert breaker.enter()


async def test_a_probe_that_was_given_up_lets_the_next_one_try(clock: VirtualClock) -> None:
    breaker = made(clock)
    fail(breaker, 3)
    await clock.advance(5)
    probe = breaker.enter()
    assert probe
    breaker.leave(probe, good=None)
    assert breaker.enter() == Ticket(probe=True)


async def test_an_old_try_that_ends_late_decides_nothing(clock: VirtualClock) -> None:
    breaker = made(clock)
    late = breaker.enter()
    assert late
    fail(breaker, 3)
    breaker.leave(late, good=True)
    assert breaker.enter() is None
    await clock.advance(5)
    probe = breaker.enter()
    breaker.leave(late, good=False)
    assert probe
    breaker.leave(probe, good=True)
    assert breaker.enter() == Ticket(probe=False)
