"""The orders that the trunk gives to the SIP core.

An order that no longer fits (the call is over, was answered meanwhile) is dropped: what happened
was told by an event already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.words import USUAL

if TYPE_CHECKING:
    from ivr.channels.sip.wire.words import DialogRecord, EndCause, Flow, Pairs, Terms


@dataclass(frozen=True, slots=True)
class Ring:
    """Tell the caller how far we are: 180, or 183 with early sound."""

    call: str
    status: int = 180
    sdp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """Answer a call that was offered, with our answer (or our offer, if there was none)."""

    call: str
    sdp: bytes
    headers: Pairs = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse a call that was offered. `status` 300-699; `Ended(refused)` follows at once."""

    call: str
    status: int
    reason: str = ""
    headers: Pairs = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One server or phone that a call may go to: the way, and the Request-URI for it."""

    flow: Flow
    uri: str
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invite:
    """Call somebody. `targets` are tried in order (503, no way, no 1xx within `try_s`).

    `from_` and `to` are addresses as written, without tags. `sdp` None: the far end is to offer.
    """

    call: str
    trunk: str
    targets: tuple[Target, ...]
    from_: str
    to: str
    sdp: bytes | None
    peer: str = ""
    headers: Pairs = ()
    try_s: float = 4.0
    terms: Terms = USUAL


@dataclass(frozen=True, slots=True)
class Ack:
    """Acknowledge a 200 that carried an offer, with our answer to it."""

    call: str
    sdp: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a call whatever its state: a final answer (`status`), CANCEL or BYE.

    `reason` is a value for the Reason header, for instance
    `SIP;cause=200;text="Call completed elsewhere"`. `cause` comes back in the `Ended` of a call
    that was answered: `bad_answer` = a session that we cannot use, `replaced` = a leg taken over.
    """

    call: str
    status: int = 480
    reason: str = ""
    cause: EndCause = "normal"


@dataclass(frozen=True, slots=True)
class Reinvite:
    """Offer the far end another session. Waits by itself while another change is under way."""

    call: str
    sdp: bytes


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Answer `Changed`: 200 with our session, or 4xx (488), after which the old one goes on."""

    call: str
    status: int
    sdp: bytes | None = None
    headers: Pairs = ()


@dataclass(frozen=True, slots=True)
class Refer:
    """Ask the far end to call somebody else. `replaces` names a call of ours to be taken over."""

    call: str
    to: str
    replaces: str = ""
    referred_by: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRefer:
    """Answer `ReferAsked`: 202 (a NOTIFY with 100 follows by itself) or a refusal, e.g. 603."""

    call: str
    refer: int
    status: int


@dataclass(frozen=True, slots=True)
class NotifyRefer:
    """Tell who asked for a transfer how it goes; a `status` of 200 or more is the last one."""

    call: str
    refer: int
    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendInfo:
    """Send a body inside a call, for instance a key as `application/dtmf-relay`."""

    call: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outside:
    """Send one request outside any call (OPTIONS, REGISTER, NOTIFY); `Replied` brings the answer.

    Empty `call_id` and `cseq` 0: the core makes new ones. A digest challenge is answered once,
    with `cseq` + 1. `contact`: write our Contact unless `headers` brings one.
    """

    name: str
    method: str
    uri: str
    flow: Flow
    from_: str
    to: str
    trunk: str = ""
    call_id: str = ""
    cseq: int = 0
    headers: Pairs = ()
    body: bytes = b""
    contact: bool = True


@dataclass(frozen=True, slots=True)
class EndStored:
    """Send a BYE for a call of a former life, so that no far end keeps dead air (CSeq + 100)."""

    name: str
    record: DialogRecord
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drain:
    """Answer OPTIONS with 503 from now on, so that carriers send their calls elsewhere."""

    on: bool = True


Order: TypeAlias = (
    Ring
    | Accept
    | Refuse
    | Invite
    | Ack
    | HangUp
    | Reinvite
    | AnswerChange
    | Refer
    | AnswerRefer
    | NotifyRefer
    | SendInfo
    | Outside
    | EndStored
    | Drain
)
