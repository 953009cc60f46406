"""Reads and writes session descriptions: which sound a far end offers, and where it wants it.

Grammar: RFC 4566. Lenient where phones are careless (LF alone ends a line; `s=` and `t=` may be
missing; unknown lines and attributes are left out), strict where a guess would be one: a line
without `=`, a garbled `v= o= c= m=`, a number out of range or too many lines is broken (400).
Values are `str`, UTF-8 with surrogateescape, so that octets survive. Linear in the input.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from ivr.channels.sip.wire.messages.errors import WireError

MEDIA_MOST = 16
LINES_MOST = 64  # per m= line, and before the first
NUMBER_DIGITS = 32  # of an o= id or version; 63 bits would do (RFC 3264 5), some write more

DIRECTIONS = ("inactive", "sendonly", "recvonly", "sendrecv")  # bit 0: sends, bit 1: receives


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a description, and which edition it is (`o=`, RFC 4566 5.2)."""

    user: str
    session_id: int
    version: int
    family: str  # IP4 or IP6
    address: str


@dataclass(frozen=True, slots=True)
class Connection:
    """Where sound is wanted (`c=`, RFC 4566 5.7). `address` is as written: maybe a name."""

    family: str  # IP4 or IP6
    address: str


@dataclass(frozen=True, slots=True)
class Media:
    """One `m=` line and what stands under it. `port` 0: refused or taken away.

    `formats` are the payload types as written; `attributes` pairs of name and value (None: none).
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    connection: Connection | None = None
    attributes: tuple[tuple[str, str | None], ...] = ()
    ports: int = 1

    def values(self, name: str) -> list[str]:
        """All values of an attribute, in order."""
        return [value or "" for key, value in self.attributes if key == name]

    def has(self, name: str) -> bool:
        """Is the attribute there, with a value or without?"""
        return any(key == name for key, _ in self.attributes)


@dataclass(frozen=True, slots=True)
class Session:
    """A whole description. `connection` and `attributes` hold for every m= line without own."""

    origin: Origin
    connection: Connection | None = None
    media: tuple[Media, ...] = ()
    attributes: tuple[tuple[str, str | None], ...] = ()

    def where(self, media: Media) -> Connection | None:
        """The address of one m= line: its own beats that of the session."""
        return media.connection or self.connection

    def direction(self, media: Media) -> str:
        """Who talks on one m= line, as its writer sees it: its own word, the session's, both."""
        for attributes in (media.attributes, self.attributes):
            for key, _ in attributes:
                if key in DIRECTIONS:
                    return key
        return "sendrecv"


@lru_cache(maxsize=32)  # an offer is read twice: when it comes, and when it is answered
def parse(body: bytes) -> Session:
    """The description in a message body. Raises WireError 400 and nothing else."""
    head, blocks = _blocks(_lines(body))
    found: dict[str, str] = {}
    for kind, value in head:
        found.setdefault(kind, value)
    if head[0] != ("v", "0"):
        raise _broken("the first line is not v=0")
    if "o" not in found:
        raise _broken("no o= line")
    return Session(
        origin=_origin(found["o"]),
        connection=_connection(found["c"]) if "c" in found else None,
        media=tuple(_media(block) for block in blocks),
        attributes=_attributes(head),
    )


def render(session: Session) -> bytes:
    """The octets of a description. Raises WireError 500 if a value holds CR, LF or NUL."""
    origin = session.origin
    lines = [
        "v=0",
        f"o={origin.user} {origin.session_id} {origin.version} IN {origin.family} {origin.address}",
        "s=-",
    ]
    if session.connection is not None:
        lines.append(f"c=IN {session.connection.family} {session.connection.address}")
    lines.append("t=0 0")
    lines.extend(_attribute_line(*pair) for pair in session.attributes)
    for media in session.media:
        lines.extend(_media_lines(media))
    text = "\n".join(lines)
    if text.count("\n") != len(lines) - 1 or "\r" in text or "\0" in text:
        raise WireError(500, "a value of the session description holds a line end")
    return (text.replace("\n", "\r\n") + "\r\n").encode("utf-8", "surrogateescape")


