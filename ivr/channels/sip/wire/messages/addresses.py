"""The values inside routing headers: who calls whom, by which way, with which number.

Text in, frozen values out; a WireError 400 for what the grammar does not allow. Sources: RFC 3261
20.10, 20.16, 20.20, 20.42, 25.1; RFC 3581 (rport); RFC 4475 (what must and must not be accepted).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.headers import split_outside
from ivr.channels.sip.wire.messages.uri import MOST_CHARACTERS, place, read_place

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_VIAS = 70
LONGEST_S = 2**32 - 1
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TOKENS = r"[A-Za-z0-9!%'*+\-.^_`|~]++"
_TOKEN = re.compile(_TOKENS)
_VIA = re.compile(
    rf"SIP[ \t]*+/[ \t]*+[0-9]++\.[0-9]++[ \t]*+/[ \t]*+({_TOKENS})[ \t]++(.++)", re.IGNORECASE
)
_CSEQ = re.compile(rf"([0-9]++)[ \t]++({_TOKENS})")
_NEVER_IN_URI = re.compile(r'[\x00-\x20\x7f<>"]')
_SPACE = " \t"


@dataclass(frozen=True, slots=True)
class Via:
    """One hop of the way that a request took; answers go back along it.

    transport: as written (`UDP`, or one that we do not know). host: IPv6 without its brackets.
    params: names in small letters, values raw, None without `=`.
    """

    transport: str
    host: str
    port: int | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The name of the transaction, "" if there is none (RFC 2543)."""
        return self.params.get("branch") or ""

    @property
    def received(self) -> str | None:
        """The address that the packet came from, where it differs from `host`."""
        return self.params.get("received")

    @property
    def rport(self) -> int | None:
        """The port that the packet came from, once it was filled in."""
        text = self.params.get("rport") or ""
        return whole_number(text, 65535) if text else None

    @property
    def wants_rport(self) -> bool:
        """Whether the sender asks to be answered where the packet came from (RFC 3581)."""
        return "rport" in self.params

    def __str__(self) -> str:
        sent_by = place(self.host, self.port)
        return f"SIP/2.0/{self.transport} {sent_by}{write_params(self.params)}"


