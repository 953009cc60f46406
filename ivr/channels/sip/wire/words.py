"""The words that the SIP core speaks: bytes out, and the events that go up.

The trunk gives an order (`orders.py`), the core sends messages and says what it heard. Every call
has a name: the core makes it for a call that comes in, the trunk for one that goes out. Each call
ends with exactly one of `Cancelled`, `Failed` and `Ended`; after it the name is forgotten.
Session descriptions are octets here: the trunk negotiates sound (`sip-media.md` 2, 3, 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from ivr.channels.sip.wire.messages.message import Request, Response

Place: TypeAlias = tuple[str, int]  # an IP address or host, and a port
Pairs: TypeAlias = tuple[tuple[str, str], ...]  # header lines: name, value
FailCause: TypeAlias = Literal["busy", "noanswer", "rejected", "unreachable", "cancelled"]
EndCause: TypeAlias = Literal["normal", "refused", "replaced", "signal_lost", "bad_answer"]


@dataclass(frozen=True, slots=True)
class Flow:
    """The way a message came or goes: transport, both ends, and which connection.

    `transport` is udp, tcp, tls, ws or wss. `connection` is the endpoint's number of an open
    connection; 0 for UDP, and for a stream "open one to `remote`, or use the one that is open".
    """

    transport: str
    local: Place
    remote: Place
    connection: int = 0


@dataclass(frozen=True, slots=True)
class Send:
    """What the endpoint writes, as one datagram or one piece of a stream."""

    flow: Flow
    data: bytes


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with a trunk: the session timer, and whether its peers sit behind NAT.

    `session_s`, `session_min_s`: RFC 4028, seconds; 0 as `session_s` asks for no timer.
    `nat`: requests go back the way the last one came; the Contact's address is not believed.
    `away_s`: how long a call outlives the connection of its phone's page (WebSocket).
    """

    session_s: int = 1800
    session_min_s: int = 90
    nat: bool = False
    away_s: float = 5.0


USUAL = Terms()


@dataclass(frozen=True, slots=True)
class DialogRecord:
    """All that is needed to end a call after a crash; texts and numbers only, so it can be stored.

    `local` and `remote` are whole addresses with their tags, as From and To are written.
    """

    call: str
    trunk: str
    peer: str
    call_id: str
    local: str
    remote: str
    target: str
    routes: tuple[str, ...]
    cseq: int
    flow: Flow


@dataclass(frozen=True, slots=True)
class Offered:
    """A call came in; 100 Trying is out. `sdp` None: the far end wants our offer in the 200.

    `replaces` names the call of ours whose place it takes (RFC 3891), else "". `record`: its
    dialog, as it is once we answer.
    """

    call: str
    trunk: str
    peer: str
    flow: Flow
    request: Request
    sdp: bytes | None = None
    replaces: str = ""
    record: DialogRecord | None = None


@dataclass(frozen=True, slots=True)
class Acked:
    """Our 200 was acknowledged: the call is up. `sdp`: the answer, if the offer was ours.

    `again` is True for the 200 to a later re-INVITE of the same call.
    """

    call: str
    sdp: bytes | None
    record: DialogRecord
    again: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The caller gave up before we answered; 487 is out. `elsewhere`: another phone took it."""

    call: str
    q850: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """A far end rings or plays something (18x). `fork` is its tag: one call may ring many."""

    call: str
    fork: str
    status: int
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The far end took the call; acknowledged already, unless `sdp` is an offer (see `Ack`)."""

    call: str
    fork: str
    sdp: bytes | None
    record: DialogRecord
    response: Response


@dataclass(frozen=True, slots=True)
class Failed:
    """A call of ours was not answered. `status` 408 also stands for silence, 503 for no way.

    `q850` is the cause of a `Reason: Q.850` header, 0 without. `contacts` are the addresses of a
    3xx. `retry_after_s`: the server asks not to be tried so long.
    """

    call: str
    status: int
    cause: FailCause
    q850: int = 0
    contacts: tuple[str, ...] = ()
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class ServerOut:
    """One target of a call did not serve it (503, silence, no way); the next one is being tried."""

    call: str
    flow: Flow
    status: int
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A call is over. `far`: ended by the other side. `refused`: an offered call, by our order."""

    call: str
    cause: EndCause
    far: bool
    q850: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """The far end offers another session, or asks for our offer (`sdp` None): see `AnswerChange`.

    `method` is INVITE, UPDATE or PRACK. The core answers a request without a session itself.
    """

    call: str
    method: str
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class ChangeDone:
    """Our re-INVITE was answered. Status 2xx: changed, with their `sdp`; else the old goes on."""

    call: str
    status: int
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key came in an INFO. `key` is one of 0-9 * # A-D."""

    call: str
    key: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ReferAsked:
    """The far end asks us to transfer it: see `AnswerRefer` and `NotifyRefer`.

    `refer` numbers the request within the call. `to` is the URI without its headers; `replaces`
    names the call of ours that a Replaces in it means, "?" one that is not ours, else "".
    """

    call: str
    refer: int
    to: str
    replaces: str = ""
    referred_by: str = ""


@dataclass(frozen=True, slots=True)
class ReferProgress:
    """How our transfer goes: SIP `status` of the other leg, 408 after silence. `final`: the end."""

    call: str
    status: int
    final: bool


@dataclass(frozen=True, slots=True)
class Replied:
    """The answer to an `Outside` or `EndStored` order. Status 408: silence; 503: no way."""

    name: str
    method: str
    status: int
    response: Response | None


Heard: TypeAlias = (
    Offered
    | Acked
    | Cancelled
    | Progress
    | Answered
    | Failed
    | ServerOut
    | Ended
    | Changed
    | ChangeDone
    | KeyInfo
    | ReferAsked
    | ReferProgress
    | Replied
)
