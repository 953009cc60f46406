"""Chooses the server of a trunk that a call goes to, and knows which ones are out.

Order: SRV priority, within one priority drawn by weight (RFC 2782), without SRV the order of the
list. A server is out after two OPTIONS without a sign of life and back after one; one that answered
503 with `Retry-After` rests so long, at most 300 s. With all out the trunk is down: calls fail
at once. Pure: addresses are looked up elsewhere; times are seconds on the caller's clock.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.channels.sip.wire.peers.keepalive import Keepalive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REST_MOST_S = 300
Turn: TypeAlias = Literal["out", "back", "down", "up"]


@dataclass(frozen=True, slots=True)
class Server:
    """One address of a carrier. `name` is the configured name: what a TLS certificate must show.

    `priority`: lower first. `weight`: share among equals. Without SRV records: priority = place
    in the list, weight 0.
    """

    name: str
    address: str
    port: int
    transport: str = "udp"
    priority: int = 0
    weight: int = 0

    @property
    def place(self) -> tuple[str, str, int]:
        """What stays the same when records change: transport, address, port."""
        return self.transport, self.address, self.port


@dataclass(frozen=True, slots=True)
class Ping:
    """An OPTIONS to send to one server; `number` comes back with its answer."""

    server: Server
    number: int


@dataclass(frozen=True, slots=True)
class ServerTurned:
    """A server went out or came back, or with it (`server` None) the trunk went down or up."""

    turn: Turn
    server: Server | None = None


class Servers:
    """The servers of one trunk. random: gives numbers from 0 to below 1."""

    def __init__(self, random: Callable[[], float], *, period_s: float = 30.0) -> None:
        self._random = random
        self._servers: dict[tuple[str, str, int], Server] = {}
        self._rests_until: dict[tuple[str, str, int], float] = {}
        self._keepalive: Keepalive[tuple[str, str, int]] = Keepalive(random, period_s=period_s)
        self._down = False

    def update(self, servers: Sequence[Server], now: float) -> list[ServerTurned]:
        """The list as it was just looked up; what is known of those that stay is kept.

        An empty list changes nothing: a look-up that fails takes no server away.
        """
        if not servers:
            return []
        fresh: dict[tuple[str, str, int], Server] = {}
        for server in servers:
            fresh.setdefault(server.place, server)
        for place in [place for place in self._servers if place not in fresh]:
            self._keepalive.forget(place)
            self._rests_until.pop(place, None)
        self._servers = fresh
        for place in fresh:
            self._keepalive.watch(place, now)
        return self._trunk()

    def order(self, now: float) -> list[Server]:
        """The servers to try for one call, best first; empty if the trunk is down."""
        live = [one for one in self._servers.values() if not self._is_away(one, now)]
        chosen: list[Server] = []
        for priority in sorted({one.priority for one in live}):
            chosen += self._drawn([one for one in live if one.priority == priority])
        return chosen

    def due(self) -> float | None:
        """When the next OPTIONS is due."""
        return self._keepalive.due()

    def pings(self, now: float) -> tuple[list[Ping], list[ServerTurned]]:
        """The OPTIONS to send now, and which servers fell silent."""
        asked, silent = self._keepalive.questions(now)
        pings = [Ping(self._servers[place], number) for place, number in asked]
        turned = [ServerTurned("out", self._servers[place]) for place in silent]
        return pings, turned + self._trunk()

    def answered(self, ping: Ping, status: int) -> list[ServerTurned]:
        """How an OPTIONS was answered; 408 for silence, 503 for no way there."""
        place = ping.server.place
        turn = self._keepalive.answered(place, ping.number, status)
        if turn is None or place not in self._servers:
            return []
        if turn:
            self._rests_until.pop(place, None)
        return [ServerTurned("back" if turn else "out", self._servers[place]), *self._trunk()]

    def rest(self, address: str, port: int, retry_after_s: float, now: float) -> None:
        """A server answered 503 with `Retry-After`: it is not tried so long, at most 300 s."""
        until = now + min(max(retry_after_s, 0), REST_MOST_S)
        for place in self._servers:
            if place[1:] == (address, port):
                self._rests_until[place] = until

    def _is_away(self, server: Server, now: float) -> bool:
        place = server.place
        return self._keepalive.is_out(place) or now < self._rests_until.get(place, now)

    def _drawn(self, equals: list[Server]) -> list[Server]:
        """Servers of one priority in a random order that honours their weights (RFC 2782)."""
        left = list(equals)
        drawn: list[Server] = []
        while left:
            weights = [one.weight for one in left]
            if not any(weights):
                weights = [1] * len(left)
            sums = list(accumulate(weights))
            drawn.append(left.pop(bisect_right(sums, self._random() * sums[-1])))
        return drawn

    def _trunk(self) -> list[ServerTurned]:
        """Has the trunk as a whole turned?"""
        down = bool(self._servers) and all(map(self._keepalive.is_out, self._servers))
        if down == self._down:
            return []
        self._down = down
        return [ServerTurned("down" if down else "up")]
