"""Addresses of people and machines: `sip:0212@host:5060;transport=tcp`, `tel:+90212...`.

Each part is decoded once, after the parts were told apart, and encoded again when written, so that
`%40` in a name can never become a separator. Sources: RFC 3261 19.1, 25.1; RFC 3966; RFC 4475.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from ivr.channels.sip.wire.messages.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHARACTERS = 1024
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*+")
_PLACE = re.compile(
    r"(?:\[([0-9A-Fa-f:.]++)\]|([A-Za-z0-9_.\-]++))(?:[ \t]*+:[ \t]*+([0-9]{1,5}))?"
)
# Controls, space, quotes and angles have no place in a URI; `%` only before two hex digits.
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f"<>]|%(?![0-9A-Fa-f]{2})')
_IN_USER = "!*'()&=+$,;?/~"
_IN_PASSWORD = "!*'()&=+$,~"  # noqa: S105 - the characters that may stand in one
_IN_PARAM = "!*'()[]/:&+$~"
_IN_HEADER = "!*'()[]/?:+$~"


@dataclass(frozen=True, slots=True)
class Uri:
    """One address. scheme: sip, sips or tel, in small letters; of a `tel` the number is `user`.

    host: IPv6 without its brackets; "" of a `tel`. port: None if not written. params: names in
    small letters, a value of None has no `=`. headers: what a click would put into the request.
    """

    scheme: str
    user: str | None
    host: str
    port: int | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    password: str | None = None

    def __str__(self) -> str:
        text = [self.scheme, ":"]
        if self.scheme == "tel":
            text.append(_encoded(self.user or "", _IN_USER))
        else:
            text += [self._userinfo(), place(self.host, self.port)]
        for name, value in self.params.items():
            text.append(";" + _encoded(name, _IN_PARAM))
            if value is not None:
                text.append("=" + _encoded(value, _IN_PARAM))
        marks = ("?", *"&" * len(self.headers))
        for mark, (name, value) in zip(marks, self.headers.items(), strict=False):
            text.append(f"{mark}{_encoded(name, _IN_HEADER)}={_encoded(value, _IN_HEADER)}")
        return "".join(text)

    @property
    def server(self) -> tuple[str, int]:
        """Host in small letters, and port, the usual one if none is written."""
        return self.host.lower(), self.port or (5061 if self.scheme == "sips" else 5060)

    def _userinfo(self) -> str:
        if self.user is None:
            return ""
        secret = "" if self.password is None else ":" + _encoded(self.password, _IN_PASSWORD)
        return f"{_encoded(self.user, _IN_USER)}{secret}@"


@lru_cache(maxsize=256)  # the same few addresses name us in every call
def parse_uri(text: str) -> Uri:
    """Takes an address apart. Raises WireError: 416 unknown scheme, 414 too long, 400 malformed."""
    if len(text) > MOST_CHARACTERS:
        raise WireError(414, "address longer than 1 KB")
    scheme, colon, rest = text.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        raise WireError(400, "address without a scheme")
    scheme = scheme.lower()
    if scheme not in ("sip", "sips", "tel"):
        raise WireError(416, "unknown kind of address")
    if _FORBIDDEN.search(rest):
        raise WireError(400, "character that no address may hold")
    return _tel(rest) if scheme == "tel" else _sip(scheme, rest)


def read_uri(text: str) -> Uri | None:
    """The same, None for what makes no sense."""
    try:
        return parse_uri(text)
    except WireError:
        return None


def is_same_target(left: str, right: str) -> bool:
    """Do both name the same user of the same server? Parameters may differ: some leave them out."""
    if left == right:
        return True
    a, b = read_uri(left), read_uri(right)
    return a is not None and b is not None and (a.user, a.server) == (b.user, b.server)


def read_place(text: str) -> tuple[str, int | None]:
    """`host:port`, `[2001:db8::1]:5060` or `host` as (host without brackets, port or None).

    Raises WireError 400 for anything else, and for a port outside 1-65535.
    """
    match = _PLACE.fullmatch(text)
    if not match:
        raise WireError(400, "malformed host or port")
    six, name, digits = match.groups()
    port = int(digits) if digits else None
    if port is not None and not 0 < port < 65536:
        raise WireError(400, "port out of range")
    return six or name, port


def place(host: str, port: int | None) -> str:
    """A host and a port as SIP writes them; IPv6 gets its brackets."""
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port is None else f"{bracketed}:{port}"


def _sip(scheme: str, rest: str) -> Uri:
    userinfo, at, tail = rest.partition("@")
    if not at:
        userinfo, tail = "", rest
    elif not userinfo or userinfo[0] == ":":
        raise WireError(400, "address with an empty user")
    tail, _, headers = tail.partition("?")
    where, semicolon, params = tail.partition(";")
    user, colon, password = userinfo.partition(":")
    host, port = read_place(where)
    return Uri(
        scheme,
        _decoded(user) if at else None,
        host,
        port,
        _params(params) if semicolon else {},
        _headers(headers) if headers else {},
        _decoded(password) if colon else None,
    )


def _tel(rest: str) -> Uri:
    number, semicolon, params = rest.partition(";")
    if not number:
        raise WireError(400, "telephone address without a number")
    return Uri("tel", _decoded(number), "", None, _params(params) if semicolon else {})


def _params(text: str) -> dict[str, str | None]:
    params: dict[str, str | None] = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        params.setdefault(_decoded(name).lower(), _decoded(value) if equals else None)
    params.pop("", None)
    return params


def _headers(text: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        headers.setdefault(_decoded(name), _decoded(value))
    return headers


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    octets = unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
    return octets.decode("utf-8", "surrogateescape")


def _encoded(text: str, plain: str) -> str:
    return quote(text, safe=plain, errors="surrogateescape")
