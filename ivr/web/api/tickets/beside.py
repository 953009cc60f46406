"""What stands beside a ticket: links, tags, its checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from ivr.web.api.customers.fields import Out, Ref
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.bodies import Tags  # noqa: TC001 - read at run time
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.tickets import CheckRow, LinkRow
    from ivr.web.api.tickets.parts import TicketParts

LinkKind = Literal["related", "follow_up_of", "causes", "duplicate"]
Seq = Annotated[int, Field(ge=1, le=10_000)]


class LinkOut(Out):
    """A link with another ticket (number). mine: it stands on this one, else it points here."""

    kind: str
    other: str
    subject: str
    status: str
    at: datetime
    by: str
    mine: bool


class LinkNew(Body):
    """What this ticket is to another one."""

    kind: LinkKind
    other: Ref


class TagChange(Body):
    """Tags to be put on, and to be taken off."""

    add: Tags = ()
    remove: Tags = ()


class Tagged(BaseModel):
    """The tags that are on it now."""

    tags: tuple[str, ...]


class CheckOut(Out):
    """One item of the checklist."""

    seq: int
    text: str
    mandatory: bool
    done_at: datetime | None
    done_by: str


class Tick(Body):
    """Whether it is done."""

    done: bool


@dataclass(frozen=True, slots=True)
class BesideRoutes:
    """The routes /tickets/{ref}/links, /tags and /checklist."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/tickets/{{ref}}"
        read, edit = Right("ticket", "r"), Right("ticket", "e")
        return [
            Route("GET", f"{one}/links", self.ticket_links, read),
            Route("POST", f"{one}/links", self.link_ticket, edit),
            Route("DELETE", f"{one}/links/{{kind}}/{{other}}", self.unlink_ticket, edit),
            Route("POST", f"{one}/tags", self.tag_ticket, edit),
            Route("GET", f"{one}/checklist", self.ticket_checklist, read),
            Route("PUT", f"{one}/checklist/{{seq}}", self.tick_item, edit),
        ]

    async def ticket_links(self, ask: Ask, ref: Ref) -> Items[LinkOut]:
        """Links from and to it."""
        row = await sight_of(self.parts, ask).ticket(ref)
        return _links(await self.parts.tickets.links(row.number))

    async def link_ticket(self, ask: Ask, ref: Ref, body: LinkNew) -> Items[LinkOut]:
        """Link it with another one; twice changes nothing."""
        sight = sight_of(self.parts, ask)
        row, other = await sight.changeable(ref), await sight.ticket(body.other)
        act = self.parts.act(ask)
        found = await self.parts.tickets.link(row.number, body.kind, other.number, act)
        return _links(found)

    async def unlink_ticket(self, ask: Ask, ref: Ref, kind: LinkKind, other: Ref) -> Items[LinkOut]:
        """Take a link away; one that is not there changes nothing."""
        row = await sight_of(self.parts, ask).changeable(ref)
        act = self.parts.act(ask)
        return _links(await self.parts.tickets.unlink(row.number, kind, other, act))

    async def tag_ticket(self, ask: Ask, ref: Ref, body: TagChange) -> Tagged:
        """Put tags on it and take some off."""
        row = await sight_of(self.parts, ask).changeable(ref)
        row = await self.parts.tickets.tag(
            row.number, self.parts.act(ask), add=body.add, remove=body.remove
        )
        return Tagged(tags=row.tags)

    async def ticket_checklist(self, ask: Ask, ref: Ref) -> Items[CheckOut]:
        """What is to be done, in order; what is mandatory keeps the ticket from being solved."""
        row = await sight_of(self.parts, ask).ticket(ref)
        return _items(await self.parts.tickets.checklist(row.number))

    async def tick_item(self, ask: Ask, ref: Ref, seq: Seq, body: Tick) -> Items[CheckOut]:
        """Tick an item off, or take that back."""
        row = await sight_of(self.parts, ask).changeable(ref)
        act = self.parts.act(ask)
        return _items(await self.parts.tickets.check(row.number, seq, body.done, act))


def _links(rows: Sequence[LinkRow]) -> Items[LinkOut]:
    return Items(items=[LinkOut.model_validate(row) for row in rows])


def _items(rows: Sequence[CheckRow]) -> Items[CheckOut]:
    return Items(items=[CheckOut.model_validate(row) for row in rows])
