"""SIP that pyVoIP 1.6.8 does not write: a whole digest login, the answer to OPTIONS, and a 487.

Sources: RFC 7616 3.4 (digest with `qop=auth`, MD5 or SHA-256), RFC 3261 8.2.6 and 11.2 (OPTIONS).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHMS: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
METHODS: Final = "INVITE, ACK, BYE, CANCEL, OPTIONS"
_COPIED: Final = ("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq")
_AUTHORIZATION: Final = re.compile(r"^Authorization: [^\r\n]*\r\n", re.MULTILINE)
_BUSY: Final = "SIP/2.0 486 Busy Here\r\n"


@dataclass(frozen=True, slots=True)
class Login:
    """Who registers, and a random text of the client's own for each proof."""

    user: str
    password: str = field(repr=False)
    cnonce: str


def authorization(challenge: Mapping[str, str], login: Login, method: str, uri: str) -> str:
    """The line that answers a challenge (its parameters by name). Raises KeyError for a bad one.

    Raises ValueError if the PBX asks for a way of hashing that we do not know.
    """
    name = challenge.get("algorithm", "MD5").upper()
    if name not in ALGORITHMS:
        raise ValueError(name)
    realm, nonce = challenge["realm"], challenge["nonce"]
    ours = _hash(name, f"{login.user}:{realm}:{login.password}")
    what = _hash(name, f"{method}:{uri}")
    more = ""
    middle = nonce
    if "auth" in re.split(r"[,\s]+", challenge.get("qop", "")):
        middle = f"{nonce}:00000001:{login.cnonce}:auth"
        more = f', qop=auth, nc=00000001, cnonce="{login.cnonce}"'
    if "opaque" in challenge:
        more += f', opaque="{challenge["opaque"]}"'
    response = _hash(name, f"{ours}:{middle}:{what}")
    return (
        f'Authorization: Digest username="{login.user}", realm="{realm}", nonce="{nonce}", '
        f'uri="{uri}", response="{response}", algorithm={name}{more}\r\n'
    )


def _hash(algorithm: str, text: str) -> str:
    return ALGORITHMS[algorithm](text.encode()).hexdigest()


def with_authorization(request: str, line: str) -> str:
    """A request of pyVoIP's with our proof in the place of its own."""
    return _AUTHORIZATION.sub(lambda _found: line, request, count=1)


def terminated(busy: str) -> str:
    """The answer 487 to a call that its caller gave up, made from pyVoIP's 486."""
    return busy.replace(_BUSY, "SIP/2.0 487 Request Terminated\r\n", 1)


def options_answer(request: bytes, tag: str) -> bytes | None:
    """The 200 to an OPTIONS by which a PBX asks whether we live; None if it is none."""
    head = request.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    start, *lines = head.split("\r\n")
    if not re.fullmatch(r"OPTIONS \S+ SIP/2\.0", start):
        return None
    kept = [line for line in lines if _name(line) in _COPIED]
    kept = [f"{line};tag={tag}" if _lacks_tag(line) else line for line in kept]
    answer = ["SIP/2.0 200 OK", *kept, f"Allow: {METHODS}", "Content-Length: 0", "", ""]
    return "\r\n".join(answer).encode()


def _name(line: str) -> str:
    return line.partition(":")[0].strip().lower()


def _lacks_tag(line: str) -> bool:
    return _name(line) in ("to", "t") and ";tag=" not in line.lower()
