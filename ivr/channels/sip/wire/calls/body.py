"""Finds the session description in a body, alone or as one part of several (RFC 5621, RFC 2046)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.addresses import read_params, unquote
from ivr.channels.sip.wire.messages.errors import WireError

if TYPE_CHECKING:
    from ivr.channels.sip.wire.messages.message import Request, Response

SDP = "application/sdp"
_DEEPEST = 2


def sdp_of(message: Request | Response) -> bytes | None:
    """The octets of the first `application/sdp` part, None if the message has no body.

    Raises WireError 415 for a request with a body of another kind that must be understood.
    """
    if not message.body:
        return None
    headers = message.headers
    if (headers.get("Content-Encoding") or "identity").strip().lower() != "identity":
        raise WireError(415, "encoded body", message)
    kind, params = content_type(headers.get("Content-Type") or SDP)
    found = _search(kind, params, message.body, 0)
    if found is None and not _is_optional(headers.get("Content-Disposition") or ""):
        raise WireError(415, "body of an unknown kind", message)
    return found


def content_type(text: str) -> tuple[str, str]:
    """(kind in small letters, the parameters as written)."""
    kind, _, params = text.partition(";")
    return kind.strip().lower(), params


def _is_optional(text: str) -> bool:
    kind, _, params = text.partition(";")
    return bool(kind) and (read_params(params).get("handling") or "").lower() == "optional"


def _search(kind: str, params: str, body: bytes, depth: int) -> bytes | None:
    if kind == SDP:
        return body
    if not kind.startswith("multipart/") or depth == _DEEPEST:
        return None
    boundary = unquote(read_params(params).get("boundary") or "")
    for part in _parts(body, boundary.encode("utf-8", "surrogateescape")) if boundary else ():
        found = _search(*_part_kind(part[0]), part[1], depth + 1)
        if found is not None:
            return found
    return None


def _parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """(head, content) of each part; the line end before a boundary belongs to the boundary."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    parts = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        head, _, content = piece.partition(b"\r\n\r\n")
        parts.append((head, content))
    return parts


def _part_kind(head: bytes) -> tuple[str, str]:
    for line in head.decode("utf-8", "surrogateescape").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() in {"content-type", "c"}:
            return content_type(value)
    return "text/plain", ""
