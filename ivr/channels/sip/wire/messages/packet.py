"""A SIP message as an object: a request that asks for something, or the response to one.

Header values stay text until they are asked for; what was read is kept until the lines change.
Sources: RFC 3261 7, 8.1.1, 20.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ivr.channels.sip.wire.messages.addresses import (
    MOST_VIAS,
    Address,
    CSeq,
    Via,
    parse_address,
    parse_cseq,
    parse_via,
    seconds,
    whole_number,
)
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.headers import Headers, members
from ivr.channels.sip.wire.messages.uri import Uri, parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class _Routed:
    """What requests and responses have in common: the headers that say where they belong.

    Of a parsed message vias, from_, to, call_id and cseq are known to be good; the others are read
    when first asked for and raise a WireError that carries the request (400), or 0 in a response.
    """

    __slots__ = ()
    headers: Headers

    @property
    def vias(self) -> tuple[Via, ...]:
        """The way back, nearest hop first."""
        return self._read("Via", read_vias)

    @property
    def from_(self) -> Address:
        """Who sent the request."""
        return self._read("From", _one_address)

    @property
    def to(self) -> Address:
        """Whom the request is for."""
        return self._read("To", _one_address)

    @property
    def call_id(self) -> str:
        """The name of the call, the same at both ends."""
        return self.headers.get("Call-ID") or ""

    @property
    def cseq(self) -> CSeq:
        """Place in the dialog, and method of the request."""
        return self._read("CSeq", _one_cseq)

    @property
    def contacts(self) -> tuple[Address, ...]:
        """Where the sender wants to be reached from now on; `*` has the uri `*`."""
        return self._read("Contact", read_addresses)

    @property
    def routes(self) -> tuple[Address, ...]:
        """The stations that the request still has to pass."""
        return self._read("Route", read_addresses)

    @property
    def record_routes(self) -> tuple[Address, ...]:
        """The stations that want to see all of this call."""
        return self._read("Record-Route", read_addresses)

    @property
    def max_forwards(self) -> int | None:
        """How many more stations may pass the request on (0-255), None if not said."""
        return self._read("Max-Forwards", _forwards)

    @property
    def expires_s(self) -> int | None:
        """How long, in seconds, what is asked for shall last; too much becomes 2^32-1."""
        return self._read("Expires", _expires)

    def _read(self, name: str, reader: Callable[[list[str]], T]) -> T:
        try:
            return self.headers.typed(name, reader)
        except WireError as error:
            answerable = isinstance(self, Request) and self.method != "ACK"
            code, message = (error.code, self) if answerable else (0, None)
            raise WireError(code, f"{name}: {error.why}", message) from None


@dataclass(slots=True, eq=False)
class Request(_Routed):
    """Someone asks for something. uri: raw, as on the start line."""

    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def target(self) -> Uri:
        """The address that the request is for, taken apart. Raises WireError 416, 414, 400."""
        return parse_uri(self.uri)


@dataclass(slots=True, eq=False)
class Response(_Routed):
    """The answer to a request. status: 100-699. reason: free text, may be empty."""

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""


Message: TypeAlias = Request | Response


def read_vias(lines: list[str]) -> tuple[Via, ...]:
    """All hops of these Via lines; 1 to 70 of them."""
    found = members(lines)
    if not 0 < len(found) <= MOST_VIAS:
        raise WireError(400, "no Via, or more than 70")
    return tuple([parse_via(text) for text in found])


def read_addresses(lines: list[str]) -> tuple[Address, ...]:
    """All members of an address list."""
    return tuple([parse_address(text) for text in members(lines)])


def _one(lines: list[str]) -> str:
    if len(lines) != 1 or not lines[0]:
        raise WireError(400, "missing or more than once")
    return lines[0]


def _one_address(lines: list[str]) -> Address:
    return parse_address(_one(lines))


def _one_cseq(lines: list[str]) -> CSeq:
    return parse_cseq(_one(lines))


def _forwards(lines: list[str]) -> int | None:
    return whole_number(_one(lines), 255) if lines else None


def _expires(lines: list[str]) -> int | None:
    return seconds(_one(lines)) if lines else None
