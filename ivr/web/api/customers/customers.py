"""Customers: lists, looking up, adding, changing, and the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.customers import Filters, NewCustomer
from ivr.tickets.identity.trust import Trust
from ivr.web.api.customers.fields import (
    Attributes,
    Line,
    MaybeMedium,
    MaybeRef,
    Out,
    Ref,
    Word,
)
from ivr.web.api.customers.shapes import CardOut, CustomerOut, card_out, customer_out, ticket_outs
from ivr.web.api.fields import Language  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Query, Reply, Route, Version

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import Card, CustomerRow
    from ivr.web.api.customers.parts import CustomerParts

Kind = Literal["person", "company"]
Rank = Annotated[int, Field(ge=0, le=1000)]
Name = Annotated[Line, Field(min_length=1)]
Number = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,24})?\z")]


class CustomerQuery(Query):
    """Which customers. q: a number, a whole telephone number, e-mail or handle, or the begin of a
    name; the other filters do not count then, and there is one page."""

    q: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["", "person", "company"] = ""
    segment: Word = ""
    company: MaybeRef = ""
    least_vip_rank: Rank | None = None
    cursor: MaybeRef = ""
    limit: Limit = 50


class CustomerNew(Body):
    """A customer to be added. number: without it, the next free one."""

    full_name: Name
    kind: Kind = "person"
    number: Number = ""
    company: MaybeRef = ""
    segment: Word = ""
    vip_rank: Rank = 0
    locale: Language = ""
    pref_medium: MaybeMedium = ""
    pref_window: Word = ""
    attrs: Attributes = Field(default_factory=dict)


class CustomerChange(Body):
    """What shall be otherwise; what is not named stays. attrs replaces the whole object."""

    full_name: Name | None = None
    kind: Kind | None = None
    company: MaybeRef | None = None
    segment: Word | None = None
    vip_rank: Rank | None = None
    locale: Language | None = None
    pref_medium: MaybeMedium | None = None
    pref_window: Word | None = None
    attrs: Attributes | None = None


class HitOut(Out):
    """A customer that was found, and by what: number, phone, email, handle or name."""

    customer: CustomerOut
    by: str


@dataclass(frozen=True, slots=True)
class CustomerRoutes:
    """The routes /customers."""

    parts: CustomerParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/customers", f"{BASE}/customers/{{customer}}"
        read, add = Right("customer", "r"), Right("customer", "a")
        return [
            Route("GET", many, self.customers, read),
            Route("POST", many, self.add_customer, add, status=201),
            Route("GET", f"{many}/lookup", self.lookup_customer, read),
            Route("GET", one, self.customer, read),
            Route("PATCH", one, self.change_customer, Right("customer", "e")),
            Route("GET", f"{one}/card", self.customer_card, read),
        ]

    async def customers(self, ask: Ask, query: CustomerQuery) -> Items[HitOut]:
        """Customers, the newest first, or those that a text finds."""
        eyes = await self.parts.eyes(ask)
        if query.q.strip():
            hits = await self.parts.customers.find(query.q, limit=query.limit)
            # Who may read no names must not find out by guessing them, nor by numbers.
            seen = [hit for hit in hits if eyes.names or hit.by == "number"]
            found = [HitOut(customer=customer_out(hit.customer, eyes), by=hit.by) for hit in seen]
            return Items(items=found)
        filters = Filters(query.kind, query.segment, query.company, query.least_vip_rank)
        page = await self.parts.customers.list(filters, after=query.cursor, limit=query.limit)
        rows = [HitOut(customer=customer_out(row, eyes), by="") for row in page.rows]
        return Items(items=rows, next=page.after or None)

    async def add_customer(self, ask: Ask, body: CustomerNew) -> Reply[CustomerOut]:
        """Add a customer."""
        new = NewCustomer(**body.model_dump())
        return await self._reply(ask, await self.parts.customers.add(new, self.parts.act(ask)))

    async def lookup_customer(
        self, ask: Ask, phone: Annotated[str, Field(min_length=2, max_length=64)]
    ) -> CardOut:
        """The card of whom a telephone number belongs to; candidates if that is not sure."""
        now = self.parts.api.clock.now()
        return await self._card(
            ask, await self.parts.customers.card_of_number(phone, Trust.PLAIN, now)
        )

    async def customer(self, ask: Ask, customer: Ref) -> Reply[CustomerOut]:
        """One customer, by public id or number; who was merged leads to who stayed."""
        return await self._reply(ask, await self._there(customer))

    async def change_customer(
        self, ask: Ask, customer: Ref, body: CustomerChange, version: Version
    ) -> Reply[CustomerOut]:
        """Change what is known of a customer."""
        changes: dict[str, Any] = body.model_dump(exclude_unset=True, exclude_none=True)
        act = self.parts.act(ask)
        row = await self.parts.customers.change(customer, version, changes, act)
        return await self._reply(ask, row)

    async def customer_card(self, ask: Ask, customer: Ref) -> CardOut:
        """A customer at a glance: how reached, what owned, what open, what lately."""
        card = await self.parts.customers.card(customer)
        if card is None or card.customer is None:
            raise NotFoundError("there is no such customer")
        return await self._card(ask, card)

    async def _card(self, ask: Ask, card: Card) -> CardOut:
        owner = card.customer.id if card.customer else ""
        eyes, today = await self.parts.eyes(ask, owner), self.parts.api.clock.now().date()
        seen = await self.parts.tickets_seen(ask, owner) if card.tickets else ()
        return card_out(card, eyes, today, ticket_outs(card.tickets, seen, self.parts.category))

    async def _there(self, customer: str) -> CustomerRow:
        row = await self.parts.customers.get(customer)
        if row is None:
            raise NotFoundError("there is no such customer")
        return row

    async def _reply(self, ask: Ask, row: CustomerRow) -> Reply[CustomerOut]:
        shown = customer_out(row, await self.parts.eyes(ask, row.id))
        return Reply(shown, version=row.version)
