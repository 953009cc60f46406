"""What the SIP core is told once, and what it asks of its surroundings.

All of it is injected, so that equal messages at equal times give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.channels.sip.wire.words import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.sip.wire.messages.message import Request, Response
    from ivr.channels.sip.wire.words import Flow, Pairs, Place, Terms


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who sent a request. Neither `trunk` nor `status`: a stranger, who gets silence.

    `trunk` names the trunk, `peer` the registered phone behind it ("" for a carrier): a later
    request of the same dialog must get the same two. `status` (with `headers`, for instance a
    challenge) is sent without keeping any state, whatever `trunk` says.
    """

    trunk: str = ""
    peer: str = ""
    status: int = 0
    reason: str = ""
    headers: Pairs = ()
    terms: Terms = USUAL


class Admit(Protocol):
    """Says who sent a request; asked before any state is kept. `request` may be half readable."""

    def __call__(self, request: Request, flow: Flow, now: float, /) -> Verdict:
        """Judge one request."""
        ...


class Registrar(Protocol):
    """Answers a REGISTER of an admitted source."""

    def __call__(self, request: Request, flow: Flow, now: float, /) -> Response:
        """Answer one request."""
        ...


class Credentials(Protocol):
    """Answers a digest challenge (401, 407) to a request of ours outside a dialog, or declines.

    Returns the header to add: its name (Authorization, Proxy-Authorization) and value.
    """

    def __call__(
        self, challenge: Response, method: str, uri: str, trunk: str, flow: Flow, /
    ) -> tuple[str, str] | None:
        """Answer one challenge."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How this core speaks. Times in seconds (RFC 3261 table 4).

    `advertise`: (transport, local host, local port) -> what is written into Via and Contact; a
    local address that is not listed is written as it is. `lines`: local addresses by transport,
    for requests to a peer that asks for another transport than its flow.
    """

    advertise: Mapping[tuple[str, str, int], Place] = field(default_factory=dict)
    lines: Mapping[str, Place] = field(default_factory=dict)
    user: str = "ivr"  # the user part of our Contact
    allow: str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY"
    t1_s: float = 0.5
    t2_s: float = 4.0
    t4_s: float = 5.0
    refer_s: float = 60.0  # no NOTIFY for so long: the transfer failed
    live_max: int = 50_000  # transactions that still do something
    finished_max: int = 200_000  # those kept for late repetitions only
    calls_max: int = 20_000


@dataclass(frozen=True, slots=True)
class Seams:
    """What the core asks of its surroundings; `token` gives 128 random bits as 32 hex digits."""

    token: Callable[[], str]
    admit: Admit
    registrar: Registrar | None = None
    credentials: Credentials | None = None
