"""Filing a call under a ticket: whose it was, what it was about, and what the agent wrote down.

While the agent talks, in wrap-up, or afterwards within the days in which his calls are his own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.contacts import Handled
from ivr.runtime.ports.customers import Act as Saying
from ivr.runtime.ports.tickets import (
    AGENT,
    FOLLOW_UP,
    MOST_ROWS,
    NOTE,
    NewArticle,
    NewTicket,
    TicketFilter,
)
from ivr.web.api.customers.eyes import eyes_of
from ivr.web.api.customers.fields import (
    Long,
    MaybeCode,
    MaybeRef,
    Out,
)
from ivr.web.api.customers.shapes import customer_out
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.filable import FilingOut, category_choices, ticket_choices
from ivr.web.api.parts import BASE
from ivr.web.api.sight import OWN_DAYS, Sight
from ivr.web.api.tickets.bodies import Subject  # noqa: TC001 - read at run time
from ivr.web.api.tickets.levels import Priority, priority_level
from ivr.web.api.tickets.parts import explained
from ivr.web.api.tickets.sight import sight_of
from ivr.web.errors import InvalidError
from ivr.web.once import key_of
from ivr.web.permissions import ALL, OWN, Right, demand, may
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from ivr.runtime.ports.contacts import ContactRow
    from ivr.runtime.ports.customers import Card, Customers
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.web.api.customers.shapes import CustomerOut
    from ivr.web.api.tickets.parts import TicketParts


class NewFiled(Body):
    """A ticket to be opened for the call; what is not named comes from its category."""

    subject: Subject
    category: MaybeCode = ""
    priority: Priority | None = None


class Filing(Body):
    """Where a call belongs: to a ticket that there is, or to a new one; one of the two.

    customer: public id or number, where you have made sure who it was. category: what the call was
    about, "" = that of the ticket. note: goes on the ticket, for ourselves only.
    """

    ticket: MaybeRef = ""
    new: NewFiled | None = None
    customer: MaybeRef = ""
    category: MaybeCode = ""
    note: Long = ""


class Filed(Out):
    """The ticket that the call now belongs to. fresh: whether it was opened just now."""

    ticket: str
    subject: str
    status: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class FilingRoutes:
    """The routes /calls/{call}/ticket and /calls/{call}/filing."""

    parts: TicketParts
    customers: Customers

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one, right = f"{BASE}/calls/{{call}}", Right("interaction", "e")
        return [
            Route("GET", f"{one}/filing", self.filing, right),
            Route("POST", f"{one}/ticket", self.file_call, right, also=(409,)),
        ]

    async def filing(self, ask: Ask, call: Key, customer: MaybeRef = "") -> FilingOut:
        """What a call of yours can be filed under: tickets of its customer, or of another one."""
        row = await self._contact(ask, call)
        card = await self._card(ask, customer or row.customer)
        who, seen = await self._shown(ask, card, row.customer)
        catalogue = self.parts.rules().catalogue
        linked = await self.parts.tickets.of_interaction(call)
        return FilingOut(
            customer=who,
            tickets=ticket_choices(card.tickets if card else (), catalogue, seen),
            filed=ticket_choices(linked, catalogue),
            category=row.category,
            categories=category_choices(catalogue),
        )

    async def file_call(self, ask: Ask, call: Key, body: Filing) -> Filed:
        """File a call under a ticket, or under a new one; with an Idempotency-Key only once."""
        row = await self._contact(ask, call)
        self._check(body)
        customer = await self._whose(row, body.customer)
        ticket = await self._ticket(ask, body.ticket, customer) if body.ticket else None
        demand(ask.who, "ticket", "e" if ticket else "a")
        facts = {"ticket": ticket.number if ticket else "", "customer": body.customer and customer}
        await self.parts.api.write_down(ask, "call-filed", call, **facts)
        if body.customer:
            await self.parts.callers.belongs(CallId(call), customer, self._saying(ask))
        key = key_of(ask.request) or self.parts.new_id()
        found = await self._link(ask, ticket, row, customer if body.customer else "")
        if found is None and body.new is not None:
            found = await self._open(ask, row, body.new, customer, key)
        assert found is not None  # noqa: S101 - one of the two was given
        await self._note(ask, row, found, body.note, key)
        await self._about(ask, row, body.category or ("" if row.category else found.category))
        return Filed(
            ticket=found.number, subject=found.subject, status=found.status, fresh=ticket is None
        )

    async def _link(
        self, ask: Ask, ticket: TicketRow | None, row: ContactRow, customer: str
    ) -> TicketRow | None:
        """The call follows up a ticket, which gets a customer if it has none."""
        if ticket is None:
            return None
        act, tickets = self.parts.act(ask), self.parts.tickets
        if ticket.interaction != row.id:
            await tickets.link_interaction(ticket.number, row.id, FOLLOW_UP, act)
        if customer and not ticket.customer and await sight_of(self.parts, ask).may_change(ticket):
            return await tickets.change(ticket.number, {"customer": customer}, act)
        return ticket

    async def _open(
        self, ask: Ask, row: ContactRow, new: NewFiled, customer: str, key: str
    ) -> TicketRow:
        fresh = NewTicket(
            origin_key=f"desk:{row.id}:{ask.who.name}:{key}",
            subject=new.subject,
            source=row.medium,
            category=new.category,
            priority=priority_level(new.priority or ""),
            customer=customer,
            contact=row.sender,
            interaction=row.id,
        )
        with explained():
            return (await self.parts.tickets.open(fresh, self.parts.act(ask))).ticket

    async def _note(
        self, ask: Ask, row: ContactRow, ticket: TicketRow, note: str, key: str
    ) -> None:
        """The call that opened a ticket does not follow it up as well."""
        if not note.strip():
            return
        contact = "" if ticket.interaction == row.id else row.id
        article = NewArticle(
            NOTE,
            AGENT,
            ask.who.name,
            note,
            self._now(),
            internal=True,
            message_id=f"desk:{row.id}:{ask.who.name}:{key}",
            interaction=contact,
        )
        await self.parts.tickets.append(ticket.number, article, self.parts.act(ask))

    async def _about(self, ask: Ask, row: ContactRow, category: str) -> None:
        known = self.parts.rules().catalogue.category(category)
        path = known.path if known else ""
        if path and path != row.category:
            await self.parts.callers.about(CallId(row.id), path, self._saying(ask))

    async def _contact(self, ask: Ask, call: str) -> ContactRow:
        """A call within the right: at a desk now, or handled before. Raises NotFoundError."""
        row = await self.parts.contacts.get(call, self._within(ask, call))
        if row is None:
            raise NotFoundError("there is no such call")
        return row

    def _within(self, ask: Ask, call: str) -> Handled | None:
        scope = demand(ask.who, "interaction", "e")
        agents = Sight(self.parts.api.floor, ask.who, scope).agents()
        if scope == ALL or any(each.get("call") == call for each in agents):
            return None
        if scope == OWN:
            return Handled((ask.who.name,), self._now() - OWN_DAYS)
        return Handled((ask.who.name, *(str(each["agent"]) for each in agents)))

    def _check(self, body: Filing) -> None:
        """Raises InvalidError."""
        if bool(body.ticket) == (body.new is not None):
            raise _mistake("ticket", "one_of", "Name a ticket, or a new one.")
        known = self.parts.rules().catalogue.category
        for name, category in (
            ("category", body.category),
            ("new/category", body.new.category if body.new else ""),
        ):
            if category and known(category) is None:
                raise _mistake(name, "unknown", "There is no such category")

    async def _whose(self, row: ContactRow, named: str) -> str:
        """The public id of whose the call is, "" = nobody knows. Raises InvalidError."""
        if not named:
            return row.customer
        found = await self.customers.get(named)
        if found is None:
            raise _mistake("customer", "unknown", "There is no such customer")
        return found.id

    async def _ticket(self, ask: Ask, ref: str, customer: str) -> TicketRow:
        """A ticket of whose call it is, or another one that you may see. Raises NotFoundError."""
        row = await self.parts.tickets.get(ref.replace(" ", ""))
        if row is not None and row.customer and row.customer == customer:
            return row
        return await sight_of(self.parts, ask).ticket(ref.replace(" ", ""))

    async def _shown(
        self, ask: Ask, card: Card | None, caller: str
    ) -> tuple[CustomerOut | None, Collection[str] | None]:
        """A customer, and whose subjects are told: all of the caller's, else what he may read."""
        if card is None or card.customer is None:
            return None, ()
        who = card.customer.id
        eyes = await eyes_of(ask.who, self.parts.contacts, self._now(), who)
        shown = customer_out(card.customer, eyes)
        if who == caller:
            return shown, None
        scope = sight_of(self.parts, ask).scope()
        which = TicketFilter(customer=who, is_open=True, scope=scope)
        page = await self.parts.tickets.list(which, sort="activity", limit=MOST_ROWS)
        return shown, {row.number for row in page.rows}

    async def _card(self, ask: Ask, customer: str) -> Card | None:
        if not customer or may(ask.who, "customer", "r") is None:
            return None
        return await self.customers.card(customer)

    def _saying(self, ask: Ask) -> Saying:
        return Saying(ask.who.name, self._now())

    def _now(self) -> datetime:
        return self.parts.api.clock.now()


def filing_routes(parts: TicketParts, customers: Customers) -> list[Route]:
    """Every operation of this module, for `add_api`."""
    return FilingRoutes(parts, customers).routes()


def _mistake(name: str, code: str, message: str) -> InvalidError:
    where = {"in": "body", "pointer": f"/{name}", "code": code, "params": {}}
    return InvalidError([{**where, "message": message}])
