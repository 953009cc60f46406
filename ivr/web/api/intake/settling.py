"""What becomes of an item that somebody has claimed: a ticket, a message on one, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from ivr.runtime.ports.intake import Conversion
from ivr.web.api.customers.fields import (  # noqa: TC001 - read at run time
    Line,
    Long,
    MaybeCode,
    MaybeRef,
    Ref,
    Why,
    Word,
)
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.intake.shapes import ItemLine
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.levels import Priority, priority_level
from ivr.web.api.tickets.parts import explained
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import Settled
    from ivr.web.api.intake.parts import IntakeParts

Kind = Literal["", "complaint", "request", "question", "suggestion", "fault", "task", "callback"]


class NewTicketOf(Body):
    """How an item becomes a ticket; what is not named is taken from it and from its category.

    customer: of somebody we know; new_customer: name of somebody to be added. follows: the ticket
    that this one follows up. custom: values of the category's form.
    """

    category: MaybeCode = ""
    subject: Line = ""
    description: Long = ""
    kind: Kind = ""
    priority: Priority | None = None
    team: Word = ""
    assignee: Word = ""
    customer: MaybeRef = ""
    new_customer: Word = ""
    follows: MaybeRef = ""
    custom: Annotated[dict[str, Any], Field(max_length=100)] | None = None
    tags: Annotated[tuple[Word, ...], Field(max_length=20)] = ()


class OnTicket(Body):
    """The ticket that a message belongs to. reopen: a solved one is opened again."""

    ticket: Ref
    reopen: bool = False


class No(Body):
    """Why nothing is done about an item. spam: it needs no other reason."""

    reason: Why = ""
    spam: bool = False


class SettledOut(BaseModel):
    """What became of an item. ticket: number and public id of the one that it is on."""

    item: ItemLine
    ticket: str
    ticket_id: str


@dataclass(frozen=True, slots=True)
class SettlingRoutes:
    """The routes /intake/{item} that settle it."""

    parts: IntakeParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one, edit = f"{BASE}/intake/{{item}}", Right("intake", "e")
        return [
            Route("POST", f"{one}/convert", self.convert, edit, status=201, also=(409,)),
            Route("POST", f"{one}/append", self.append, edit, also=(409,)),
            Route("POST", f"{one}/reject", self.reject, edit, also=(409,)),
        ]

    async def convert(self, ask: Ask, item: Key, body: NewTicketOf) -> SettledOut:
        """Open a ticket with the message on it; again, it gives the ticket that there is."""
        row = await self.parts.item(ask, item)
        values = body.model_dump()
        values["priority"] = priority_level(body.priority or "")
        act = self.parts.act(ask)
        with explained():
            settled = await self.parts.intake.convert(row.id, Conversion(**values), act)
        return self._out(ask, settled)

    async def append(self, ask: Ask, item: Key, body: OnTicket) -> SettledOut:
        """Put the message on a ticket."""
        row = await self.parts.item(ask, item)
        act = self.parts.act(ask)
        with explained():
            settled = await self.parts.intake.append(row.id, body.ticket, act, reopen=body.reopen)
        return self._out(ask, settled)

    async def reject(self, ask: Ask, item: Key, body: No) -> ItemLine:
        """Nothing is done about it."""
        row = await self.parts.item(ask, item)
        act = self.parts.act(ask, body.reason)
        return self.parts.line(ask, await self.parts.intake.reject(row.id, act, spam=body.spam))

    def _out(self, ask: Ask, settled: Settled) -> SettledOut:
        ticket = settled.ticket
        line = self.parts.line(ask, settled.item)
        return SettledOut(item=line, ticket=ticket.number, ticket_id=ticket.id)
