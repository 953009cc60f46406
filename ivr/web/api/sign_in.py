"""Signing in and out, and who somebody is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn

from pydantic import BaseModel, Field

from ivr.domain.errors import NotAllowedError, NotSignedInError
from ivr.web.api.parts import BASE
from ivr.web.auth import second_factor, sessions
from ivr.web.auth.recovery import Proof, use_code
from ivr.web.auth.throttle import Throttle, Turns
from ivr.web.gate import NotSetUpError, SlowDownError
from ivr.web.permissions import RIGHTS, Right, may
from ivr.web.typed import Ask, Body, Reply, Route

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.runtime.ports.desk import Person
    from ivr.web.api.parts import ApiParts
    from ivr.web.gate import Gate


class SignInError(NotSignedInError):
    """Name, password or code is wrong; which of them is not told."""

    code: ClassVar[str] = "sign-in-failed"


class SecondFactorError(NotSignedInError):
    """The password is right; the code of the authenticator app is wanted too."""

    code: ClassVar[str] = "second-factor"


class NoSecondFactorError(NotAllowedError):
    """This role may not sign in before it has a second factor: it needs a new link."""

    code: ClassVar[str] = "second-factor-missing"


class Login(Body):
    """What somebody types to sign in. code: of the authenticator app, or a recovery code."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=256)
    code: Annotated[str, Field(max_length=24)] | None = None


class Next(BaseModel):
    """Where to go on. recovery_codes_left: of whoever has just used one; null else."""

    next: str
    recovery_codes_left: int | None = None


class Me(BaseModel):
    """Who is signed in. rights: `resource:action` -> scope. csrf: goes into X-CSRF-Token.

    choices: breaks, wrapup_codes, priorities, places, teams and skills by name, and the country
    whose numbers may be dialled; titles: what people call
    these and the queues: group -> name -> language -> title, language "" for all others.
    """

    person: str
    display: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    language: str
    agent: bool
    rights: dict[str, str]
    csrf: str
    choices: dict[str, tuple[str, ...]]
    titles: dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class SignIn:
    """The routes /login, /logout, /me."""

    parts: ApiParts
    gate: Gate
    turns: Turns = field(default_factory=Turns)

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [
            Route("POST", f"{BASE}/login", self.login, None, also=(401,)),
            Route("POST", f"{BASE}/logout", self.logout, Right("session", "x")),
            Route("GET", f"{BASE}/me", self.me, Right("session", "r")),
        ]

    async def login(self, ask: Ask, body: Login) -> Reply[Next]:
        """Sign in with name and password, and with the code where there is a second factor."""
        if not await self.gate.is_set_up():
            raise NotSetUpError("no admin has been made yet")
        name = body.name.strip().lower()
        async with self.turns.of(name):
            proof = await self._proven(ask, name, body)
        person = proof.person
        left = len(person.recovery) if proof.by_recovery else None
        how: dict[str, Any] = {} if left is None else {"recovery_codes_left": left}
        await self.parts.write_down(ask, "login", who=person.name, **how)
        await self._leave_old(ask)
        token, _session = await self.gate.sessions.open(person)
        secure = self.parts.place.secure
        page = "/desk" if "agent" in person.roles else "/wallboard"
        value = Next(next=page, recovery_codes_left=left)
        return Reply(value, dress=lambda answer: sessions.give(answer, token, secure=secure))

    async def logout(self, ask: Ask) -> Reply[None]:
        """Sign out."""
        if ask.who.session is not None:
            await self.parts.write_down(ask, "logout")
            await self.gate.sessions.end(ask.who.session)
        secure = self.parts.place.secure
        return Reply(None, dress=lambda answer: sessions.take_away(answer, secure=secure))

    async def me(self, ask: Ask) -> Me:
        """Who is signed in, and what he may do."""
        who = ask.who
        found = {str(right): may(who, right.resource, right.action) for right in RIGHTS}
        choices = self.parts.choices()
        return Me(
            choices={kind: tuple(names) for kind, names in choices.names.items()},
            titles={
                kind: {name: dict(each) for name, each in titles.items()}
                for kind, titles in choices.titles.items()
            },
            person=who.name,
            display=who.display,
            roles=who.roles,
            teams=who.teams,
            language=who.language,
            agent=who.agent,
            rights={right: scope for right, scope in found.items() if scope is not None},
            csrf=who.session.csrf if who.session else "",
        )

    async def _proven(self, ask: Ask, name: str, body: Login) -> Proof:
        """The person, once all that is needed has been given. Raises RequestError."""
        throttle = Throttle(self.parts.people, self.parts.clock)
        wait_s = await throttle.wait_s(name, ask.source)
        if wait_s:
            raise SlowDownError(wait_s)
        person = await self.parts.people.get(name)
        kept = person.password if person and not person.disabled else None
        right = await self.parts.passwords.matches(kept, body.password)
        proof = await self._second(person, body.code) if person and right else None
        if proof is None:
            await self._fail(ask, name, throttle)
        await throttle.succeeded(name)
        return proof

    async def _second(self, person: Person, code: str | None) -> Proof | None:
        """With the second factor, if there is one; None if its code is wrong."""
        if person.totp is None:
            self._check_may_do_without(person)
            return Proof(person, by_recovery=False)
        if code is None:
            raise SecondFactorError("the code of your authenticator app is needed")
        now = self.parts.clock.now()
        return await use_code(self.parts.people, self.parts.keys, person, code, now)

    async def _fail(self, ask: Ask, name: str, throttle: Throttle) -> NoReturn:
        await throttle.failed(name, ask.source)
        await self.parts.write_down(ask, "login_failed", about=name, who="?")
        raise SignInError("name, password or code is wrong")

    def _check_may_do_without(self, person: Person) -> None:
        if second_factor.needed(person.roles) and not self.parts.place.local:
            raise NoSecondFactorError("your role needs a second factor; ask for a new link")

    async def _leave_old(self, ask: Ask) -> None:
        """Signing in again ends the session before."""
        token = _cookie(ask.request, secure=self.parts.place.secure)
        found = await self.gate.sessions.find(token) if token else None
        if found is not None:
            await self.gate.sessions.end(found[0])


def _cookie(request: web.Request, *, secure: bool) -> str:
    return request.cookies.get(sessions.cookie_name(secure=secure), "")
