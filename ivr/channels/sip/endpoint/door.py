"""How many connections may be open, how long a slow one may take, and what was turned away."""

from __future__ import annotations

import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.wire.messages.message import (
    Request,
    WireError,
    received_from,
    render,
    respond,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from ivr.channels.sip.wire.words import Flow

    Garbled: TypeAlias = Callable[[WireError, Flow], bytes]

MESSAGE_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may cost. Times in seconds, lengths in bytes (`security.md` 11).

    per_source, total: open connections that others made to us. dialled: those that we made.
    message_s: from connecting to the first whole message, TLS included, and for each message.
    unanswered_s: how long we keep a connection after its first message without answering it.
    idle_s: without an octet in either direction. connect_s: to open one. flush_s: to close all.
    unsent_bytes: not yet taken by the far end; more, and the connection is cut.
    lookups: names being looked up at a time. ping_s, dead_s: how often a browser is asked whether
    it lives, and when one that is silent is cut. frames_per_s: what it may send (`security.md` 5).
    """

    per_source: int = 20
    total: int = 1_000
    dialled: int = 200
    message_s: float = 10.0
    unanswered_s: float = 32.0
    idle_s: float = 3_600.0
    connect_s: float = 4.0
    flush_s: float = 1.0
    unsent_bytes: int = 262_144
    lookups: int = 64
    ping_s: float = 10.0
    dead_s: float = 20.0
    frames_per_s: int = 20


@dataclass(frozen=True, slots=True)
class Ears:
    """Where a socket takes what it hears, and the time it heard it (monotonic seconds).

    settle: everything of this wake-up was handed over; act on it when the socket is done.
    garbled: what to answer before a stream that is no SIP is closed; nothing, for strangers.
    """

    receive: Callable[[bytes, Flow, float], None]
    lost: Callable[[Flow, float], None]
    settle: Callable[[], None]
    now: Callable[[], float]
    garbled: Garbled


def in_silence(error: WireError, flow: Flow) -> bytes:
    """What a stranger hears whose stream makes no sense: nothing."""
    return b""


def plain_refusal(error: WireError, flow: Flow) -> bytes:
    """400 or 413 for a stream that makes no sense, or nothing if too little of it could be read.

    For trunks and phones only: who is unknown gets silence (`security.md` 11).
    """
    request = error.message
    if not isinstance(request, Request) or request.method == "ACK":
        return b""
    try:
        received_from(request, *flow.remote)
        return render(respond(request, error.code))
    except WireError:
        return b""


@dataclass(slots=True)
class Door:
    """Counts the connections that others made, over all transports of one endpoint.

    turned_away: what was refused, cut or not sent, by a fixed reason. numbers: of connections.
    """

    limits: Limits
    turned_away: Counter[str] = field(default_factory=Counter)
    open: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def admit(self, source: str | None) -> bool:
        """Count a new connection in; False, and nothing counted in, if there are too many.

        source None: known by a ticket, so only the total counts (a proxy is one source to us).
        """
        if self.open >= self.limits.total:
            self.turned_away["total"] += 1
            return False
        if source is not None:
            if self.by_source[source] >= self.limits.per_source:
                self.turned_away["source"] += 1
                return False
            self.by_source[source] += 1
        self.open += 1
        return True

    def leave(self, source: str | None) -> None:
        """Count a connection out."""
        self.open -= 1
        if source is not None:
            self.by_source[source] -= 1
            if not self.by_source[source]:
                del self.by_source[source]


def source_of(host: str) -> str:
    """Who counts as one source: an IPv4 address, or the /64 of an IPv6 one."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def is_number(host: str) -> bool:
    """Whether this is a written IP address, which needs no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
