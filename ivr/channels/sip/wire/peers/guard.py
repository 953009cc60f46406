"""Says who sent a packet, before any state is kept for it, and shuts out who comes too often.

Order (design: sip-media 6, security 11): a registered flow; a proven digest user; the trunk whose
`from` holds the source, the narrowest network first; the trunk whose server it is; anyone on this
machine, on a trunk that is open; whom a trunk has called, in that call; else a stranger, who gets
silence. A stranger has 16 requests in 2 s per source (IPv4 address, IPv6 /64), then is shut out for
300 s. Trunks are never shut out, because a forged source must not cut off a carrier, but have a
rate of new calls.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.peers.buckets import Bans, Buckets
from ivr.channels.sip.wire.session.sdp import ip_of
from ivr.channels.sip.wire.transaction.post import is_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ivr.channels.sip.wire.words import Flow, Place

REQUESTS, WINDOW_S, BAN_S = 16, 2.0, 300.0
SOURCES_MOST = 100_000
GUESSES, GUESS_WINDOW_S = 10, 60.0
CACHED_MOST = 10_000
CALLED_MOST = 1_000
EVENTS_MOST = 1_000
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
ANY_HOSTS = ("0.0.0.0", "::")  # noqa: S104 - compared with, never listened on


class Kind(StrEnum):
    """What a sender is to us."""

    PHONE = "phone"  # registered by this very flow
    TRUNK = "trunk"  # its source is listed
    ANYONE = "anyone"  # a loopback trunk that asks nobody
    CALLED = "called"  # somebody whom a trunk has called: known in that call, not beside it
    CHALLENGE = "challenge"  # a stranger on a registrar's listener: may prove who he is
    STRANGER = "stranger"  # silence
    BANNED = "banned"  # silence, not even parsed


@dataclass(frozen=True, slots=True)
class Source:
    """Who sent something: what he is, by which trunk, and for a phone which users it registered."""

    kind: Kind
    trunk: str = ""
    users: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """May this source reach the transactions?"""
        return self.kind in (Kind.PHONE, Kind.TRUNK, Kind.ANYONE, Kind.CALLED)


@dataclass(frozen=True, slots=True)
class Gate:
    """What a trunk lets in. `listens`: our places; those on 0.0.0.0 or :: hold for every address.

    `networks`: its `from`, as CIDRs. `registrar`: phones may register. `is_open`: anyone on
    this machine may call.
    `calls_per_s`: new calls it may begin, in bursts of as many.
    """

    trunk: str
    listens: tuple[Place, ...]
    networks: tuple[str, ...] = ()
    registrar: bool = False
    is_open: bool = False
    calls_per_s: float = 20.0


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One line of the security log: fixed keys, no text of the sender. `count`: how often."""

    event: str
    source: str
    port: int
    trunk: str
    code: int
    count: int


STRANGER, BANNED = Source(Kind.STRANGER), Source(Kind.BANNED)


