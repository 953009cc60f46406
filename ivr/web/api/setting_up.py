"""One-use links: the first admin makes himself, and everybody sets his password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from ivr.domain.errors import IvrError, NotFoundError
from ivr.runtime.ports.desk import Person
from ivr.web.api.fields import Name, Text  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.auth import recovery, second_factor
from ivr.web.auth.links import PASSWORD, SETUP, Links, has_admin
from ivr.web.auth.passwords import fault
from ivr.web.errors import InvalidError
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.desk import Link
    from ivr.web.api.parts import ApiParts
    from ivr.web.gate import Gate

FIRST_ROLES = ("admin",)
_SAYINGS = {
    "too-short": "A password has at least 12 characters",
    "too-long": "A password has at most 128 characters",
    "common": "Guessers try this password early",
    "name": "The password must not hold the name",
    "second-factor": "This role needs a second factor: totp_secret and its code",
    "code": "The code is not that of this secret now",
    "secret": "This is no secret as this server makes them",
    "there": "There is a second factor already; only a link that resets it sets another",
    "missing": "Say a name",
    "taken": "This name is taken",
}


class LinkOverError(NotFoundError):
    """The link was used, is too old, or never was."""

    code: ClassVar[str] = "link-over"


class Offer(BaseModel):
    """What the page of a link needs. person: whose password is set, "" = a new name is chosen.
    totp_secret, otpauth: for an authenticator app, if one is set up now."""

    purpose: Literal["setup", "password"]
    person: str
    roles: tuple[str, ...]
    second_factor: Literal["needed", "optional", "there"]
    totp_secret: str
    otpauth: str


class Setup(Body):
    """What somebody with a link sets. totp_secret and code: together, or neither."""

    token: str = Field(max_length=64)
    name: Name | None = None
    display: Text = ""
    password: str = Field(max_length=256)
    totp_secret: Annotated[str, Field(max_length=64)] | None = None
    code: Annotated[str, Field(max_length=16)] | None = None


class Done(BaseModel):
    """Who can sign in now, and where. recovery_codes: shown this once, with a new second factor."""

    person: str
    next: str
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingUp:
    """The route /setup."""

    parts: ApiParts
    gate: Gate

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [
            Route("GET", f"{BASE}/setup", self.setup_offer, None, also=(404,)),
            Route("POST", f"{BASE}/setup", self.setup, None, also=(404,)),
        ]

    async def setup_offer(self, t: Annotated[str, Field(max_length=64)]) -> Offer:
        """What a link is for, with a fresh secret for an authenticator app. The link stays good."""
        link = await self._link(t)
        await self._links.give_back(link)
        person = await self._about(link)
        secret = second_factor.new_secret()
        return Offer(
            purpose="setup" if link.purpose == SETUP else "password",
            person=person.name,
            roles=person.roles,
            second_factor=self._second_factor(person),
            totp_secret=secret,
            otpauth=second_factor.enrolment(person.name or "admin", secret),
        )

    async def setup(self, ask: Ask, body: Setup) -> Done:
        """Set a password, and a second factor, by a link. The link is good once."""
        link = await self._link(body.token)
        try:
            person = await self._changed(await self._about(link), body)
            codes = recovery.new_codes() if body.totp_secret else ()
            person = replace(person, recovery=recovery.kept(codes) or person.recovery)
            await self.parts.write_down(ask, f"link_{link.purpose}", person.name, who=person.name)
            await self.parts.people.save(person)
        except IvrError:
            await self._links.give_back(link)
            raise
        await self.parts.people.end_sessions(person.name)
        return Done(person=person.name, next="/login", recovery_codes=codes)

    @property
    def _links(self) -> Links:
        return Links(self.parts.people, self.parts.clock)

    async def _link(self, token: str) -> Link:
        link = await self._links.use(token)
        if link is None or link.purpose not in {SETUP, PASSWORD}:
            raise LinkOverError("this link is used, too old or wrong")
        return link

    async def _about(self, link: Link) -> Person:
        """Whom the link is about; the first admin has no name yet. Raises LinkOverError."""
        if link.purpose == SETUP:
            if await has_admin(self.parts.people):
                raise LinkOverError("there is an admin already")
            return Person("", "", FIRST_ROLES)
        person = await self.parts.people.get(link.person)
        if person is None or person.disabled:
            raise LinkOverError("this link is used, too old or wrong")
        return person

    def _second_factor(self, person: Person) -> Literal["needed", "optional", "there"]:
        if person.totp:
            return "there"
        needed = second_factor.needed(person.roles) and not self.parts.place.local
        return "needed" if needed else "optional"

    async def _changed(self, person: Person, body: Setup) -> Person:
        """The person as the body wants it. Raises InvalidError."""
        if not person.name:
            person = replace(person, name=await self._free(body.name), display=body.display)
        elif body.name not in {None, person.name}:
            raise _invalid("name", "taken")
        wrong = fault(body.password, person.name)
        if wrong:
            raise _invalid("password", wrong)
        person = self._with_second_factor(person, body)
        hashed = await self.parts.passwords.hash(body.password)
        return replace(person, password=hashed, display=person.display or person.name)

    async def _free(self, name: str | None) -> str:
        if name is None:
            raise _invalid("name", "missing")
        if await self.parts.people.get(name) is not None:
            raise _invalid("name", "taken")
        return name

    def _with_second_factor(self, person: Person, body: Setup) -> Person:
        secret, code = body.totp_secret, body.code
        if secret is None and code is None:
            if self._second_factor(person) == "needed":
                raise _invalid("totp_secret", "second-factor")
            return person
        if person.totp is not None:  # else whoever reads a link for a new password needs no app
            raise _invalid("totp_secret", "there")
        if secret is None or not second_factor.is_secret(secret):
            raise _invalid("totp_secret", "secret")
        step = second_factor.matching_step(secret, code or "", self.parts.clock.now(), 0)
        if step is None:
            raise _invalid("code", "code")
        kept = second_factor.sealed(self.parts.keys, secret)
        return replace(person, totp=kept, totp_step=step)


def _invalid(name: str, code: str) -> InvalidError:
    mistake = {"in": "body", "pointer": f"/{name}", "code": code, "params": {}}
    return InvalidError([{**mistake, "message": _SAYINGS[code]}])