def family_of(address: str) -> str:
    """`IP4` or `IP6` for an address in digits."""
    return "IP6" if ":" in address else "IP4"


def ip_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, or None for a name and for anything with a mask or a zone."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return None if found.scope_id else found.ipv4_mapped or found
    return found


def number(text: str, most: int | None = None) -> int | None:
    """A plain decimal number from 0 to `most` (32 digits without), else None."""
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS):
        return None
    value = int(text)
    return value if most is None or value <= most else None


def _broken(why: str) -> WireError:
    return WireError(400, f"broken session description: {why}")


def _lines(body: bytes) -> list[tuple[str, str]]:
    if b"\0" in body:
        raise _broken("it holds a NUL")
    rows = body.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(rows) > LINES_MOST * (MEDIA_MOST + 1):
        raise _broken("too many lines")
    pairs = []
    for row in rows:
        if row[1:2] != "=" or not row[0].isascii() or "\r" in row:
            raise _broken("a line is not of the form x=...")
        pairs.append((row[0], row[2:].rstrip(" ")))
    return pairs


def _blocks(
    lines: list[tuple[str, str]],
) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    head: list[tuple[str, str]] = []
    blocks: list[list[tuple[str, str]]] = []
    block = head
    for line in lines:
        if line[0] == "m":
            block = []
            blocks.append(block)
        block.append(line)
        if len(block) > LINES_MOST:
            raise _broken(f"more than {LINES_MOST} lines for one medium")
    if len(blocks) > MEDIA_MOST:
        raise _broken(f"more than {MEDIA_MOST} media")
    if not head:
        raise _broken("the first line is not v=0")
    return head, blocks


def _origin(value: str) -> Origin:
    parts = value.rsplit(None, 5)  # from the right: some write a name with spaces
    if len(parts) != 6 or parts[3] != "IN" or parts[4] not in ("IP4", "IP6"):
        raise _broken("garbled o= line")
    session_id, version = number(parts[1]), number(parts[2])
    if session_id is None or version is None:
        raise _broken("o= id or version is not a number")
    return Origin(parts[0], session_id, version, parts[4], parts[5])


def _connection(value: str) -> Connection:
    parts = value.split()
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
        raise _broken("garbled c= line")
    return Connection(parts[1], parts[2])


def _media(block: list[tuple[str, str]]) -> Media:
    kind, port, ports, protocol, formats = _media_head(block[0][1])
    connection = next((_connection(value) for key, value in block if key == "c"), None)
    return Media(kind, port, protocol, formats, connection, _attributes(block), ports)


def _media_head(value: str) -> tuple[str, int, int, str, tuple[str, ...]]:
    parts = value.split()
    if len(parts) < 4:
        raise _broken("garbled m= line")
    port_text, slash, count_text = parts[1].partition("/")
    port = number(port_text, 65535)
    count = number(count_text, 65535) if slash else 1
    if port is None or not count:
        raise _broken("the port of an m= line is not a number from 0 to 65535")
    return parts[0], port, count, parts[2], tuple(parts[3:])


def _attributes(block: list[tuple[str, str]]) -> tuple[tuple[str, str | None], ...]:
    pairs: list[tuple[str, str | None]] = []
    for key, value in block:
        if key == "a":
            name, colon, rest = value.partition(":")
            pairs.append((name.strip(), rest.strip() if colon else None))
    return tuple(pairs)


def _attribute_line(name: str, value: str | None) -> str:
    return f"a={name}" if value is None else f"a={name}:{value}"


def _media_lines(media: Media) -> list[str]:
    port = f"{media.port}/{media.ports}" if media.ports > 1 else str(media.port)
    lines = [f"m={media.kind} {port} {media.protocol} {' '.join(media.formats)}"]
    if media.connection is not None:
        lines.append(f"c=IN {media.connection.family} {media.connection.address}")
    lines.extend(_attribute_line(*pair) for pair in media.attributes)
    return lines
