"""Reads the octets of one SIP message, or says what is wrong with them and who may be told.

One pass for what is well-formed; only a message that is not gets a second, forgiving look for what
an answer needs. Time grows linearly with the octets. Limits: design, security 11. Sources: RFC 3261
7, 8.2, 16.3, 18.3, 20.14, 25.1; RFC 4475 3.1.2 and 3.3.
"""

from __future__ import annotations

import re

from ivr.channels.sip.wire.messages.addresses import parse_via, whole_number
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.headers import Headers, canonical, members
from ivr.channels.sip.wire.messages.packet import Message, Request, Response
from ivr.channels.sip.wire.messages.uri import parse_uri

MOST_OCTETS = 16 * 1024
MOST_LINES = 100
LONGEST_VALUE = 4 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9!%'*+\-.^_`|~]++")
_VERSION = re.compile(r"SIP/[0-9]++\.[0-9]++", re.IGNORECASE)
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9][0-9])(?: (.*+))?", re.IGNORECASE | re.DOTALL)
_FORGIVEN = re.compile(r"\r\n|\r|\n")
_SPACE = " \t"
_FOLDS = (" ", "\t")
_BROADCAST = "255.255.255.255"
# What every answer copies from its request (RFC 3261 8.2.6.2), beside all Via lines.
_COPIED = ("From", "To", "Call-ID", "CSeq")


def parse(data: bytes, *, stream: bool = False) -> Message:
    """One message from its octets; octets after its end are dropped.

    stream: the octets came over TCP, TLS or a websocket, where Content-Length says all; else they
    are one datagram. Raises WireError only, with code 0 where silence is the answer.
    """
    if data[:1] in (b"\r", b"\n"):
        data = data.lstrip(b"\r\n")
    try:
        return _strictly(data, stream)
    except WireError as error:
        raise _with_what_can_be_told(error, data) from None


def plain_nul(text: str) -> bool:
    """Whether a NUL stands where none may: outside a quoted pair (RFC 4475 3.1.1.2)."""
    return "\0" in text and "\0" in text.replace("\\\0", "")


def _strictly(data: bytes, stream: bool) -> Message:
    if len(data) > MOST_OCTETS:
        raise WireError(413, "longer than 16 KB")
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        head = _without_empty_line(data, stream)
    text = head.decode("utf-8", "surrogateescape")
    lines = text.split("\r\n")
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or plain_nul(text):
        raise WireError(400, "bare CR, LF or NUL in the head")
    if "\r\n " in text or "\r\n\t" in text:
        if lines[1][:1] in _FOLDS:
            raise WireError(400, "folded start line")
        lines = _unfolded(lines)
    start, headers = lines[0], Headers(_header_lines(lines))
    if start[:4].upper() == "SIP/":
        return _response(start, headers, _body(headers, body, stream))
    return _request(start, headers, body, stream)


def _without_empty_line(data: bytes, stream: bool) -> bytes:
    """A datagram may end with its last header line: phones forget the empty one, no harm done."""
    if stream or not data.endswith(b"\r\n"):
        raise WireError(400, "no empty line after the headers")
    return data[:-2]


def _unfolded(lines: list[str]) -> list[str]:
    """Lines that begin with a space go to the end of the line before, after one space."""
    whole: list[list[str]] = []
    for line in lines:
        if not whole or line[:1] not in _FOLDS:
            whole.append([line.rstrip(_SPACE)])
        elif more := line.strip(_SPACE):
            whole[-1].append(more)
    return [" ".join(pieces) for pieces in whole]


def _header_lines(lines: list[str]) -> list[tuple[str, str]]:
    if len(lines) > MOST_LINES + 1:
        raise WireError(400, "more than 100 header lines")
    found = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        known = canonical(name)
        if not colon or (known is name and not _TOKEN.fullmatch(name)):
            known = _spelled_oddly(name, colon)
        value = value.strip(_SPACE)
        if len(value) > LONGEST_VALUE:
            raise WireError(400, "header longer than 4 KB")
        found.append((known, value))
    return found


