"""What the API of customers is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.tickets import MOST_ROWS, TicketFilter
from ivr.web.api.customers.eyes import Eyes, eyes_of
from ivr.web.api.customers.teams import ticket_scope

if TYPE_CHECKING:
    from ivr.runtime.ports.contacts import Contacts
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.merges import Merges
    from ivr.runtime.ports.products import Products
    from ivr.runtime.ports.tickets import Rules, Tickets
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Ask


@dataclass(frozen=True, slots=True)
class CustomerParts:
    """The seams behind it. api: what every route is made from."""

    api: ApiParts
    customers: Customers
    rules: Rules
    merges: Merges
    products: Products
    contacts: Contacts
    tickets: Tickets

    def act(self, ask: Ask) -> Act:
        """Whoever asks does something now."""
        return Act(ask.who.name, self.api.clock.now())

    def category(self, code: str) -> str:
        """Where a category that a ticket remembers stands now."""
        found = self.rules().catalogue.category(code) if code else None
        return found.path if found else code

    async def tickets_seen(self, ask: Ask, customer: str) -> frozenset[str]:
        """The numbers of a customer's open tickets that whoever asks may read."""
        scope = ticket_scope(ask.who, self.rules().catalogue)
        which = TicketFilter(customer=customer, is_open=True, scope=scope)
        page = await self.tickets.list(which, sort="activity", limit=MOST_ROWS)
        return frozenset(row.number for row in page.rows)

    async def eyes(self, ask: Ask, customer: str = "") -> Eyes:
        """What whoever asks may read of a customer (public id), or of any."""
        return await eyes_of(ask.who, self.contacts, self.api.clock.now(), customer)
