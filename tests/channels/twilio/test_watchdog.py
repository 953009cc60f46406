"""Who is silent too long is lost, once, and nothing is kept of those who ended."""

from __future__ import annotations

from ivr.channels.twilio.watchdog import GRACE_S, MOST_S, Watchdog
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock

ONE, TWO = CallId("one"), CallId("two")


class Losses:
    """Notes who was lost; fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.lost: list[CallId] = []
        self.failures = failures

    async def __call__(self, call: CallId) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("away")
        self.lost.append(call)


async def test_a_call_is_lost_once_when_its_time_is_over() -> None:
    clock, losses = VirtualClock(), Losses()
    dog = Watchdog(clock, {ONE, TWO}, losses)
    dog.gave(ONE, 10.0)
    dog.gave(TWO, 100_000.0)
    await clock.advance(GRACE_S + 9)
    await dog.sweep()
    assert losses.lost == []
    await clock.advance(1)
    await dog.sweep()
    await dog.sweep()
    assert losses.lost == [ONE]
    await clock.advance(MOST_S)
    await dog.sweep()
    assert losses.lost == [ONE, TWO]


async def test_a_request_starts_the_time_again() -> None:
    clock, losses = VirtualClock(), Losses()
    dog = Watchdog(clock, {ONE}, losses)
    dog.gave(ONE, 0.0)
    await clock.advance(GRACE_S - 1)
    dog.heard(ONE)
    await clock.advance(GRACE_S - 1)
    await dog.sweep()
    assert losses.lost == []


async def test_what_cannot_be_lost_now_is_lost_at_the_next_look() -> None:
    clock, losses = VirtualClock(), Losses(failures=1)
    dog = Watchdog(clock, {ONE}, losses)
    dog.gave(ONE, 0.0)
    await clock.advance(GRACE_S)
    await dog.sweep()
    assert losses.lost == []
    await dog.sweep()
    assert losses.lost == [ONE]


async def test_calls_that_are_over_are_forgotten_without_a_word() -> None:
    clock, losses = VirtualClock(), Losses()
    dog = Watchdog(clock, {ONE}, losses)
    dog.gave(ONE, 0.0)
    dog.gave(TWO, 0.0)
    dog.forget(ONE)
    dog.forget(ONE)
    await clock.advance(GRACE_S)
    await dog.sweep()
    assert losses.lost == []
    assert dog._heard == {}
    assert dog._spans == {}
