"""Writes SIP messages: answers made of their request, and the octets that go out.

Nothing leaves that could be read as two headers or two messages. Sources: RFC 3261 7.3.1, 8.2.6,
12.1.1, 18.2.1; RFC 3581 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.addresses import Via, parse_via
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.headers import Headers, members, split_outside
from ivr.channels.sip.wire.messages.packet import Message, Request, Response
from ivr.channels.sip.wire.messages.reading import plain_nul

if TYPE_CHECKING:
    from collections.abc import Iterable

REASONS = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    199: "Early Dialog Terminated",
    200: "OK",
    202: "Accepted",
    204: "No Notification",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    412: "Conditional Request Failed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    430: "Flow Failed",
    439: "First Hop Lacks Outbound Support",
    469: "Bad Info Package",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    493: "Undecipherable",
    494: "Security Agreement Required",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    580: "Precondition Failure",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
    607: "Unwanted",
    608: "Rejected",
}


def render(message: Message) -> bytes:
    """The octets of a message: one header per line, Content-Length always true and last.

    Raises WireError 500 where a value holds CR, LF, NUL or text that no octets stand for. A NUL
    behind a backslash may pass: it is a quoted pair, and an answer must copy it (RFC 4475 3.1.1.2).
    """
    lines = [_start_line(message)]
    lines += [f"{name}: {value}" for name, value in message.headers.items() if name != _LENGTH]
    lines.append(f"{_LENGTH}: {len(message.body)}\r\n\r\n")
    text = "\r\n".join(lines)
    ends = len(lines) + 1
    if text.count("\n") != ends or text.count("\r") != ends or plain_nul(text):
        raise WireError(500, "CR, LF or NUL in a value")
    try:
        return text.encode("utf-8", "surrogateescape") + message.body
    except UnicodeEncodeError:
        raise WireError(500, "text that no octets stand for") from None


def respond(
    request: Request,
    status: int,
    reason: str = "",
    *,
    to_tag: str = "",
    extra: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> Response:
    """The answer to a request: what must be copied is copied, the rest is `extra` and `body`.

    reason: "" for the usual words. to_tag: set where the request has none; 100 carries none.
    Record-Route is copied into 101-299, Timestamp into 100. The headers are a new object.
    """
    given = request.headers
    lines = [("Via", via) for via in given.all("Via")]
    lines.append(("From", given.get("From") or ""))
    lines.append(("To", _tagged(request, "" if status == 100 else to_tag)))
    lines.append(("Call-ID", given.get("Call-ID") or ""))
    lines.append(("CSeq", given.get("CSeq") or ""))
    if 100 < status < 300:
        lines += [("Record-Route", route) for route in given.all("Record-Route")]
    elif status == 100 and "Timestamp" in given:
        lines.append(("Timestamp", given.get("Timestamp") or ""))
    lines += extra
    return Response(status, reason or reason_of(status), Headers(lines), body)


def reason_of(status: int) -> str:
    """The usual words for a status; for one that we do not know, those of its class."""
    return REASONS.get(status) or REASONS.get(status // 100 * 100) or "Unknown"


def top_via(request: Request) -> Via:
    """The nearest hop alone; safe for a request that came with a WireError, however broken."""
    try:
        return request.vias[0]  # as it was read when the request came
    except WireError:
        found = members(request.headers.all("Via"))
    if not found:
        raise WireError(0, "no Via")
    return parse_via(found[0])


def received_from(request: Request, host: str, port: int) -> Via:
    """Writes into the top Via where the packet really came from, and returns that Via.

    host: the packet's source address, IPv6 without brackets. `received` is set where it differs
    from what the sender wrote, and always with `rport`; what the sender claims in them is replaced.
    Source: RFC 3261 18.2.1, RFC 3581 4.
    """
    told = top_via(request)
    params = {name: value for name, value in told.params.items() if name != "received"}
    if told.wants_rport:
        params["rport"] = str(port)
    if told.wants_rport or told.host.casefold() != host.casefold():
        params["received"] = host
    via = Via(told.transport, told.host, told.port, params)
    if params != told.params:
        first, *lines = [line for line in request.headers.all("Via") if members([line])]
        below = [piece for piece in split_outside(first, ",") if piece.strip()][1:]
        request.headers.set("Via", ",".join([str(via), *below]), *lines)
    return via


_LENGTH = "Content-Length"


def _start_line(message: Message) -> str:
    if isinstance(message, Response):
        return f"SIP/2.0 {message.status} {message.reason}"
    if " " in message.uri or " " in message.method:
        raise WireError(500, "space in a method or an address")
    return f"{message.method} {message.uri} SIP/2.0"


def _tagged(request: Request, tag: str) -> str:
    to = request.headers.get("To") or ""
    if not tag:
        return to
    try:
        known = request.to.tag
    except WireError:
        known = ""
    return to if known else f"{to};tag={tag}"
