"""People: who may sign in, in what roles. Nobody changes his own rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel

from ivr.domain.errors import NotAllowedError, NotFoundError, StaleVersionError
from ivr.runtime.ports.desk import Person
from ivr.web.api.fields import (  # noqa: TC001 - read at run time
    Language,
    Name,
    Roles,
    Teams,
    Text,
)
from ivr.web.api.parts import BASE
from ivr.web.auth.links import LATER_S, PASSWORD, Links, address
from ivr.web.auth.recovery import forgotten
from ivr.web.errors import RefusalError
from ivr.web.permissions import ALL, Right, demand
from ivr.web.typed import Ask, Body, Items, Reply, Route, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.web.api.parts import ApiParts

RIGHTS_KEYS = frozenset({"roles", "teams", "disabled"})
"""What a change of signs somebody out, and nobody changes for himself."""


class OwnRightsError(NotAllowedError):
    """Nobody may change his own rights."""

    code: ClassVar[str] = "own-rights"


class TakenError(RefusalError):
    """There is somebody of this name already."""

    code: ClassVar[str] = "name-taken"
    status: ClassVar[int] = 409


class PersonOut(BaseModel):
    """Somebody who may sign in; what he signs in with is never shown.

    recovery_codes: how many of them are left."""

    name: str
    display: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    language: str
    disabled: bool
    has_password: bool
    has_second_factor: bool
    recovery_codes: int
    version: int


class NewPerson(Body):
    """Somebody new. The password is set by the link in the answer."""

    name: Name
    display: Text = ""
    roles: Roles
    teams: Teams = ()
    language: Language = ""


class PersonChange(Body):
    """What shall be different; what is not written stays."""

    display: Text | None = None
    roles: Roles | None = None
    teams: Teams | None = None
    language: Language | None = None
    disabled: bool | None = None


class LinkWish(Body):
    """A new link. reset_second_factor: the old authenticator app is forgotten at once, and the
    recovery codes with it."""

    reset_second_factor: bool = False


class WithLink(BaseModel):
    """Somebody, and the link by which he sets his password once, within a day."""

    person: PersonOut
    link: str


@dataclass(frozen=True, slots=True)
class PeopleRoutes:
    """The routes /people."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/people/{{name}}"
        edit = Right("person", "e")
        return [
            Route("GET", f"{BASE}/people", self.people, Right("person", "r")),
            Route(
                *("POST", f"{BASE}/people", self.add_person, Right("person", "a"), 201),
                fresh=True,
                also=(409,),
            ),
            Route("GET", one, self.person, Right("person", "r")),
            Route("PATCH", one, self.change_person, edit, fresh=True),
            Route("POST", f"{one}/link", self.new_link, edit, 201, fresh=True),
        ]

    async def people(self, ask: Ask) -> Items[PersonOut]:
        """Everybody who may sign in, by name."""
        every = await self.parts.people.all()
        return Items(items=[_out(person) for person in every if _sees(ask, person)])

    async def person(self, ask: Ask, name: Name) -> Reply[PersonOut]:
        """One person."""
        person = await self._there(name)
        if not _sees(ask, person):
            raise NotFoundError("there is no such person")
        return Reply(_out(person), version=person.version)

    async def add_person(self, ask: Ask, body: NewPerson) -> WithLink:
        """Somebody new may sign in, once he has set a password by the link."""
        if await self.parts.people.get(body.name) is not None:
            raise TakenError("there is somebody of this name already")
        facts = {"roles": list(body.roles), "teams": list(body.teams)}
        await self.parts.write_down(ask, "person_added", body.name, **facts)
        fresh = Person(body.name, body.display or body.name, body.roles, body.teams, body.language)
        try:
            person = await self.parts.people.save(fresh)
        except StaleVersionError:
            raise TakenError("there is somebody of this name already") from None
        return await self._with_link(person)

    async def change_person(
        self, ask: Ask, name: Name, body: PersonChange, version: Version
    ) -> Reply[PersonOut]:
        """Change somebody. Other rights sign him out everywhere."""
        before = await self._there(name)
        changes = body.model_dump(exclude_unset=True, exclude_none=True)
        new_rights = {key for key in RIGHTS_KEYS & set(changes) if changes[key] != _of(before, key)}
        if new_rights and name == ask.who.name:
            raise OwnRightsError("nobody may change his own rights")
        if version != before.version:
            raise StaleVersionError("this person has changed meanwhile")
        facts = {key: {"before": _of(before, key), "after": changes[key]} for key in changes}
        await self.parts.write_down(ask, "person_changed", name, **facts)
        person = await self.parts.people.save(replace(before, **changes))
        if new_rights:
            await self.parts.people.end_sessions(name)
        return Reply(_out(person), version=person.version)

    async def new_link(self, ask: Ask, name: Name, body: LinkWish) -> WithLink:
        """A link by which somebody sets a new password; the old one is good until then."""
        person = await self._there(name)
        facts = {"reset_second_factor": body.reset_second_factor}
        await self.parts.write_down(ask, "person_link", name, **facts)
        if body.reset_second_factor and person.totp is not None:
            person = await self.parts.people.save(forgotten(person))
            await self.parts.people.end_sessions(name)
        return await self._with_link(person)

    async def _with_link(self, person: Person) -> WithLink:
        links = Links(self.parts.people, self.parts.clock)
        token = await links.make(PASSWORD, person.name, LATER_S)
        return WithLink(person=_out(person), link=address(self.parts.place.base, token))

    async def _there(self, name: str) -> Person:
        person = await self.parts.people.get(name)
        if person is None:
            raise NotFoundError("there is no such person")
        return person


def _sees(ask: Ask, person: Person) -> bool:
    if demand(ask.who, "person", "r") == ALL or person.name == ask.who.name:
        return True
    return not set(ask.who.teams).isdisjoint(person.teams)


def _of(person: Person, key: str) -> Sequence[str] | str | bool:
    value: Sequence[str] | str | bool = getattr(person, key)
    return value


def _out(person: Person) -> PersonOut:
    return PersonOut(
        name=person.name,
        display=person.display,
        roles=person.roles,
        teams=person.teams,
        language=person.language,
        disabled=person.disabled,
        has_password=person.password is not None,
        has_second_factor=person.totp is not None,
        recovery_codes=len(person.recovery),
        version=person.version,
    )
