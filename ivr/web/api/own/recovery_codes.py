"""Recovery codes of whoever is signed in: how many are left, and ten new ones for a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from ivr.domain.errors import NotFoundError
from ivr.web.api.parts import BASE
from ivr.web.auth import recovery
from ivr.web.auth.throttle import Throttle, Turns
from ivr.web.errors import InvalidError
from ivr.web.gate import SlowDownError
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.desk import Person
    from ivr.web.api.parts import ApiParts


class Left(BaseModel):
    """How many recovery codes open yet. second_factor: whether there is one to replace."""

    second_factor: bool
    left: int


class Wanted(Body):
    """A code of the authenticator app, or one of the recovery codes."""

    code: Annotated[str, Field(max_length=24)]


class Made(BaseModel):
    """The new codes, which are shown this once; those of before open no more."""

    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """The routes /me/recovery-codes. turns: those of signing in, since guesses count together."""

    parts: ApiParts
    turns: Turns

    def routes(self) -> list[Route]:
        """The operations of this module."""
        path = f"{BASE}/me/recovery-codes"
        return [
            Route("GET", path, self.recovery_codes, Right("session", "r"), also=(404,)),
            Route("POST", path, self.make_recovery_codes, Right("session", "x"), also=(404,)),
        ]

    async def recovery_codes(self, ask: Ask) -> Left:
        """How many of one's own recovery codes are left; the codes themselves nobody knows."""
        person = await self._self(ask)
        return Left(second_factor=person.totp is not None, left=len(person.recovery))

    async def make_recovery_codes(self, ask: Ask, body: Wanted) -> Made:
        """Ten new recovery codes, for a code; those of before open no more."""
        async with self.turns.of(ask.who.name):
            person = await self._proven(ask, body.code)
            codes = recovery.new_codes()
            await self.parts.write_down(ask, "recovery_codes_made", person.name)
            await self.parts.people.save(replace(person, recovery=recovery.kept(codes)))
        return Made(recovery_codes=codes)

    async def _proven(self, ask: Ask, code: str) -> Person:
        """The person, once a code has been given. Raises RequestError."""
        throttle = Throttle(self.parts.people, self.parts.clock)
        wait_s = await throttle.wait_s(ask.who.name, ask.source)
        if wait_s:
            raise SlowDownError(wait_s)
        person = await self._self(ask)
        if person.totp is None:
            raise NotFoundError("you have no second factor")
        now = self.parts.clock.now()
        proof = await recovery.use_code(self.parts.people, self.parts.keys, person, code, now)
        if proof is None:
            await throttle.failed(person.name, ask.source)
            await self.parts.write_down(ask, "recovery_codes_refused", person.name)
            raise InvalidError([WRONG])
        await throttle.succeeded(person.name)
        return proof.person

    async def _self(self, ask: Ask) -> Person:
        person = await self.parts.people.get(ask.who.name)
        if person is None:
            raise NotFoundError("there is no such person")
        return person


WRONG = {
    "in": "body",
    "pointer": "/code",
    "code": "code",
    "message": "The code is wrong or was used",
    "params": {},
}
