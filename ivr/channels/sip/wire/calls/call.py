"""What the core knows of one call, in whatever state it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.dialog import Dialog
    from ivr.channels.sip.wire.calls.session_timer import Session
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.orders import Accept, Invite, Ring
    from ivr.channels.sip.wire.transaction.client import Client
    from ivr.channels.sip.wire.transaction.server import Server
    from ivr.channels.sip.wire.transaction.timers import Timer
    from ivr.channels.sip.wire.words import EndCause, Flow, Terms

# offered: came in, not answered; calling: goes out, not answered; accepted: our 200 is out, the ACK
# is not here; up; over: told, and kept only until late messages are past.
State: TypeAlias = Literal["offered", "calling", "accepted", "up", "over"]


@dataclass(slots=True, eq=False)
class Unacked:
    """A 200 of ours to an INVITE, repeated until its ACK comes. `cseq`: of that INVITE."""

    cseq: int
    flow: Flow
    data: bytes
    wait_s: float
    again: bool  # the 200 to a re-INVITE
    retry: Timer | None = None
    limit: Timer | None = None


@dataclass(slots=True, eq=False)
class Unpracked:
    """A reliable 18x of ours, repeated until its PRACK comes (RFC 3262)."""

    rseq: int
    flow: Flow
    data: bytes
    wait_s: float
    has_sdp: bool
    retry: Timer | None = None
    limit: Timer | None = None


@dataclass(slots=True, eq=False)
class Incoming:
    """What a call that came in needs until it is answered. `waiting`: orders behind a PRACK."""

    server: Server
    invite: Request
    reliable: bool  # they require 100rel
    rseq: int = 0
    unpracked: Unpracked | None = None
    waiting: list[Ring | Accept] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Outgoing:
    """What a call that goes out needs until it is answered.

    `invite` is the INVITE under way; an answer to any other one is a late one. `forks`: early
    dialogs by their tag. `rseqs`: the last reliable 18x of each fork.
    """

    order: Invite
    call_id: str
    tag: str
    attempt: int = 0
    cseq: int = 0
    invite: Request | None = None
    client: Client | None = None
    try_timer: Timer | None = None
    cancelled: bool = False
    challenged: bool = False
    min_se_s: int = 0
    extra: tuple[tuple[str, str], ...] = ()  # the credentials
    forks: dict[str, Dialog] = field(default_factory=dict)
    rseqs: dict[str, int] = field(default_factory=dict)
    retry_after_s: int = 0


@dataclass(slots=True, eq=False)
class Changing:
    """Re-INVITE and UPDATE, one at a time. `wanted` waits for its turn."""

    ours: Client | None = None
    retry: Timer | None = None  # after a 491
    theirs: Server | None = None
    their_request: Request | None = None
    wanted: bytes | None = None


@dataclass(slots=True, eq=False)
class TheirRefer:
    """A REFER of theirs: not answered while `server` is there; then told by NOTIFY, or `quiet`."""

    server: Server | None
    request: Request | None
    quiet: bool


@dataclass(slots=True, eq=False)
class Call:
    """One call. `ours`: we made the Call-ID. `sdp`: the last session that we sent."""

    name: str
    trunk: str
    peer: str
    terms: Terms
    ours: bool
    state: State
    dialog: Dialog | None = None
    incoming: Incoming | None = None
    outgoing: Outgoing | None = None
    unacked: Unacked | None = None
    sdp: bytes = b""
    closing: tuple[EndCause, str] | None = None  # hang up as soon as the ACK is here
    change: Changing = field(default_factory=Changing)
    held_ack: tuple[Dialog, int] | None = None  # an offer came in their 200: see the order Ack
    acks: dict[tuple[str, int], tuple[Flow, bytes]] = field(default_factory=dict)
    their_allow: str = ""
    session: Session | None = None
    session_timers: tuple[Timer, ...] = ()
    their_refers: dict[int, TheirRefer] = field(default_factory=dict)  # by CSeq
    our_refer: Timer | None = None

    def dialog_with(self, tag: str) -> Dialog | None:
        """The dialog with the far end of this tag, which may be one of several that ring."""
        if self.dialog is None and self.outgoing is not None:
            return self.outgoing.forks.get(tag)
        return self.dialog
