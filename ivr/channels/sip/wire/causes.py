"""What SIP calls the end of a call, in our words, and the other way round.

Sources: RFC 3261 section 21, RFC 3326 (Reason), ITU-T Q.850 as carriers put it into Reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Cause, EndedBy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.sip.wire.words import EndCause, FailCause

FAILED: Mapping[FailCause, Cause] = {
    "busy": Cause.BUSY,
    "noanswer": Cause.NO_ANSWER,
    "rejected": Cause.REJECTED,
    "unreachable": Cause.UNREACHABLE,
    "cancelled": Cause.CANCELLED,
}
ENDED: Mapping[EndCause, Cause] = {
    "normal": Cause.NORMAL,
    "refused": Cause.REJECTED,
    "replaced": Cause.NORMAL,
    "signal_lost": Cause.SIGNAL_LOST,
    "bad_answer": Cause.FAILED,
}
_STATUS: Mapping[Cause, int] = {
    Cause.BUSY: 486,
    Cause.REJECTED: 603,
    Cause.NO_ANSWER: 480,
    Cause.UNREACHABLE: 404,
    Cause.FAILED: 500,
    Cause.SYSTEM_LOST: 503,
}
_REASON: Mapping[Cause, str] = {
    Cause.ELSEWHERE: 'SIP;cause=200;text="Call completed elsewhere"',
    Cause.CALLER_LEFT: 'SIP;cause=487;text="Caller left"',
    Cause.MEDIA_TIMEOUT: 'SIP;cause=408;text="No sound"',
    Cause.SYSTEM_LOST: 'SIP;cause=500;text="Sound was lost"',
    Cause.TIME_LIMIT: 'SIP;cause=408;text="Time limit"',
    Cause.FAILED: 'SIP;cause=500;text="Failed"',
}


def status_of(cause: Cause) -> int:
    """The final answer to a call that is refused for this cause."""
    return _STATUS.get(cause, 480)


def reason_of(cause: Cause) -> str:
    """The Reason header of the request that ends a call; "" where nothing needs to be said."""
    return _REASON.get(cause, "")


def ended_by(cause: EndCause, *, far: bool) -> EndedBy:
    """Who ended a call that was up."""
    if cause == "signal_lost":
        return EndedBy.LOST
    return EndedBy.CALLER if far else EndedBy.HANGUP
