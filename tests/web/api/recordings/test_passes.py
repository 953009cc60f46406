"""Passes are good for who got them, and not for long."""

from __future__ import annotations

from ivr.runtime.memory.clock import VirtualClock
from ivr.web.api.recordings.passes import MOST, Passes
from ivr.web.permissions import Who


async def test_a_pass_opens_what_it_was_made_for() -> None:
    clock = VirtualClock()
    passes, who = Passes(clock), Who("ayse")
    token, until = passes.make("a", who)
    assert passes.opens(token, "a", who)
    assert not passes.opens(token, "b", who)
    assert not passes.opens(token, "a", Who("ali"))
    assert not passes.opens("", "a", who)
    await clock.advance((until - clock.now()).total_seconds())
    assert not passes.opens(token, "a", who)


def test_only_so_many_are_remembered() -> None:
    passes, who = Passes(VirtualClock()), Who("ayse")
    first, _until = passes.make("a", who)
    for _ in range(MOST):
        last, _until = passes.make("a", who)
    assert not passes.opens(first, "a", who)
    assert passes.opens(last, "a", who)