def _spelled_oddly(name: str, colon: str) -> str:
    name = name.rstrip(_SPACE)
    if not colon or not _TOKEN.fullmatch(name):
        raise WireError(400, "header without a name or a colon")
    return canonical(name)


def _request(start: str, headers: Headers, body: bytes, stream: bool) -> Request:
    words = start.split(" ")
    if len(words) != 3 or not _TOKEN.fullmatch(words[0]):
        raise WireError(400, "malformed start line")
    method, uri, version = words
    if version != "SIP/2.0" and version.upper() != "SIP/2.0":
        known = _VERSION.fullmatch(version)
        raise WireError(505 if known else 400, "not SIP 2.0")
    request = Request(method, uri, headers, _body(headers, body, stream))
    _check_routing(request)
    if request.cseq.method != method:
        raise WireError(400, "CSeq names another method")
    if parse_uri(uri).headers:
        raise WireError(400, "headers in the request's address")
    return request


def _response(start: str, headers: Headers, body: bytes) -> Response:
    match = _STATUS.fullmatch(start)
    if not match:
        raise WireError(0, "malformed status line")
    response = Response(int(match[1]), match[2] or "", headers, body)
    _check_routing(response)
    if any(via.host == _BROADCAST for via in response.vias):
        raise WireError(0, "broadcast address in the Via of a response")
    return response


def _check_routing(message: Message) -> None:
    """Reads what every message must have; the results stay with its headers."""
    headers = message.headers
    _ = message.vias, message.from_, message.to, message.cseq
    if not headers.only("Call-ID"):
        raise WireError(400, "Call-ID missing or more than once")
    if "Max-Forwards" in headers:
        _ = message.max_forwards
    if "Expires" in headers:
        _ = message.expires_s


def _body(headers: Headers, rest: bytes, stream: bool) -> bytes:
    lengths = headers.all("Content-Length")
    if not lengths:
        if stream:
            raise WireError(400, "no Content-Length on a stream")
        return rest
    if lengths.count(lengths[0]) != len(lengths):
        raise WireError(400, "two different lengths")
    length = whole_number(lengths[0], 2**31 - 1)
    if length > len(rest):
        raise WireError(400, "body shorter than its length says")
    return rest[:length]


def _with_what_can_be_told(error: WireError, data: bytes) -> WireError:
    """The error, with as much of the request as an answer needs; silence if that is not there.

    A response and an ACK are never answered.
    """
    request = _salvaged(data) if error.code else None
    return WireError(error.code if request else 0, error.why, request)


def _salvaged(data: bytes) -> Request | None:
    head = data[:MOST_OCTETS].partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
    lines = _FORGIVEN.split(head)
    method, _, rest = lines[0].partition(" ")
    if not _TOKEN.fullmatch(method) or method == "ACK":
        return None
    headers = _copied(lines)
    if headers is None:
        return None
    return Request(method, rest.strip(_SPACE).partition(" ")[0], headers)


def _copied(lines: list[str]) -> Headers | None:
    """The lines that an answer copies, if all are there and the first hop makes sense."""
    try:
        lines = _unfolded(lines)
        found = Headers(_readable(lines[: MOST_LINES + 1]))
        kept = Headers([("Via", value) for value in found.all("Via")])
        for name in _COPIED:
            kept.add(name, found.get(name) or "")
        parse_via(members(kept.all("Via"))[0])
    except (WireError, IndexError):
        return None
    values = [value for _, value in kept.items()]
    if not all(values) or any(map(plain_nul, values)) or values[-1].endswith("ACK"):
        return None
    return kept


def _readable(lines: list[str]) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in lines[1:] if len(line) <= LONGEST_VALUE]
    return [(canonical(name.rstrip(_SPACE)), value.strip(_SPACE)) for name, _, value in pairs]
