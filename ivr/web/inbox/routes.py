"""What ticket systems of others have said: what waits, what was given up, and trying it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, StringConstraints

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Route, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.far.inbox import Inbox, InboxBacklog, InboxRow
    from ivr.runtime.ports.far.refs import FarRefs
    from ivr.runtime.ports.tickets import Tickets
    from ivr.web.api.parts import ApiParts

System = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}\z")]
MaybeSystem = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,64}\z")]
Event = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Number = Annotated[str, StringConstraints(pattern=r"^([0-9 ]{0,16}|[0-9A-Z]{26})\z")]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,18}\z")]
State = Literal["pending", "held", "unknown", "done", "dead"]


class AgainIn(Body):
    """Which message is dealt with again. ticket: number of ours that the ticket there belongs to
    from now on, for a message about one that is unknown."""

    system: System
    event: Event
    ticket: Number = ""


class SystemOut(BaseModel):
    """A ticket system that is heard, with what waits of it."""

    system: str
    pending: int
    held: int
    unknown: int
    dead: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What came in. systems: of the configuration."""

    inbox: Inbox
    refs: FarRefs
    systems: Sequence[str]


@dataclass(frozen=True, slots=True)
class InboxRoutes:
    """The routes /inbox."""

    parts: ApiParts
    kept: Kept
    tickets: Tickets

    def routes(self) -> list[Route]:
        """The operations of this module."""
        base, see, change = f"{BASE}/inbox", Right("webhook", "r"), Right("webhook", "e")
        return [
            Route("GET", f"{base}/messages", self.messages, see, also=(422,)),
            Route("GET", f"{base}/systems", self.systems, see),
            Route("POST", f"{base}/replay", self.again, change, also=(404, 409, 422)),
        ]

    async def messages(
        self,
        state: State = "dead",
        system: MaybeSystem = "",
        untold: Literal["true", "false"] = "false",
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Items[Row]:
        """Messages of a state, newest first: `held` wait for a person, `unknown` are about no
        ticket of ours, `dead` were given up. untold: only those about fields our tickets lack."""
        page = await self.kept.inbox.page(
            state, source=system, untold=untold == "true", cursor=cursor, limit=limit
        )
        return Items(items=[_row(row) for row in page.rows], next=page.next or None)

    async def systems(self) -> Items[SystemOut]:
        """Every system that is heard."""
        waits = {row.source: row for row in await self.kept.inbox.backlog()}
        names = sorted({*self.kept.systems, *waits})
        return Items(items=[_system(name, waits.get(name)) for name in names])

    async def again(self, ask: Ask, body: AgainIn) -> Row:
        """Deal with a message again from the start, for a ticket of ours if one is named."""
        row = await self.kept.inbox.get(body.system, body.event)
        if row is None:
            raise NotFoundError("there is no such message")
        if body.ticket:
            await self._adopt(row, body.ticket)
        await self.parts.write_down(ask, "inbox-replay", body.event, system=body.system)
        now = self.parts.clock.now()
        return _row(await self.kept.inbox.replay(body.system, body.event, now))

    async def _adopt(self, row: InboxRow, number: str) -> None:
        """From now on their ticket is this one of ours."""
        found = await self.tickets.get(number, follow=False)
        if found is None:
            raise NotFoundError("there is no such ticket")
        refs, now = self.kept.refs, self.parts.clock.now()
        known = (await refs.of(row.source, "ticket", [found.id])).get(found.id)
        if known not in {None, row.far_id}:
            raise NotValidError(f"this ticket is {known} there")
        await refs.keep(row.source, "ticket", found.id, row.far_id, now)


def _row(row: InboxRow) -> Row:
    times = {name: getattr(row, name) for name in ("at", "next_at", "done_at")}
    shown = asdict(row) | {name: at.isoformat() if at else None for name, at in times.items()}
    shown["system"] = shown.pop("source")
    return shown | {"untold": json.loads(row.untold) if row.untold else {}}


def _system(name: str, row: InboxBacklog | None) -> SystemOut:
    counts = {each: getattr(row, each, 0) for each in ("pending", "held", "unknown", "dead")}
    return SystemOut(system=name, **counts)
