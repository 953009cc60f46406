"""Tickets: lists, opening, reading, changing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.runtime.ports.tickets import NewTicket
from ivr.tickets.states import MERGED, Status, allowed
from ivr.web.api.customers.eyes import eyes_of
from ivr.web.api.customers.fields import Ref  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.bodies import (  # noqa: TC001 - read at run time
    TicketChange,
    TicketFilters,
    TicketList,
    TicketNew,
)
from ivr.web.api.tickets.known import check_names
from ivr.web.api.tickets.parts import explained
from ivr.web.api.tickets.shapes import TicketOut, TicketWhole, ticket_fields, ticket_out
from ivr.web.api.tickets.sight import sight_of
from ivr.web.once import key_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Items, Reply, Route, Version

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.web.api.customers.eyes import Eyes
    from ivr.web.api.tickets.parts import TicketParts


class Count(BaseModel):
    """How many there are."""

    count: int


@dataclass(frozen=True, slots=True)
class TicketRoutes:
    """The routes /tickets and /tickets/{ref}."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/tickets", f"{BASE}/tickets/{{ref}}"
        read, add = Right("ticket", "r"), Right("ticket", "a")
        return [
            Route("GET", many, self.tickets, read),
            Route("POST", many, self.open_ticket, add, status=201, also=(404,)),
            Route("GET", f"{many}/count", self.count_tickets, read),
            Route("GET", one, self.get_ticket, read),
            Route("PATCH", one, self.change_ticket, Right("ticket", "e"), also=(409,)),
            Route("GET", f"{one}/children", self.ticket_children, read),
            Route("POST", f"{one}/children", self.open_child, add, status=201),
        ]

    async def tickets(self, ask: Ask, query: TicketList) -> Items[TicketOut]:
        """The tickets that you may see, a page at a time."""
        which = query.which(scope=sight_of(self.parts, ask).scope())
        page = await self.parts.tickets.list(
            which, sort=query.sort, cursor=query.cursor, limit=query.limit
        )
        eyes = await self._eyes(ask)
        return Items(items=[ticket_out(row, eyes) for row in page.rows], next=page.next or None)

    async def count_tickets(self, ask: Ask, query: TicketFilters) -> Count:
        """How many tickets there are that you may see."""
        which = query.which(scope=sight_of(self.parts, ask).scope())
        return Count(count=await self.parts.tickets.count(which))

    async def open_ticket(self, ask: Ask, body: TicketNew) -> Reply[TicketWhole]:
        """Open a ticket. With an Idempotency-Key a repeat gives the ticket that there is."""
        return await self._open(ask, body, "")

    async def get_ticket(self, ask: Ask, ref: Ref) -> Reply[TicketWhole]:
        """One ticket, by number or public id; one that was merged leads to the one it went into."""
        return await self._reply(ask, await sight_of(self.parts, ask).ticket(ref))

    async def change_ticket(
        self, ask: Ask, ref: Ref, body: TicketChange, version: Version
    ) -> Reply[TicketWhole]:
        """Change fields of a ticket; its status is changed by `transition`."""
        changes = body.changes()
        row = await sight_of(self.parts, ask).changeable(ref, changes)
        await check_names(self.parts, changes)
        act = self.parts.act(ask, body.reason)
        with explained():
            row = await self.parts.tickets.change(row.number, changes, act, version=version)
        return await self._reply(ask, row)

    async def ticket_children(self, ask: Ask, ref: Ref) -> Items[TicketOut]:
        """The tickets right below it, oldest first."""
        row = await sight_of(self.parts, ask).ticket(ref)
        eyes = await self._eyes(ask)
        found = await self.parts.tickets.children(row.number)
        return Items(items=[ticket_out(each, eyes) for each in found])

    async def open_child(self, ask: Ask, ref: Ref, body: TicketNew) -> Reply[TicketWhole]:
        """Open a ticket below another one."""
        return await self._open(ask, body, (await sight_of(self.parts, ask).ticket(ref)).number)

    async def _open(self, ask: Ask, body: TicketNew, parent: str) -> Reply[TicketWhole]:
        sight = sight_of(self.parts, ask)
        values = body.values()
        if body.follows:
            values["follows"] = (await sight.ticket(body.follows)).number
        await check_names(self.parts, values)
        key = key_of(ask.request) or self.parts.new_id()
        values["origin_key"] = f"api:{ask.who.name}:{key}"
        values["source"] = body.source or ("voice" if ask.who.key_rights is None else "api")
        new = NewTicket(**values, parent=parent)
        with explained():
            opening = await self.parts.tickets.open(new, self.parts.act(ask))
        reply = await self._reply(ask, opening.ticket)
        return Reply(reply.value, 201 if opening.fresh else 200, reply.version)

    async def _reply(self, ask: Ask, row: TicketRow) -> Reply[TicketWhole]:
        fields = ticket_fields(row, await self._eyes(ask, row.customer))
        can_change = await sight_of(self.parts, ask).may_change(row)
        whole = TicketWhole(**fields, moves=self._moves(row), can_change=can_change)
        return Reply(whole, version=row.version)

    def _moves(self, row: TicketRow) -> tuple[str, ...]:
        """Where it can go; into a merge and out of it leads another way."""
        if row.state == MERGED:
            return ()
        statuses = self.parts.rules().catalogue.statuses
        now = statuses.get(row.status) or Status(row.status, row.state, active=False)
        ways = allowed(now, statuses.values())
        return tuple(each.code for each in ways if each.type != MERGED)

    async def _eyes(self, ask: Ask, customer: str = "") -> Eyes:
        return await eyes_of(ask.who, self.parts.contacts, self.parts.api.clock.now(), customer)
