"""Before a handler of the API runs: who asks, may he, did one of our pages send it, how often."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from aiohttp import web

from ivr.domain.errors import NotAllowedError, NotSignedInError
from ivr.web.auth import csrf
from ivr.web.auth.keys import BEARER, MachineKeys, machine_key
from ivr.web.auth.links import has_admin
from ivr.web.auth.sessions import Sessions, cookie_name, is_fresh
from ivr.web.auth.throttle import sender, source_key
from ivr.web.errors import RefusalError
from ivr.web.permissions import Right, Who, demand
from ivr.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import Agents, People, Person, Session
    from ivr.web.guard import Network

PER_S, BURST = 20, 60
PUBLIC_PER_S, PUBLIC_BURST = 2, 60
"""Of a source, for what needs nobody signed in; a whole office may stand behind one address."""
_WHO: web.RequestKey[Who] = web.RequestKey("ivr_who", Who)


class SlowDownError(RefusalError):
    """Too often: the answer says when to come again."""

    code: ClassVar[str] = "too-many"
    status: ClassVar[int] = 429

    def __init__(self, wait_s: float) -> None:
        whole = max(1, math.ceil(wait_s))
        super().__init__("too many requests", {"retry_after": whole}, {"Retry-After": str(whole)})


class StaleLoginError(NotAllowedError):
    """The right is there, but signing in was too long ago for this: sign in again."""

    code: ClassVar[str] = "fresh-login"


class NotSetUpError(RefusalError):
    """Nobody can administer this server yet, so it serves nothing but its set-up."""

    code: ClassVar[str] = "not-set-up"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True)
class Place:
    """Where our pages are reached. base: URL without a slash at its end. local: every listener is
    on loopback. trusted: our own proxies."""

    base: str
    local: bool
    trusted: tuple[Network, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether the pages are served by https."""
        return self.base.startswith("https:")

    def origins(self, request: web.BaseRequest) -> Sequence[str]:
        """What browsers call our pages; on a developer's machine also by its other names."""
        parts = urlsplit(self.base)
        ours = [f"{parts.scheme}://{parts.netloc}"]
        name = urlsplit(f"//{request.host}").hostname or ""
        if self.local and name in {"localhost", "127.0.0.1", "::1"}:
            ours.append(f"http://{request.host}")
        return ours


@dataclass(slots=True)
class Gate:
    """Lets requests in. keys: those of programs, None = there are none."""

    people: People
    agents: Agents
    clock: Clock
    place: Place
    keys: MachineKeys | None = None
    rates: Rates = field(default_factory=lambda: Rates(PER_S, BURST))
    public_rates: Rates = field(default_factory=lambda: Rates(PUBLIC_PER_S, PUBLIC_BURST))
    _set_up: bool = False

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.people, self.clock)

    async def admit(self, request: web.Request, right: Right | None, *, fresh: bool) -> Who:
        """Whoever may do this. right None: everybody may. Raises RequestError."""
        origins = self.place.origins(request)
        if right is None:
            csrf.check_public(request, origins)
            self._slow_down(self.public_rates, self.source(request))
            return Who("")
        if not await self.is_set_up():
            raise NotSetUpError("no admin has been made yet")
        who = await self.who(request)
        demand(who, right.resource, right.action)
        if who.session is not None:
            csrf.check(request, who.session.csrf, origins)
            if fresh and not is_fresh(who.session, self.clock.now()):
                raise StaleLoginError("sign in again before you do this")
        self._slow_down(self.rates, who.name)
        return who

    async def who(self, request: web.Request) -> Who:
        """Who sends this request. Raises NotSignedInError."""
        known = request.get(_WHO)
        if known is None:
            known = request[_WHO] = await self._identify(request)
        return known

    async def of_session(self, session: Session) -> Who | None:
        """Who that session belongs to now; None once it is over. For connections that stay open."""
        found = await self.sessions.again(session)
        return await self._person(*found) if found else None

    async def of_key(self, request: web.Request) -> Who | None:
        """The program whose key the request carries; None if it carries none. Raises
        NotSignedInError if the key is not good (any more)."""
        header = request.headers.get("Authorization", "")
        if not header.lower().startswith(BEARER) or self.keys is None:
            return None
        key = await machine_key(self.keys, header, self.source(request), self.clock.now())
        return Who(f"key:{key.id}", roles=(), key_rights=key.rights)

    async def is_set_up(self) -> bool:
        """Whether the server may serve more than its set-up: always on a developer's machine."""
        if not self._set_up:
            self._set_up = self.place.local or await has_admin(self.people)
        return self._set_up

    def address(self, request: web.BaseRequest) -> str:
        """The address that the request comes from; "" for one that came by a UNIX socket."""
        return str(sender(request, self.place.trusted).address or "")

    def source(self, request: web.BaseRequest) -> str:
        """Where the request comes from."""
        return source_key(request, self.place.trusted)

    async def _identify(self, request: web.Request) -> Who:
        program = await self.of_key(request)
        if program is not None:
            return program
        token = request.cookies.get(cookie_name(secure=self.place.secure), "")
        found = await self.sessions.find(token) if token else None
        if found is None:
            raise NotSignedInError("nobody is signed in")
        return await self._person(*found)

    async def _person(self, session: Session, person: Person) -> Who:
        card = await self.agents.get(person.name)
        return Who(
            person.name,
            person.display,
            person.roles,
            tuple(dict.fromkeys((*person.teams, *(card.teams if card else ())))),
            person.language,
            card is not None,
            session,
        )

    def _slow_down(self, rates: Rates, key: str) -> None:
        wait_s = rates.wait_s(key, self.clock.now().timestamp())
        if wait_s:
            raise SlowDownError(wait_s)


GATE: web.AppKey[Gate] = web.AppKey("ivr_gate", Gate)


async def signed_in(request: web.Request) -> Who:
    """Who sends this request to the application of `add_api`. Raises NotSignedInError."""
    return await request.app[GATE].who(request)
