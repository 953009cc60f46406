"""Keeps the list of phones: who is registered, where, and until when (RFC 3261 10.3, RFC 3327).

Who may register was decided before (see `auth.py`, `guard.py`): `user` is proven when it gets
here. `handle` answers one REGISTER and says what changed; `expired` and `lost` say what ended
by itself. A user has one address of record and at most three phones; one more replaces that which
registered longest ago. Each request is done wholly or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.channels.sip.wire.messages.addresses import seconds
from ivr.channels.sip.wire.messages.message import WireError, respond
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.peers.bindings import (
    Binding,
    Bound,
    Gone,
    flow_key,
    from_plain,
    key_of,
    to_plain,
)
from ivr.channels.sip.wire.peers.deadlines import Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ivr.channels.sip.wire.messages.message import Address, Request, Response
    from ivr.channels.sip.wire.peers.bindings import FlowKey, Why
    from ivr.channels.sip.wire.words import Flow

Change: TypeAlias = "Bound | Gone"
PHONES_MOST = 3
LEAST_S, USUAL_S, MOST_S = 60, 300, 3600


@dataclass(frozen=True, slots=True)
class _Wish:
    """One Contact of a request: bind it for so long, 0 = remove it."""

    key: str
    contact: Address
    for_s: int


class Registrar:
    """All phones of all users.

    token: gives random hex digits. from_proxy: does a request on this flow come from a listed
    proxy, whose Path is to be believed? From others Path is not read.
    """

    def __init__(
        self, token: Callable[[], str], from_proxy: Callable[[Flow], bool] = lambda _flow: False
    ) -> None:
        self._token = token
        self._from_proxy = from_proxy
        self._users: dict[str, dict[str, Binding]] = {}  # of each: the latest registered is last
        self._flows: dict[FlowKey, dict[tuple[str, str], None]] = {}
        self._ends: Deadlines[tuple[str, str]] = Deadlines()

    def handle(
        self, request: Request, user: str, flow: Flow, now: float
    ) -> tuple[Response, list[Change]]:
        """The answer to a REGISTER of this user, and what it changed."""
        changes: list[Change] = [*self.expired(now)]
        try:
            self._check_address(request, user)
            changes += self._change(request, user, flow, now)
        except WireError as error:
            return self._refusal(request, error.code), changes
        return self._listing(request, user, flow, now), changes

    def targets(self, user: str, now: float) -> tuple[Binding, ...]:
        """The live phones of a user, the latest registered first."""
        bindings = self._users.get(user, {}).values()
        return tuple(one for one in reversed(bindings) if one.expires_at > now)

    def live(self, now: float) -> tuple[Binding, ...]:
        """Every phone that is registered."""
        phones = (one for each in self._users.values() for one in each.values())
        return tuple(one for one in phones if one.expires_at > now)

    def owners(self, flow: Flow, now: float) -> tuple[str, ...]:
        """The users whose phones registered by this very flow; most often one or none."""
        names = self._flows.get(flow_key(flow), {})
        live = (user for user, key in names if self._users[user][key].expires_at > now)
        return tuple(dict.fromkeys(live))

    def lost(self, flow: Flow, now: float) -> list[Gone]:
        """A connection ended, and with it the phones that could be reached only by it."""
        names = list(self._flows.get(flow_key(flow), {}))
        return [*self.expired(now), *(self._end(name, "lost") for name in names if self._has(name))]

    def dismiss(self, user: str) -> list[Gone]:
        """A user is no more, and with it all its phones."""
        return [self._end((user, key), "removed") for key in list(self._users.get(user, {}))]

    def expired(self, now: float) -> list[Gone]:
        """The phones that did not renew in time; to be asked at `due`."""
        return [self._end(name, "expired") for name in self._ends.take(now)]

    def due(self) -> float | None:
        """When the next binding ends, None without any."""
        return self._ends.due()

    def dump(self, now: float, wall_s: float) -> list[dict[str, Any]]:
        """All live bindings as plain data, to be stored. wall_s: seconds since 1970."""
        bindings = (one for phones in self._users.values() for one in phones.values())
        return [to_plain(one, now, wall_s) for one in bindings if one.expires_at > now]

    def restore(self, rows: Iterable[Mapping[str, Any]], now: float, wall_s: float) -> list[Gone]:
        """Take up the bindings of a former life; those that cannot be reached any more are told.

        A phone on a connection comes back by itself with a new one; one on UDP, or behind a
        Path, is where it was.
        """
        gone: list[Gone] = []
        for row in rows:
            one = from_plain(row, now, wall_s)
            if one.expires_at <= now:
                gone.append(Gone(one, "expired"))
            elif one.flow.transport != "udp" and not one.path:
                gone.append(Gone(one, "lost"))
            else:
                self._put(one)
        return gone

    def _check_address(self, request: Request, user: str) -> None:
        """A user registers phones for his own address only: 403 (RFC 3261 10.3, step 4)."""
        if parse_uri(request.to.uri).user != user:
            raise WireError(403, "another user's address")

    def _change(self, request: Request, user: str, flow: Flow, now: float) -> list[Change]:
        """Carry out the request; nothing is changed if it raises WireError."""
        contacts, expires_s = request.contacts, request.expires_s
        if any(contact.uri == "*" for contact in contacts):
            if len(contacts) > 1 or expires_s != 0:
                raise WireError(400, "* must stand alone, with Expires: 0")
            return self._remove_all(request, user)
        wishes = {key: _Wish(key, one, _for_s(one, expires_s)) for key, one in _keyed(contacts)}
        phones = self._users.get(user, {})
        for key in wishes:
            _check_order(request, phones.get(key))
        path = self._path(request, flow)
        cseq = request.cseq.number
        changes: list[Change] = []
        for key, wish in wishes.items():
            if wish.for_s == 0:
                changes += [self._end((user, key), "removed")] if self._has((user, key)) else []
                continue
            params = tuple(pair for pair in wish.contact.params.items() if pair[0] != "expires")
            uri, ends = wish.contact.uri, now + wish.for_s
            one = Binding(user, key, uri, params, flow, path, request.call_id, cseq, ends)
            changes.append(Bound(one, self._put(one)))
        return changes + self._shed(user)

    def _remove_all(self, request: Request, user: str) -> list[Change]:
        phones = self._users.get(user, {})
        for one in phones.values():
            _check_order(request, one)
        return [self._end((user, key), "removed") for key in list(phones)]

    def _shed(self, user: str) -> list[Change]:
        """More than three phones: those that registered longest ago go."""
        keys = list(self._users.get(user, {}))
        return [self._end((user, key), "replaced") for key in keys[:-PHONES_MOST]]

    def _path(self, request: Request, flow: Flow) -> tuple[str, ...]:
        return tuple(request.headers.split("Path")) if self._from_proxy(flow) else ()

    def _has(self, name: tuple[str, str]) -> bool:
        return name[1] in self._users.get(name[0], {})

    def _put(self, one: Binding) -> Binding | None:
        """Store a binding as the latest of its user; returns the one it replaces."""
        phones = self._users.setdefault(one.user, {})
        before = phones.pop(one.key, None)
        if before:
            self._unlink(before)
        phones[one.key] = one
        self._ends.set(one.name, one.expires_at)
        if not one.path:  # a proxy's flow belongs to no single phone
            self._flows.setdefault(flow_key(one.flow), {})[one.name] = None
        return before

    def _end(self, name: tuple[str, str], why: Why) -> Gone:
        user, key = name
        phones = self._users[user]
        one = phones.pop(key)
        if not phones:
            del self._users[user]
        self._ends.drop(name)
        self._unlink(one)
        return Gone(one, why)

    def _unlink(self, one: Binding) -> None:
        names = self._flows.get(flow_key(one.flow), {})
        names.pop(one.name, None)
        if not names:
            self._flows.pop(flow_key(one.flow), None)

    def _listing(self, request: Request, user: str, flow: Flow, now: float) -> Response:
        """200 with all phones of the user, and the Path as it was understood."""
        lines = [("Contact", one.listed(now)) for one in self._users.get(user, {}).values()]
        lines += [("Path", value) for value in self._path(request, flow)]
        return respond(request, 200, to_tag=self._token(), extra=lines)

    def _refusal(self, request: Request, code: int) -> Response:
        extra = [("Min-Expires", str(LEAST_S))] if code == 423 else []
        return respond(request, code, to_tag=self._token(), extra=extra)


def _keyed(contacts: Iterable[Address]) -> Iterable[tuple[str, Address]]:
    return ((key_of(contact), contact) for contact in contacts)


def _for_s(contact: Address, expires_s: int | None) -> int:
    """How long a Contact is wanted: its own word, the request's, ours; 423 below a minute."""
    own = contact.params.get("expires")
    wanted = expires_s if own is None else seconds(own)
    if wanted is None:
        return USUAL_S
    if 0 < wanted < LEAST_S:
        raise WireError(423, "shorter than we keep a phone")
    return min(wanted, MOST_S)


def _check_order(request: Request, known: Binding | None) -> None:
    """An older request that comes late must not undo a newer one (RFC 3261 10.3, step 7)."""
    if known and known.call_id == request.call_id and request.cseq.number <= known.cseq:
        raise WireError(500, "CSeq did not rise")
