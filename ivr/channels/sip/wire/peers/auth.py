"""Checks the logins of phones, and logs us in at carriers (RFC 3261 22, RFC 7616, RFC 8760).

The server half (`Doorkeeper`) challenges and verifies; it keeps no password, only one hash per
algorithm. A nonce is a time and a keyed hash of (time, source, realm): valid for 60 s, from that
source only, nothing stored until it was used well. Unknown users cost the same work as known
ones. The client half (`Visitor`) answers challenges of the realms that are ours to answer.
Wall times are seconds since 1970; random tokens come from an injected callable.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.uri import is_same_target
from ivr.channels.sip.wire.peers import digest
from ivr.channels.sip.wire.peers.digest import ALGORITHMS, Proof

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.channels.sip.wire.messages.message import Response

NONCE_S = 60
NONCES_MOST = 10_000
TIME_DIGITS = 14  # hex, microseconds: two challenges in the same second get two nonces
OUR_NONCES_MOST = 64
NONE_KNOWN = "0" * 64
_HEADERS = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is stored of a user's password: one `digest.ha1` per algorithm.

    `legacy`: the phone may use the old form without `qop`, each nonce once.
    """

    sha256: str
    md5: str
    legacy: bool = False

    @classmethod
    def of(cls, user: str, realm: str, password: str, *, legacy: bool = False) -> Secrets:
        """The hashes of a password, to be stored instead of it."""
        strong, weak = (digest.ha1(name, user, realm, password) for name in ALGORITHMS)
        return cls(strong, weak, legacy)

    def for_(self, algorithm: str) -> str:
        """The hash for one algorithm."""
        return self.sha256 if algorithm == "SHA-256" else self.md5


class Door(StrEnum):
    """How a login went. Everything but `OPEN` is answered with the same kind of challenge."""

    OPEN = "open"
    NONE = "none"  # no credentials for our realm
    STALE = "stale"  # right password, nonce over, used up or not ours: ask again
    WRONG = "wrong"  # wrong or garbled: counts as a failed guess


@dataclass(frozen=True, slots=True)
class Login:
    """The outcome of `Doorkeeper.check`. `user` is proven if `door` is OPEN, else only claimed."""

    door: Door
    user: str = ""


NOBODY = Secrets(NONE_KNOWN, NONE_KNOWN[:32])


