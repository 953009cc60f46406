"""Agents: what they are doing, what they ask for, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from ivr.domain.agent import AgentState
from ivr.domain.errors import NotAllowedError, NotFoundError, StaleVersionError
from ivr.runtime.ports.desk import AgentRow
from ivr.web.api.fields import (  # noqa: TC001 - read at run time
    Address,
    Day,
    Key,
    Level,
    Name,
    Note,
    Teams,
    Text,
    Way,
)
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight, shown
from ivr.web.errors import InvalidError, RefusalError
from ivr.web.permissions import ALL, OWN, Right, demand
from ivr.web.reading import VersionMissingError
from ivr.web.typed import Ask, Body, Items, MaybeVersion, Reply, Route, Row, Version

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts

FORCED = {
    "available": AgentState.AVAILABLE,
    "break": AgentState.BREAK,
    "offline": AgentState.OFFLINE,
}
OWN_EVENTS = {
    "available": "set_available",
    "break": "set_break",
    "offline": "logout",
    "wrapup_done": "wrapup_done",
    "wrapup_extend": "wrapup_extend",
}


class StaleAgentError(RefusalError, StaleVersionError):
    """The agent has changed meanwhile; `current` is the row as it is now."""


class StateWish(Body):
    """What an agent wants to do, or a supervisor wants of him (then a reason is mandatory)."""

    state: Literal["available", "break", "offline", "wrapup_done", "wrapup_extend"]
    reason: Text = ""
    code: Text = ""
    note: Note = ""
    seconds: int = Field(0, ge=0, le=900)


class Card(Body):
    """What is known of an agent. certificates: name -> last day. endpoints: way -> address of his
    telephone. number 0: the next free one, or the one that he has."""

    number: int = Field(0, ge=0, le=99_999_999)
    teams: Teams = ()
    skills: dict[Key, Level] = Field(default_factory=dict)
    certificates: dict[Key, Day] = Field(default_factory=dict)
    endpoints: dict[Way, Address] = Field(default_factory=dict)


class CardOut(BaseModel):
    """The same with its name and version."""

    name: str
    number: int
    teams: tuple[str, ...]
    skills: dict[str, int]
    certificates: dict[str, str]
    endpoints: dict[str, str]
    version: int


@dataclass(frozen=True, slots=True)
class AgentRoutes:
    """The routes /agents."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/agents/{{name}}"
        read = Right("agent", "r")
        edit = Right("agent", "e")
        state = Right("agent_state", "x")
        return [
            Route("GET", f"{BASE}/agents", self.agents, read),
            Route("GET", one, self.agent, read),
            Route("GET", f"{one}/card", self.agent_card, edit),
            Route("PUT", one, self.put_agent, edit),
            Route("POST", f"{one}/state", self.set_state, state, also=(409,)),
        ]

    async def agents(self, ask: Ask) -> Items[Row]:
        """The agents and what they are doing, by number."""
        sight = Sight(self.parts.floor, ask.who, demand(ask.who, "agent", "r"))
        names = {person.name: person.display for person in await self.parts.people.all()}
        rows = [{**row, "display": names.get(row["agent"], row["agent"])} for row in sight.agents()]
        return Items(items=shown(rows, ask.who))

    async def agent(self, ask: Ask, name: Name) -> Reply[Row]:
        """One agent; every agent may see himself."""
        scope = OWN if name == ask.who.name else demand(ask.who, "agent", "r")
        return await self._reply(Sight(self.parts.floor, ask.who, scope).agent(name))

    async def set_state(
        self, ask: Ask, name: Name, body: StateWish, version: Version
    ) -> Reply[Row]:
        """An agent changes what he is doing, or a supervisor forces it."""
        scope = demand(ask.who, "agent_state", "x")
        if name == ask.who.name:
            scope = OWN
        row = Sight(self.parts.floor, ask.who, scope).agent(name)
        made = _own(row, body) if name == ask.who.name else _force(body)
        if made["what"] == "force":
            facts = {"state": body.state, "before": row.get("state")}
            await self.parts.write_down(ask, "force", name, why=body.reason, **facts)
        await self._note(ask, row, body)
        try:
            return await self._reply(
                await self.parts.floor.ask(name, version=version, by=ask.who.name, **made)
            )
        except StaleVersionError as error:
            now = self.parts.floor.agent(name)
            raise StaleAgentError(str(error), {"current": now}) from None

    async def agent_card(self, ask: Ask, name: Name) -> Reply[CardOut]:
        """What is known of an agent: teams, skills, telephones."""
        card = await self.parts.agents.get(name)
        if card is None or not _edits(ask, card):
            raise NotFoundError("there is no such agent")
        return Reply(_out(card), version=card.version)

    async def put_agent(
        self, ask: Ask, name: Name, body: Card, version: MaybeVersion = None
    ) -> Reply[CardOut]:
        """Make somebody an agent, or say anew what is known of him."""
        before = await self.parts.agents.get(name)
        await self._check(ask, name, body, before)
        if before is not None and version is None:
            raise VersionMissingError("If-Match must name the version that you have seen")
        if (before.version if before else 0) != (version or 0):
            raise StaleVersionError("this agent has changed meanwhile")
        card = _card(name, body, before)
        await self.parts.write_down(ask, "agent_card", name, **body.model_dump(mode="json"))
        stored = await self.parts.agents.save(card)
        await self.parts.floor.reload()
        return Reply(_out(stored), version=stored.version)

    async def _check(self, ask: Ask, name: str, body: Card, before: AgentRow | None) -> None:
        """Raises NotFoundError, NotAllowedError, InvalidError."""
        if await self.parts.people.get(name) is None or (before and not _edits(ask, before)):
            raise NotFoundError("there is no such person")
        if demand(ask.who, "agent", "e") != ALL:
            foreign = set(body.teams) - set(ask.who.teams) - set(before.teams if before else ())
            if foreign or set(body.teams).isdisjoint(ask.who.teams):
                raise NotAllowedError("supervisors put agents into their own teams only")
        taken = {row.number for row in await self.parts.agents.all() if row.name != name}
        if body.number in taken:
            raise _invalid("/number", "taken", "Another agent has this number")
        for skill, day in body.certificates.items():
            if not _is_day(day):
                raise _invalid(f"/certificates/{skill}", "date", "This is no day")

    async def _note(self, ask: Ask, row: Row, body: StateWish) -> None:
        """A note belongs to the call that the agent is winding up."""
        if not body.note:
            return
        call = row.get("call")
        if not call:
            raise _invalid("/note", "no-call", "There is no call that the note could belong to")
        await self.parts.floor.control(call, "wrapup-note", {"note": body.note}, ask.who.name)

    async def _reply(self, row: Row) -> Reply[Row]:
        person = await self.parts.people.get(row["agent"])
        display = person.display if person else row["agent"]
        return Reply({**row, "display": display}, version=row["version"])


