"""The arithmetic of digest logins, and how their headers are written (RFC 7616, RFC 8760).

A digest proves that both sides know a password without sending it. We speak SHA-256 and MD5 with
`qop=auth`; the old form without `qop` (RFC 2069) only where a user is marked `legacy`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHMS = ("SHA-256", "MD5")  # strongest first: the order of our challenges
_HASHES = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}
_SCHEME = re.compile(r"[ \t]*+([A-Za-z0-9!#$%&'*+.^_`|~-]++)[ \t]++")
_PARAM = re.compile(
    r"[ \t,]*+([A-Za-z0-9!#$%&'*+.^_`|~-]++)[ \t]*+=[ \t]*+"
    r'(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|([^\s,"]*+))[ \t]*+(?:,|$)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = frozenset({"username", "realm", "nonce", "uri", "response", "cnonce", "opaque", "domain"})


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything but the password that goes into a digest. `nc` as written, 8 hex digits.

    `qop` "" is the old form of RFC 2069, without `nc` and `cnonce`.
    """

    algorithm: str
    nonce: str
    method: str
    uri: str
    qop: str = ""
    nc: str = ""
    cnonce: str = ""


def ha1(algorithm: str, user: str, realm: str, password: str) -> str:
    """What is stored instead of a password: the hash of user, realm and password, in hex."""
    return _hash(algorithm, f"{user}:{realm}:{password}")


def response(secret: str, proof: Proof) -> str:
    """The digest itself, in hex (RFC 7616 3.4.1). `secret` is the `ha1` of the same algorithm."""
    request = _hash(proof.algorithm, f"{proof.method}:{proof.uri}")
    if not proof.qop:
        return _hash(proof.algorithm, f"{secret}:{proof.nonce}:{request}")
    middle = f"{proof.nonce}:{proof.nc}:{proof.cnonce}:{proof.qop}"
    return _hash(proof.algorithm, f"{secret}:{middle}:{request}")


def algorithm_of(params: Mapping[str, str]) -> str:
    """The algorithm of a challenge or an answer, written as in ALGORITHMS; "" = one we lack."""
    wanted = params.get("algorithm", "MD5").upper()
    return wanted if wanted in ALGORITHMS else ""


def read(value: str) -> dict[str, str] | None:
    """The parameters of a `Digest ...` header value, names in small letters, quotes taken off.

    None for another scheme, for a parameter given twice and for anything garbled. Linear time.
    """
    scheme = _SCHEME.match(value)
    if not scheme or scheme[1].lower() != "digest":
        return None
    found: dict[str, str] = {}
    at, end = scheme.end(), len(value.rstrip(" \t,"))
    while at < end:
        match = _PARAM.match(value, at)
        name = match[1].lower() if match else ""
        if not match or name in found:
            return None
        quoted = match[2]
        found[name] = match[3] if quoted is None else _ESCAPED.sub(r"\1", quoted)
        at = match.end()
    return found


def write(params: Mapping[str, str]) -> str:
    """A `Digest ...` header value; those parameters are quoted that RFC 7616 wants quoted.

    `qop` is quoted in a challenge (section 3.3) and never in an answer (3.4): phones that read it
    strictly take a challenge without the quotes for the old form.
    """
    in_quotes = _QUOTED if "response" in params else _QUOTED | {"qop"}
    pieces = []
    for name, value in params.items():
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        pieces.append(f'{name}="{quoted}"' if name in in_quotes else f"{name}={value}")
    return "Digest " + ", ".join(pieces)


def _hash(algorithm: str, text: str) -> str:
    octets = text.encode("utf-8", "surrogateescape")
    return _HASHES[algorithm](octets, usedforsecurity=False).hexdigest()
