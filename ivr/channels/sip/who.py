"""Decides who sent a message: a carrier, a phone that has proven its user, anyone, or a stranger.

It joins what decides in `wire` (guard, digest, registrar) to the users that the store knows. Asked
for every message before the core keeps anything for it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.message import Request, Response, respond
from ivr.channels.sip.wire.peers.auth import Door, Doorkeeper, Login, Secrets
from ivr.channels.sip.wire.peers.digest import ALGORITHMS
from ivr.channels.sip.wire.peers.guard import BANNED, STRANGER, Gate, Guard, Kind, Source
from ivr.channels.sip.wire.peers.registrar import Registrar
from ivr.channels.sip.wire.seams import Verdict
from ivr.channels.sip.wire.words import USUAL, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.channels.sip.wire.peers.bindings import Bound, Gone
    from ivr.channels.sip.wire.words import Flow, Pairs

PROVEN_MOST = 10_000
USERS_MOST = 100
"""Users behind one way that are remembered, as behind one telephone system."""
USER_MOST = 64
SILENCE = Verdict()
_LOGGED_IN = frozenset({"INVITE", "REGISTER"})
"""Methods for which a phone is asked for its password; others follow a call or a registration."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One trunk as those who knock see it. forbids: strangers get a 403 instead of silence.

    digests: how phones may prove their password, the preferred way first.
    """

    gate: Gate
    realm: str = "ivr"
    digests: tuple[str, ...] = ALGORITHMS
    forbids: bool = False
    terms: Terms = USUAL


class Identities:
    """Implements the seams `Admit` and `Registrar` of one SIP core.

    users: the stored secrets of a phone's user, None if there is none. changed: told of every phone
    that came or went. key: secret octets for nonces.
    """

    def __init__(
        self,
        entrances: Sequence[Entrance],
        users: Callable[[str], Secrets | None],
        changed: Callable[[Sequence[Bound | Gone]], None],
        key: bytes,
        token: Callable[[], str],
    ) -> None:
        self._entrances: Mapping[str, Entrance] = {e.gate.trunk: e for e in entrances}
        self.registrar = Registrar(token)
        self.guard = Guard([entrance.gate for entrance in entrances], self.registrar.owners)
        self._changed = changed
        self._keepers = {
            e.gate.trunk: Doorkeeper(e.realm, key, users, e.digests)
            for e in entrances
            if e.gate.registrar
        }
        self._proven: OrderedDict[tuple[object, ...], tuple[str, ...]] = OrderedDict()
        self._source = STRANGER
        self._user = ""

    def lets_in(self, flow: Flow, now: float) -> bool:
        """Whether a datagram is worth reading at all; asked once for each, first."""
        self._source = self.guard.judge(flow, now)
        return self._source is not BANNED

    def admit(self, request: Request, flow: Flow, now: float) -> Verdict:
        """Who sent the message that was let in last."""
        source, self._user = self._source, ""
        if source.kind in (Kind.TRUNK, Kind.ANYONE):
            return self._known(source, request, flow)
        if source.kind is Kind.PHONE:
            if request.method == "REGISTER":
                return self._logged_in(source, request, flow)
            return self._verdict(source.trunk, _user_of(request, source.users))
        if source.kind is Kind.CALLED:
            if request.to.tag and _way(flow) not in self._proven:
                return self._verdict(source.trunk, "")
            source = self.guard.unlisted(flow)
        if source.kind is Kind.CHALLENGE:
            return self._challenged(source, request, flow)
        return self._stranger(source)

    def register(self, request: Request, flow: Flow, now: float) -> Response:
        """Answer the REGISTER of a user who has just been proven."""
        if not self._user:
            return respond(request, 403)
        response, changes = self.registrar.handle(request, self._user, flow, now)
        self._changed(changes)
        return response

    def lost(self, flow: Flow, now: float) -> None:
        """A connection ended: phones that registered by it cannot be rung up any more."""
        self._changed(self.registrar.lost(flow, now))

    def _known(self, source: Source, request: Request, flow: Flow) -> Verdict:
        """On an open trunk phones may register beside: only they are asked for a password."""
        if request.method == "REGISTER" and source.trunk in self._keepers:
            return self._logged_in(source, request, flow)
        return self._verdict(source.trunk, "")

    def _challenged(self, source: Source, request: Request, flow: Flow) -> Verdict:
        if request.method in _LOGGED_IN and not request.to.tag:
            return self._logged_in(source, request, flow)
        users = self._proven.get(_way(flow))
        if users is None:
            return self._stranger(source)
        return self._verdict(source.trunk, _user_of(request, users))

    def _logged_in(self, source: Source, request: Request, flow: Flow) -> Verdict:
        """By the password: proven, or asked for it once more."""
        is_register = request.method == "REGISTER"
        header = "Authorization" if is_register else "Proxy-Authorization"
        keeper = self._keepers[source.trunk]
        wall_s, address = time.time(), flow.remote[0]
        values = request.headers.all(header)
        login = keeper.check(values, request.method, request.uri, address, wall_s)
        claimed = login.user[:USER_MOST]  # not From: whoever guesses may write there what he likes
        if login.door is not Door.NONE and not self.guard.may_guess(flow, claimed, wall_s):
            return SILENCE
        if login.door is Door.OPEN:
            return self._opened(source, login, flow, is_register=is_register)
        if login.door is Door.WRONG:
            self.guard.guessed(flow, claimed, wall_s)
        name = "WWW-Authenticate" if is_register else "Proxy-Authenticate"
        stale = login.door is Door.STALE
        asked: Pairs = tuple((name, v) for v in keeper.challenge(address, wall_s, stale=stale))
        return Verdict(status=401 if is_register else 407, headers=asked)

    def _opened(self, source: Source, login: Login, flow: Flow, *, is_register: bool) -> Verdict:
        self.guard.proven(flow)
        if is_register:
            self._user = login.user
        self._remember(flow, login.user)
        return self._verdict(source.trunk, login.user)

    def _remember(self, flow: Flow, user: str) -> None:
        """Who came this way, for what follows in a call: a phone may log off before it hangs up."""
        way = _way(flow)
        others = [one for one in self._proven.pop(way, ()) if one != user]
        self._proven[way] = (user, *others)[:USERS_MOST]
        if len(self._proven) > PROVEN_MOST:
            self._proven.popitem(last=False)

    def _verdict(self, trunk: str, user: str) -> Verdict:
        return Verdict(trunk, user, terms=self._entrances[trunk].terms)

    def _stranger(self, source: Source) -> Verdict:
        """Nothing, or the same short refusal for all."""
        forbids = any(entrance.forbids for entrance in self._entrances.values())
        return Verdict(status=403) if forbids and source.kind is not Kind.BANNED else SILENCE


def _user_of(request: Request, users: Sequence[str]) -> str:
    """Which of the users that registered by one flow is calling: whom From names, else the last."""
    named = next((user for user in users if f":{user}@" in request.from_.uri), "")
    return named or users[0]


def _way(flow: Flow) -> tuple[object, ...]:
    return flow.transport, flow.remote, flow.connection
