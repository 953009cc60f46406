"""Cuts the octets of one TCP or TLS connection into messages, whatever pieces they come in.

Content-Length alone says where a message ends. Between messages a double CRLF asks whether we are
still there, and a single CRLF is the answer to ours. Limits: design, security 11. Sources: RFC 3261
7.5, 18.3; RFC 5626 3.5.1 and 4.4.1.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, TypeAlias

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.reading import MOST_OCTETS, parse

# Takes all it can and never gives back: linear in the length of the head.
_LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*+:((?:[^\r\n]++|\r\n[ \t])*+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Ping(Enum):
    """The far end asks whether the connection still lives."""

    PING = "\r\n\r\n"


PING: Final = Ping.PING
Framed: TypeAlias = bytes | Ping


class Framer:
    """One per connection. After a WireError the connection must be closed, nothing more is read."""

    __slots__ = ("_have", "_need", "_seen", "fault")

    def __init__(self) -> None:
        self._have = bytearray()
        self._seen = 0  # so far no end of the headers begins before here
        self._need = 0  # octets of the message whose headers are complete, 0 while they are not
        self.fault: WireError | None = None

    @property
    def pending(self) -> bool:
        """Whether part of a message is here and the rest is not; then its time is running."""
        return not _END.startswith(self._have[:4])

    def feed(self, data: bytes) -> list[Framed]:
        """What is complete now: messages for `parse(..., stream=True)`, and pings, in order.

        Raises WireError 400 (413 if too long) when it cannot be known where a message ends; with
        the request, if it can be answered before closing. Messages complete before the fault are
        handed out first: then `fault` is set, and the next call, even with no octets, raises it.
        """
        found: list[Framed] = []
        if self.fault is None:
            self._have += data
            try:
                while (piece := self._next()) is not None:
                    found.append(piece)
            except WireError as error:
                self.fault = error
                self._have.clear()
        if self.fault is not None and not found:
            raise self.fault
        return found

    def _next(self) -> Framed | None:
        if not self._need:
            if self._have.startswith(b"\r") and (ping := self._line_ends()):
                return ping
            self._find_end()
        if not 0 < self._need <= len(self._have):
            return None
        message = bytes(self._have[: self._need])
        del self._have[: self._need]
        self._need = self._seen = 0
        return message

    def _line_ends(self) -> Ping | None:
        """Takes CRLFs from the front; a double one is a ping. Half of one stays for later."""
        have = self._have
        while have.startswith(b"\r\n"):
            if have.startswith(_END):
                del have[:4]
                return PING
            if len(have) < 4 and _END.startswith(have):
                return None
            del have[:2]
        return None

    def _find_end(self) -> None:
        end = self._have.find(_END, self._seen, MOST_OCTETS)
        if end < 0:
            self._seen = max(0, len(self._have) - 3)
            if len(self._have) >= MOST_OCTETS:
                self._refuse(413, "headers longer than 16 KB")
            return
        self._need = end + 4 + self._body_length(bytes(self._have[:end]))
        if self._need > MOST_OCTETS:
            self._refuse(413, "message longer than 16 KB")

    def _body_length(self, head: bytes) -> int:
        values = [match[1].strip() for match in _LENGTH.finditer(head)]
        length = values[0] if values else b""
        if not length.isdigit() or values.count(length) != len(values):
            self._refuse(400, "no usable Content-Length")
        return int(length) if len(length.lstrip(b"0")) < 10 else MOST_OCTETS

    def _refuse(self, code: int, why: str) -> None:
        """Raises, with the request as far as `parse` can make it out."""
        try:
            parse(bytes(self._have[: MOST_OCTETS + 1]), stream=True)
        except WireError as error:
            if error.code:
                raise WireError(code, why, error.message) from None
        raise WireError(code, why)
