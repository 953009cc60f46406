"""Guesses slowed down: per account up to a minute, per source thirty in ten minutes."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import make_mocked_request

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.people import MemoryPeople
from ivr.web.auth.throttle import FREE, PER_SOURCE, WINDOW_S, Throttle, source_key

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = "198.51.100.7"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def throttle(clock: VirtualClock) -> Throttle:
    return Throttle(MemoryPeople(), clock)


async def test_pauses_double_up_to_a_minute(throttle: Throttle, clock: VirtualClock) -> None:
    waits = []
    for number in range(13):
        waits.append(await throttle.wait_s("ayse", HERE))
        await clock.advance(waits[-1])
        assert await throttle.wait_s("ayse", HERE) == 0
        await throttle.failed("ayse", f"source {number}")
    assert waits == [0] * FREE + [1, 2, 4, 8, 16, 32, 60, 60]
    await throttle.succeeded("ayse")
    assert await throttle.wait_s("ayse", HERE) == 0


async def test_one_account_does_not_slow_another(throttle: Throttle) -> None:
    for number in range(20):
        await throttle.failed("ayse", f"source {number}")
    assert await throttle.wait_s("ali", HERE) == 0


async def test_a_source_has_thirty_tries_in_ten_minutes(
    throttle: Throttle, clock: VirtualClock
) -> None:
    for number in range(PER_SOURCE):
        assert await throttle.wait_s("new", HERE) == 0
        await throttle.failed(f"name {number}", HERE)
    assert await throttle.wait_s("new", HERE) == WINDOW_S
    assert await throttle.wait_s("new", "other") == 0
    await throttle.succeeded("new")
    await clock.advance(WINDOW_S - 1)
    assert await throttle.wait_s("new", HERE) == 1
    await clock.advance(1)
    assert await throttle.wait_s("new", HERE) == 0


async def test_failures_of_an_hour_ago_do_not_add_up(
    throttle: Throttle, clock: VirtualClock
) -> None:
    for _window in range(8):
        for number in range(PER_SOURCE - 1):
            await throttle.failed(f"name {number}", HERE)
        assert await throttle.wait_s("new", HERE) == 0
        await clock.advance(WINDOW_S)


async def test_failures_are_stored_and_so_outlive_a_restart(clock: VirtualClock) -> None:
    people = MemoryPeople()
    for _try in range(FREE):
        await Throttle(people, clock).failed("ayse", HERE)
    assert await Throttle(people, clock).wait_s("ayse", HERE) == 1


PROXY = ip_network("10.0.0.0/8")


class _Wire:
    """A transport that knows its other end."""

    def __init__(self, peer: object) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.peer if name == "peername" else default

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("peer", "hops", "key"),
    [
        (("192.0.2.1", 5), [], "192.0.2.1"),
        (("192.0.2.1", 5), ["203.0.113.9"], "192.0.2.1"),
        (("10.0.0.1", 5), ["203.0.113.9"], "203.0.113.9"),
        (("10.0.0.1", 5), ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (("10.0.0.1", 5), ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (("10.0.0.1", 5), ["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        (("10.0.0.1", 5), ["nonsense"], "10.0.0.1"),
        (("10.0.0.1", 5), [], "10.0.0.1"),
        ("", ["203.0.113.9"], "203.0.113.9"),
        ("", [], "local"),
        (("10.0.0.1", 5), ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: object, hops: Sequence[str], key: str) -> None:
    headers: Any = [("X-Forwarded-For", hop) for hop in hops]
    transport: Any = _Wire(peer)
    from multidict import CIMultiDict  # noqa: PLC0415

    request = make_mocked_request("GET", "/", CIMultiDict(headers), transport=transport)
    assert source_key(request, [PROXY]) == key