class Guard:
    """Judges the sources of all trunks.

    owners: the users whose phones registered by a flow (`Registrar.owners`).
    """

    def __init__(
        self,
        gates: Sequence[Gate],
        owners: Callable[[Flow, float], tuple[str, ...]] = lambda _flow, _now: (),
    ) -> None:
        self._gates = tuple(gates)
        self._owners = owners
        self._requests: Buckets[str] = Buckets(REQUESTS, REQUESTS / WINDOW_S, SOURCES_MOST)
        self._bans: Bans[str] = Bans(BAN_S, SOURCES_MOST)
        self._guesses: Buckets[tuple[str, str]] = Buckets(
            GUESSES, GUESSES / GUESS_WINDOW_S, SOURCES_MOST
        )
        self._calls = {
            gate.trunk: Buckets[str](gate.calls_per_s, gate.calls_per_s, 1) for gate in self._gates
        }
        self._narrowest = _by_narrowness(self._gates)
        self._open = frozenset(gate.trunk for gate in self._gates if gate.is_open)
        self._servers: dict[str, frozenset[str]] = {}
        self._called: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._cache: OrderedDict[tuple[Place, str], Source] = OrderedDict()
        self._events: dict[tuple[str, str, str, int], SecurityEvent] = {}

    def judge(self, flow: Flow, now: float) -> Source:
        """Who is behind this flow; to be asked once per packet, before it is parsed.

        A stranger's packet is counted here. A digest user is proven later, by `Doorkeeper`: for a
        CHALLENGE source read the login of its REGISTER or INVITE, and answer with a challenge.
        """
        users = self._owners(flow, now)
        if users:
            return Source(Kind.PHONE, self._registrar(flow), users)
        found = self._listed(flow)
        return found if found.known else self._strange(found, flow, now)

    def served_by(self, trunk: str, addresses: Iterable[str]) -> None:
        """The addresses that the servers of a trunk have now: what comes from there is its own."""
        found = frozenset(map(_spelled, addresses))
        if self._servers.get(trunk) != found:
            self._servers[trunk] = found
            self._cache.clear()

    def calls(self, trunk: str, address: str) -> None:
        """A trunk calls somebody at this address: what he says in that call is no stranger's."""
        key = (trunk, _spelled(address))
        if key not in self._called:
            self._cache.clear()
        self._called[key] = None
        self._called.move_to_end(key)
        if len(self._called) > CALLED_MOST:
            self._called.popitem(last=False)
            self._cache.clear()

    def unlisted(self, flow: Flow) -> Source:
        """What a source is that no list names: it may be a phone that logs in, or a stranger."""
        registrar = self._registrar(flow)
        return Source(Kind.CHALLENGE, registrar) if registrar else STRANGER

    def new_call(self, trunk: str, flow: Flow, now: float) -> bool:
        """May this trunk begin one more call now? If not: 503 with Retry-After."""
        bucket = self._calls.get(trunk)
        if bucket is None or bucket.take(trunk, now):
            return True
        self.note("sip_call_rate", flow, trunk, 503)
        return False

    def guessed(self, flow: Flow, user: str, now: float) -> None:
        """A login was wrong. After 10 within a minute `may_guess` says no."""
        self._guesses.take((block_of(flow.remote[0]), user), now)
        self.note("sip_auth_failed", flow, self._registrar(flow), 401)

    def proven(self, flow: Flow) -> None:
        """A login was right: what this source sent so far was no stranger's (an office full of
        phones behind one address registers at once after a power cut).
        """
        self._requests.forget(block_of(flow.remote[0]))

    def may_guess(self, flow: Flow, user: str, now: float) -> bool:
        """May this source try to log in as this user? Ask before looking at the password."""
        return not self._guesses.is_empty((block_of(flow.remote[0]), user), now)

    def note(self, event: str, flow: Flow, trunk: str, code: int) -> None:
        """Count a security event; equal ones become one line. `event`: a fixed word of ours."""
        source, port = flow.remote
        if len(self._events) >= EVENTS_MOST:
            source, port = "-", 0
        key = (event, source, trunk, code)
        before = self._events.get(key)
        count = before.count + 1 if before else 1
        self._events[key] = SecurityEvent(event, source, port, trunk or "-", code, count)

    def take_events(self) -> list[SecurityEvent]:
        """The events since the last time; to be asked about once a second."""
        events = list(self._events.values())
        self._events.clear()
        return events

    def _listed(self, flow: Flow) -> Source:
        """What the lists say about this source; remembered, as packets come in rows.

        No list speaks for a page: it comes by the web server, and only a password makes it a phone.
        """
        if is_page(flow):
            return self.unlisted(flow)
        key = (flow.local, flow.remote[0])
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._look_up(flow)
            if len(self._cache) > CACHED_MOST:
                self._cache.popitem(last=False)
        return found

    def _look_up(self, flow: Flow) -> Source:
        address = ip_of(flow.remote[0])
        if address is None:
            return STRANGER
        for network, gate in self._narrowest:
            if address.version == network.version and address in network and _hears(gate, flow):
                return Source(Kind.TRUNK, gate.trunk)
        here = [gate.trunk for gate in self._gates if _hears(gate, flow)]
        text = str(address)
        opened = self._open if address.is_loopback or _on_loopback(flow) else frozenset()
        ways: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
            (Kind.TRUNK, lambda trunk: text in self._servers.get(trunk, ())),
            (Kind.ANYONE, lambda trunk: trunk in opened),
            (Kind.CALLED, lambda trunk: (trunk, text) in self._called),
        )
        found = (Source(kind, trunk) for kind, fits in ways for trunk in here if fits(trunk))
        return next(found, None) or self.unlisted(flow)

    def _strange(self, found: Source, flow: Flow, now: float) -> Source:
        block = block_of(flow.remote[0])
        if self._bans.holds(block, now):
            return BANNED
        if self._requests.take(block, now):
            return found
        self._bans.add(block, now)
        self.note("sip_banned", flow, found.trunk, 0)
        return BANNED

    def _registrar(self, flow: Flow) -> str:
        """The trunk on this listener where phones register, or ""."""
        gates = (gate for gate in self._gates if gate.registrar and _hears(gate, flow))
        return next((gate.trunk for gate in gates), "")


def block_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 of an IPv6 one."""
    if ":" not in address:
        return address
    found = ip_of(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Address(int(found) >> 64 << 64))
    return address if found is None else str(found)


def _spelled(address: str) -> str:
    """An address in the one spelling that it is compared in."""
    return str(ip_of(address) or address)


def _by_narrowness(gates: Sequence[Gate]) -> list[tuple[Network, Gate]]:
    pairs = [
        (ipaddress.ip_network(text, strict=False), gate) for gate in gates for text in gate.networks
    ]
    return sorted(pairs, key=lambda pair: -pair[0].prefixlen)


def _on_loopback(flow: Flow) -> bool:
    """Did it reach us on loopback? Then it was sent on this machine, whatever address of its own
    the sender wrote: many softphones name the one of the network card.
    """
    local = ip_of(flow.local[0])
    return local is not None and local.is_loopback


def _hears(gate: Gate, flow: Flow) -> bool:
    """Did the packet come in where this trunk listens? Port 0 = whichever the system gave."""
    return any(
        port in (0, flow.local[1]) and (host == flow.local[0] or host in ANY_HOSTS)
        for host, port in gate.listens
    )
