"""Guesses slowed down: longer and longer pauses for an account, a limit for each source.

There is no lock-out: that would let anybody keep an agent from working (security.md 5).
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from ivr.web.guard import Source, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import People
    from ivr.web.guard import Network

FREE = 5
"""Failures of an account that cost nothing."""
LONGEST_S = 60
PER_SOURCE = 30
WINDOW_S = 600


class Throttle:
    """Counts failed tries to sign in; what is counted is stored, so it outlives a restart."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def wait_s(self, name: str, source: str) -> int:
        """Seconds until the next try is looked at, 0 = now. Unknown names wait as known ones."""
        return max(await self._account_wait_s(name), await self._source_wait_s(source))

    async def failed(self, name: str, source: str) -> None:
        """One more failed try."""
        now = self._clock.now()
        key, since = self._window(source)
        _count, last = await self._people.failures(key)
        if last is not None and last.timestamp() < since:
            await self._people.forget_failures(key)
        await self._people.count_failure(key, now)
        await self._people.count_failure(_account(name), now)

    async def succeeded(self, name: str) -> None:
        """The account's failures no longer count; those of the source do."""
        await self._people.forget_failures(_account(name))

    async def _account_wait_s(self, name: str) -> int:
        count, last = await self._people.failures(_account(name))
        if last is None or count < FREE:
            return 0
        pause_s = min(2 ** min(count - FREE, 10), LONGEST_S)
        return _until(last.timestamp() + pause_s, self._clock.now().timestamp())

    async def _source_wait_s(self, source: str) -> int:
        key, since = self._window(source)
        count, last = await self._people.failures(key)
        if last is None or count < PER_SOURCE or last.timestamp() < since:
            return 0
        return _until(since + WINDOW_S, self._clock.now().timestamp())

    def _window(self, source: str) -> tuple[str, int]:
        """The row of the ten minutes that it is now, and their start. Two rows take turns."""
        number = int(self._clock.now().timestamp()) // WINDOW_S
        return f"source:{number % 2}:{source}", number * WINDOW_S


class Turns:
    """One try at a time for each account, so that many at once are not looked at before any has
    counted."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """The turn of an account, to be waited for."""
        return self._locks.setdefault(name, asyncio.Lock())


def _account(name: str) -> str:
    return f"account:{name}"


def _until(due: float, now: float) -> int:
    """Whole seconds, rounded up."""
    return max(0, -int(-timedelta(seconds=due - now) // timedelta(seconds=1)))


def source_key(request: web.BaseRequest, trusted: Sequence[Network]) -> str:
    """Where a request comes from, as one source: an IPv4 address, the /64 of an IPv6 one."""
    return sender(request, trusted).key


def sender(request: web.BaseRequest, trusted: Sequence[Network]) -> Source:
    """Where a request comes from; X-Forwarded-For is believed only from our own proxies."""
    transport = request.transport
    source = source_of(transport.get_extra_info("peername") if transport else None)
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    while source.address is None or any(source.address in network for network in trusted):
        hop = hops.pop().strip() if hops else ""
        try:
            ip_address(hop)
        except ValueError:
            break
        source = source_of((hop, 0))
    return source