@dataclass(frozen=True, slots=True)
class Address:
    """A person or machine as a header names it: shown name, URI, parameters after the URI.

    display: without quotes, odd octets kept (`shown` makes it fit for eyes). uri: raw, as written.
    params: names in small letters, values raw (quotes kept: see `unquote`), None without `=`.
    """

    display: str
    uri: str
    params: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Which end of which call this is; "" if not known yet."""
        return self.params.get("tag") or ""

    def __str__(self) -> str:
        if self.uri == "*":
            return "*"
        name = f"{quoted(self.display)} " if self.display else ""
        return f"{name}<{self.uri}>{write_params(self.params)}"


@dataclass(frozen=True, slots=True)
class CSeq:
    """Place of a request in its dialog, and its method."""

    number: int
    method: str

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


def parse_via(text: str) -> Via:
    """One member of a Via list, spaces and folds allowed where the RFC allows them."""
    head, semicolon, params = text.partition(";")
    protocol, _, sent_by = head.partition(" ")
    transport = protocol[8:]
    if protocol[:8] != "SIP/2.0/" or not _TOKEN.fullmatch(transport) or " " in sent_by:
        match = _VIA.fullmatch(head.strip(_SPACE))
        if not match:
            raise WireError(400, "malformed Via")
        transport, sent_by = match.groups()
    host, port = read_place(sent_by)
    return Via(transport, host, port, read_params(params) if semicolon else {})


def parse_address(text: str) -> Address:
    """`"Name" <uri>;params`, `Name <uri>`, `<uri>`, `uri;params` or `*`.

    Without `<>` all parameters belong to the header, not to the URI (RFC 3261 20).
    """
    display, rest = _display(text)
    if rest.startswith("<"):
        uri, closed, params = rest[1:].partition(">")
        params = params.lstrip(_SPACE)
        if not closed or (params and params[0] != ";"):
            raise WireError(400, "address that does not end after its >")
        params = params[1:]
    else:
        uri, _, params = rest.partition(";")
    uri = uri.strip(_SPACE)
    if not uri or len(uri) > MOST_CHARACTERS or _NEVER_IN_URI.search(uri):
        raise WireError(400, "address without a URI, malformed, or longer than 1 KB")
    return Address(display, uri, read_params(params) if params else {})


def parse_cseq(text: str) -> CSeq:
    """`8 INVITE`; the number is below 2^31, leading zeros are allowed."""
    match = _CSEQ.fullmatch(text)
    if not match:
        raise WireError(400, "malformed CSeq")
    return CSeq(whole_number(match[1], 2**31 - 1), match[2])


def read_params(text: str) -> dict[str, str | None]:
    """`tag=1;lr;x="a;b"` by name. A parameter given twice counts once, the first time."""
    params: dict[str, str | None] = {}
    if '"' in text:
        pieces = split_outside(text, ";")
    elif "," in text or "<" in text or ">" in text:
        raise WireError(400, "several addresses where one belongs")
    else:
        pieces = text.split(";")
    last = len(pieces) - 1
    for n, piece in enumerate(pieces):
        name, equals, value = piece.partition("=")
        name, value = name.strip(_SPACE), value.strip(_SPACE)
        if not name:
            if n == last and not equals:  # one `;` too many at the end is common and harms nobody
                break
            raise WireError(400, "parameter without a name")
        if '"' in piece and not ('"' not in name and _QUOTED.fullmatch(value)):
            raise WireError(400, "quotes that do not close")
        params.setdefault(name.lower(), value if equals else None)
    return params


def write_params(params: Mapping[str, str | None]) -> str:
    """Parameters as they follow an address, each with its `;`."""
    pieces = [f";{name}" if value is None else f";{name}={value}" for name, value in params.items()]
    return "".join(pieces)


def whole_number(text: str, most: int) -> int:
    """Digits as a number from 0 to `most`; WireError 400 for all else, however long it is."""
    if not (text.isascii() and text.isdigit()):
        raise WireError(400, "not a whole number")
    if len(text) > 10:
        text = text.lstrip("0") or "0"
    number = int(text) if len(text) <= 10 else most + 1
    if number > most:
        raise WireError(400, "number out of range")
    return number


def seconds(text: str) -> int:
    """Digits as seconds, as `whole_number`; too many of them are 2^32-1 (RFC 3261 20.19)."""
    short = text if len(text) < 11 else text.lstrip("0") or "0"
    if len(short) > 10 and short.isascii() and short.isdigit():
        return LONGEST_S
    return min(whole_number(short, 10**10), LONGEST_S)


def quoted(text: str) -> str:
    """Text as a quoted string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\\0")
    return f'"{escaped}"'


def unquote(text: str) -> str:
    """What a quoted string holds; a text without quotes comes back as it is."""
    match = _QUOTED.fullmatch(text)
    return _plain(match[1]) if match else text


def shown(text: str) -> str:
    """Text fit for logs and screens: octets that are no UTF-8 become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _display(text: str) -> tuple[str, str]:
    """(name, the rest from `<` on); name "" and the whole text where no `<` opens a URI."""
    text = text.strip(_SPACE)
    if text.startswith('"'):
        match = _QUOTED.match(text)
        rest = text[match.end() :].lstrip(_SPACE) if match else ""
        if not match or not rest.startswith("<"):
            raise WireError(400, "quotes that do not close, or no < after a quoted name")
        return _plain(match[1]), rest
    before, opened, after = text.partition("<")
    if not opened or '"' in before:
        return "", text
    return before.strip(_SPACE), opened + after


def _plain(inside: str) -> str:
    return _ESCAPED.sub(r"\1", inside) if "\\" in inside else inside
