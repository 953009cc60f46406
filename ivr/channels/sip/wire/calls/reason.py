"""Why a call was not answered or ended, from status codes and Reason headers (RFC 3326, Q.850)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.addresses import read_params
from ivr.channels.sip.wire.messages.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.sip.wire.messages.message import Headers
    from ivr.channels.sip.wire.words import FailCause

_BY_Q850: Mapping[int, FailCause] = {
    1: "unreachable",
    3: "unreachable",
    17: "busy",
    18: "noanswer",
    19: "noanswer",
    21: "rejected",
    27: "unreachable",
}
_BY_STATUS: Mapping[int, FailCause] = {
    401: "rejected",
    403: "rejected",
    407: "rejected",
    408: "noanswer",
    480: "noanswer",
    486: "busy",
    487: "noanswer",
    488: "rejected",
    600: "busy",
    603: "rejected",
    607: "rejected",
    608: "rejected",
}


def cause_of(status: int, q850: int) -> FailCause:
    """What a final answer means. Q.850 beats the status: carriers send 503 for busy."""
    return _BY_Q850.get(q850) or _BY_STATUS.get(status, "unreachable")


def q850_of(headers: Headers) -> int:
    """The cause number of a `Reason: Q.850` header, 0 without or if unreadable."""
    return _reason(headers, "q.850")


def is_elsewhere(headers: Headers) -> bool:
    """Whether a CANCEL says that another phone took the call (RFC 3326 3.1)."""
    return _reason(headers, "sip") == 200


def _reason(headers: Headers, protocol: str) -> int:
    for value in headers.split("Reason"):
        name, _, params = value.partition(";")
        if name.strip().lower() == protocol:
            return _number(params)
    return 0


def _number(params: str) -> int:
    try:
        cause = (read_params(params).get("cause") or "").strip('"')
    except WireError:
        return 0
    return int(cause) if cause.isascii() and cause.isdigit() and len(cause) < 4 else 0


def retry_after_of(headers: Headers) -> int:
    """Seconds of Retry-After, 0 without."""
    text = (headers.get("Retry-After") or "").partition(";")[0].partition("(")[0].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
