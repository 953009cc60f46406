"""Keeping answers for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cti.sources.cache import MOST, Cache
from ivr.runtime.ports import FetchResult

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock

FOUND = FetchResult("found", {"id": "C"})


async def test_an_answer_lasts_as_long_as_it_is_fresh(clock: VirtualClock) -> None:
    cache = Cache(clock, 60.0)
    cache.put("a", FOUND)
    await clock.advance(59)
    assert cache.get("a") is FOUND
    await clock.advance(1)
    assert cache.get("a") is None


def test_failures_are_not_kept_and_absence_is(clock: VirtualClock) -> None:
    cache = Cache(clock, 60.0)
    missing = FetchResult("missing", {})
    cache.put("a", FetchResult("failed", {}, "timeout"))
    cache.put("b", missing)
    assert (cache.get("a"), cache.get("b")) == (None, missing)


def test_no_time_keeps_nothing(clock: VirtualClock) -> None:
    cache = Cache(clock, 0.0)
    cache.put("a", FOUND)
    assert cache.get("a") is None


def test_the_one_unused_for_longest_goes_first(clock: VirtualClock) -> None:
    cache = Cache(clock, 60.0)
    for key in range(MOST):
        cache.put(key, FOUND)
    assert cache.get(0)
    cache.put("new", FOUND)
    assert cache.get(0)
    assert cache.get(1) is None