class Doorkeeper:
    """Challenges phones and verifies their answers.

    `key`: at least 16 secret octets; after a restart with another key each phone is asked once
    more (`stale=true`). `users`: the stored secrets of a user, or None. `algorithms`: what we ask
    for, the preferred one first; some phones take only the first challenge, and only MD5.
    """

    def __init__(
        self,
        realm: str,
        key: bytes,
        users: Callable[[str], Secrets | None],
        algorithms: tuple[str, ...] = ALGORITHMS,
    ) -> None:
        self.realm = realm
        self._algorithms = algorithms
        self._key = key
        self._users = users
        self._used: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._forgotten_us = -1  # nonces up to this time may have been used and forgotten

    def challenge(self, source: str, wall_s: float, *, stale: bool = False) -> tuple[str, ...]:
        """Values for WWW-Authenticate, one header each, the strongest first (RFC 8760 2.3).

        `source` is the address that the answer must come from.
        """
        nonce = self._nonce(int(wall_s * 1e6), source)
        values = []
        for algorithm in self._algorithms:
            params = {"realm": self.realm, "nonce": nonce, "algorithm": algorithm, "qop": "auth"}
            values.append(digest.write(params | ({"stale": "true"} if stale else {})))
        return tuple(values)

    def check(
        self, values: Sequence[str], method: str, uri: str, source: str, wall_s: float
    ) -> Login:
        """Is one of these Authorization values right? `uri` is the Request-URI.

        Never raises. Takes the same time for known and unknown users.
        """
        params = self._ours(values)
        if params is None:
            return Login(Door.NONE)
        user = params.get("username", "")
        known = self._users(user)
        proof, sound = _claim(params, method, known or NOBODY)
        secret = (known or NOBODY).for_(proof.algorithm)
        right = _same(digest.response(secret, proof), params.get("response", "").lower())
        sound = sound and proof.algorithm in self._algorithms
        if not (right and sound and known is not None and is_same_target(proof.uri, uri)):
            return Login(Door.WRONG, user)
        fresh = self._fresh(proof, user, source, wall_s)
        return Login(Door.OPEN if fresh else Door.STALE, user)

    def _ours(self, values: Sequence[str]) -> dict[str, str] | None:
        """The credentials meant for our realm, among those for other servers."""
        for value in values:
            params = digest.read(value)
            if params is not None and params.get("realm") == self.realm:
                return params
        return None

    def _fresh(self, proof: Proof, user: str, source: str, wall_s: float) -> bool:
        """Is the nonce ours, for this source, young, and is its count higher than before?"""
        at_us = _nonce_time(proof.nonce)
        ours = _same(self._nonce(at_us, source), proof.nonce)
        age_s = wall_s - at_us / 1e6
        if not ours or not -1 <= age_s <= NONCE_S:
            return False
        key, count = (proof.nonce, user), _count(proof.nc) or 1
        if at_us <= self._forgotten_us and key not in self._used:
            return False
        if count <= self._used.get(key, 0):
            return False
        self._use(key, count)
        return True

    def _use(self, key: tuple[str, str], count: int) -> None:
        self._used[key] = count
        self._used.move_to_end(key)
        if len(self._used) > NONCES_MOST:
            (nonce, _), _ = self._used.popitem(last=False)
            self._forgotten_us = max(self._forgotten_us, _nonce_time(nonce))

    def _nonce(self, at_us: int, source: str) -> str:
        time = f"{max(at_us, 0):0{TIME_DIGITS}x}"
        text = f"{time}\n{source}\n{self.realm}".encode("utf-8", "surrogateescape")
        return time + hmac.digest(self._key, text, "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class Account:
    """Our login at a carrier.

    `realms`: those we answer; empty = the first one that the carrier names, kept from then on.
    `legacy`: a challenge without `qop` (RFC 2069) is answered too.
    """

    user: str
    password: str
    realms: tuple[str, ...] = ()
    legacy: bool = False

    def __repr__(self) -> str:
        return f"Account(user={self.user!r}, password=•••, realms={self.realms!r})"


class Visitor:
    """Logs us in at one carrier.

    The caller sees to it that only challenges from the trunk's own addresses, to requests outside
    a dialog, get here (design: security 11). `token` gives random hex digits.
    """

    def __init__(self, account: Account, token: Callable[[], str]) -> None:
        self._account = account
        self._token = token
        self._realms = account.realms
        self._held: dict[str, str] | None = None  # the challenge that `again` may use once more
        self._counts: OrderedDict[str, int] = OrderedDict()  # nonce: requests sent with it

    def reply(
        self, challenge: Response, method: str, uri: str, sent: str = ""
    ) -> tuple[str, str] | None:
        """The header to add after a 401 or 407, as name and value, or None: give up."""
        asked, given = _HEADERS.get(challenge.status, ("", ""))
        value = self.answer(challenge.headers.all(asked), method, uri, sent) if asked else None
        return (given, value) if value else None

    def answer(
        self, challenges: Sequence[str], method: str, uri: str, sent: str = ""
    ) -> str | None:
        """Credentials for the first challenge that we know (RFC 8760 2.4), or None: give up.

        `sent`: the credentials that the challenged request carried already. They were refused, so
        another try is made only if they were merely stale. None: that, or another realm, or no
        algorithm or `qop` of ours.
        """
        chosen = next(
            (params for params in map(digest.read, challenges) if self._can(params)), None
        )
        if chosen is None or not _worth_it(chosen, digest.read(sent)):
            return None
        self._realms = self._realms or (chosen["realm"],)
        self._held = chosen
        return self._value(chosen, method, uri)

    def again(self, method: str, uri: str) -> str | None:
        """Credentials for another request with the nonce we hold, to save a round trip, or None."""
        return self._value(self._held, method, uri) if self._held else None

    def forget(self) -> None:
        """Drop the nonce we hold: it is over, or the server is another one."""
        self._held = None

    def _can(self, params: dict[str, str] | None) -> bool:
        if not params or not params.get("nonce") or "realm" not in params:
            return False
        if self._realms and params["realm"] not in self._realms:
            return False
        options = params.get("qop", "auth" if self._account.legacy else "").lower().split(",")
        return bool(digest.algorithm_of(params)) and "auth" in (word.strip() for word in options)

    def _value(self, challenge: dict[str, str], method: str, uri: str) -> str:
        proof = Proof(digest.algorithm_of(challenge), challenge["nonce"], method, uri)
        if "qop" in challenge:
            nc = f"{self._next_count(proof.nonce):08x}"
            proof = replace(proof, qop="auth", nc=nc, cnonce=self._token())
        return digest.write(self._params(challenge, proof))

    def _next_count(self, nonce: str) -> int:
        self._counts[nonce] = count = self._counts.get(nonce, 0) + 1
        self._counts.move_to_end(nonce)
        if len(self._counts) > OUR_NONCES_MOST:
            self._counts.popitem(last=False)
        return count

    def _params(self, challenge: dict[str, str], proof: Proof) -> dict[str, str]:
        """The parameters of our answer; what the challenge did not name is not named."""
        user, password = self._account.user, self._account.password
        realm = challenge["realm"]
        secret = digest.ha1(proof.algorithm, user, realm, password)
        params = {"username": user, "realm": realm, "nonce": proof.nonce, "uri": proof.uri}
        params["response"] = digest.response(secret, proof)
        params |= {name: challenge[name] for name in ("algorithm", "opaque") if name in challenge}
        if proof.qop:
            params |= {"cnonce": proof.cnonce, "qop": proof.qop, "nc": proof.nc}
        return params


def _claim(params: dict[str, str], method: str, secrets: Secrets) -> tuple[Proof, bool]:
    """What an answer claims, and whether its form is one we accept from this user."""
    algorithm = digest.algorithm_of(params)
    proof = Proof(algorithm or "MD5", params.get("nonce", ""), method, params.get("uri", ""))
    if "qop" not in params:
        return proof, bool(algorithm) and secrets.legacy
    nc = params.get("nc", "")
    proof = replace(proof, qop="auth", nc=nc, cnonce=params.get("cnonce", ""))
    sound = algorithm and params["qop"].lower() == "auth" and "cnonce" in params
    return proof, bool(sound and _count(nc))


def _worth_it(challenge: dict[str, str], sent: dict[str, str] | None) -> bool:
    """May another answer succeed? After a refusal only if a new nonce comes and says stale."""
    if sent is None or sent.get("realm") != challenge["realm"]:
        return True
    stale = challenge.get("stale", "").lower() == "true"
    return stale and challenge["nonce"] != sent.get("nonce")


def _same(left: str, right: str) -> bool:
    """Equal, in a time that does not tell where they differ."""
    octets = (text.encode("utf-8", "surrogateescape") for text in (left, right))
    return hmac.compare_digest(*octets)


def _count(nc: str) -> int | None:
    """`nc` as a number: exactly eight hex digits, not zero."""
    digits = nc.lower()
    if len(digits) != 8 or digits.strip("0123456789abcdef"):
        return None
    return int(digits, 16) or None


def _nonce_time(nonce: str) -> int:
    """The time in a nonce, microseconds since 1970; 0 for one that cannot be ours."""
    head = nonce[:TIME_DIGITS]
    if len(head) != TIME_DIGITS or head.strip("0123456789abcdef"):
        return 0
    return int(head, 16)