def _own(row: Row, body: StateWish) -> dict[str, Any]:
    """The event that an agent's own wish is; the first one of a day is a login."""
    what = OWN_EVENTS[body.state]
    if row.get("state") == AgentState.OFFLINE and body.state in {"available", "break"}:
        return {"what": "login", "to": FORCED[body.state], "reason": body.reason}
    wanted: dict[str, Any] = {"what": what, "reason": body.reason}
    if what == "wrapup_done":
        wanted["code"] = body.code
    if what == "wrapup_extend":
        wanted["seconds"] = body.seconds
    return wanted


def _force(body: StateWish) -> dict[str, Any]:
    if body.state not in FORCED:
        raise NotAllowedError("only the agent himself can do this")
    if not body.reason:
        raise _invalid("/reason", "missing", "Say why")
    return {"what": "force", "to": FORCED[body.state], "reason": body.reason}


def _edits(ask: Ask, card: AgentRow) -> bool:
    if demand(ask.who, "agent", "e") == ALL:
        return True
    return not set(ask.who.teams).isdisjoint(card.teams)


def _card(name: str, body: Card, before: AgentRow | None) -> AgentRow:
    row = before or AgentRow(name)
    return replace(
        row,
        number=body.number or row.number,
        teams=body.teams,
        skills=dict(body.skills),
        certificates=dict(body.certificates),
        endpoints={str(way): address for way, address in body.endpoints.items()},
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _invalid(pointer: str, code: str, message: str) -> InvalidError:
    mistake = {"in": "body", "pointer": pointer, "code": code, "params": {}, "message": message}
    return InvalidError([mistake])


def _out(card: AgentRow) -> CardOut:
    return CardOut(
        name=card.name,
        number=card.number,
        teams=card.teams,
        skills=dict(card.skills),
        certificates=dict(card.certificates),
        endpoints=dict(card.endpoints),
        version=card.version,
    )
