"""Items of the intake: the pool, and who takes what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ivr.domain.errors import NotAllowedError
from ivr.runtime.ports.intake import ItemFilter
from ivr.web.api.customers.fields import Why, Word  # noqa: TC001 - read at run time
from ivr.web.api.fields import Key, Name  # noqa: TC001 - read at run time
from ivr.web.api.intake.shapes import ItemLine, ItemWhole  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.errors import InvalidError
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Query, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.desk import Person
    from ivr.web.api.intake.parts import IntakeParts

State = Literal["new", "claimed", "converted", "appended", "spam", "rejected"]
Medium = Literal["email", "web", "sms", "social", "letter", "fax", "api"]
AWAY = frozenset({"break", "offline"})
"""What an agent is doing who gets no items."""


class ItemList(Query):
    """Which items, a page at a time; all that is given must hold. mine: those you have claimed."""

    state: Annotated[tuple[State, ...], Field(max_length=6)] = ()
    medium: Annotated[tuple[Medium, ...], Field(max_length=7)] = ()
    account: Word = ""
    mine: bool = False
    cursor: Annotated[str, Field(pattern=r"^([0-9A-Z]{26})?\z")] = ""
    limit: Limit = 50


class Back(Body):
    """Giving an item back; what was assigned needs a reason."""

    reason: Why = ""


class To(Body):
    """Whom an item is given to."""

    to: Name


class Shares(Body):
    """Who gets new items: these people, or all agents of your teams who are at work.

    team: only items of this team.
    """

    people: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    team: Word = ""


@dataclass(frozen=True, slots=True)
class ItemRoutes:
    """The routes /intake that settle nothing."""

    parts: IntakeParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/intake", f"{BASE}/intake/{{item}}"
        read, edit, give = Right("intake", "r"), Right("intake", "e"), Right("intake", "x")
        return [
            Route("GET", many, self.items, read),
            Route("GET", one, self.item, read),
            Route("POST", f"{one}/claim", self.claim, edit, also=(409,)),
            Route("POST", f"{one}/release", self.release, edit, also=(409,)),
            Route("POST", f"{one}/assign", self.assign, give, also=(409,)),
            Route("POST", f"{many}/distribute", self.distribute, give),
        ]

    async def items(
        self,
        ask: Ask,
        query: ItemList,
    ) -> Items[ItemLine]:
        """What came in for your teams and for none, the oldest first, a page at a time."""
        holder = ask.who.name if query.mine else ""
        teams = None if query.mine else self.parts.teams(ask)
        which = ItemFilter(query.state, query.medium, teams, holder, query.account)
        page = await self.parts.intake.list(which, cursor=query.cursor, limit=query.limit)
        rows = [self.parts.line(ask, row) for row in page.rows]
        return Items(items=rows, next=page.next or None)

    async def item(self, ask: Ask, item: Key) -> ItemWhole:
        """One item with its message."""
        return self.parts.whole(ask, await self.parts.item(ask, item))

    async def claim(self, ask: Ask, item: Key) -> ItemWhole:
        """Take an item for 15 minutes; again while the page is open. 409 `already-claimed` with
        its holder if somebody else was faster."""
        row = await self.parts.item(ask, item)
        return self.parts.whole(ask, await self.parts.intake.claim(row.id, self.parts.act(ask)))

    async def release(self, ask: Ask, item: Key, body: Back) -> ItemLine:
        """Give an item back to the pool."""
        row = await self.parts.item(ask, item)
        act = self.parts.act(ask, body.reason)
        return self.parts.line(ask, await self.parts.intake.release(row.id, act))

    async def assign(self, ask: Ask, item: Key, body: To) -> ItemLine:
        """Give an item to somebody of your teams."""
        row = await self.parts.item(ask, item)
        person = await self.parts.api.people.get(body.to)
        if person is None or person.disabled:
            raise _unknown("/to")
        if not await self._is_ours(ask, person):
            raise NotAllowedError("supervisors give items to people of their own teams")
        act = self.parts.act(ask)
        return self.parts.line(ask, await self.parts.intake.assign(row.id, person.name, act))

    async def distribute(self, ask: Ask, body: Shares) -> Items[ItemLine]:
        """Give the new items out, evenly; nobody on a break or gone gets one."""
        people = await self._sharers(ask, body.people)
        teams = (body.team,) if body.team in ask.who.teams else ask.who.teams
        which = ItemFilter(teams=teams)
        given = await self.parts.intake.distribute(people, which, self.parts.act(ask))
        return Items(items=[self.parts.line(ask, row) for row in given])

    async def _sharers(self, ask: Ask, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Name -> teams of who gets items. Raises InvalidError for somebody unknown."""
        every = {each.name: each for each in await self.parts.api.people.all()}
        found: dict[str, tuple[str, ...]] = {}
        for place, name in enumerate(names):
            if name not in every or not await self._is_ours(ask, every[name]):
                raise _unknown(f"/people/{place}")
        for name in names or sorted(every):
            person = every[name]
            usual = bool(names) or "agent" in person.roles
            if usual and not person.disabled and self._is_there(name):
                teams = await self._teams(person)
                if names or not set(teams).isdisjoint(ask.who.teams):
                    found[name] = teams
        return found

    def _is_there(self, name: str) -> bool:
        row = self.parts.api.floor.agent(name)
        return row is None or str(row.get("state")) not in AWAY

    async def _is_ours(self, ask: Ask, person: Person) -> bool:
        teams = await self._teams(person)
        return person.name == ask.who.name or not set(teams).isdisjoint(ask.who.teams)

    async def _teams(self, person: Person) -> tuple[str, ...]:
        card = await self.parts.api.agents.get(person.name)
        return tuple(dict.fromkeys((*person.teams, *(card.teams if card else ()))))


def _unknown(pointer: str) -> InvalidError:
    mistake = {"in": "body", "pointer": pointer, "code": "unknown", "params": {}}
    return InvalidError([{**mistake, "message": "There is no such person in your teams"}])
