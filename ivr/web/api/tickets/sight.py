"""Which tickets somebody may see, and which he may change (tickets.md 13).

Own is what he opened, is in charge of, or came by a contact that he handled. Team is also what lies
with his teams and those below them. An agent may take a ticket out of his team's pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotAllowedError, NotFoundError
from ivr.runtime.ports.contacts import Handled
from ivr.web.api.customers.teams import ticket_scope, with_below
from ivr.web.permissions import ALL, OWN, TEAM, demand, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports.tickets import Scope, TicketRow
    from ivr.web.api.tickets.parts import TicketParts
    from ivr.web.permissions import Who
    from ivr.web.typed import Ask


@dataclass(frozen=True, slots=True)
class TicketSight:
    """The tickets of whoever asks."""

    parts: TicketParts
    who: Who

    def scope(self) -> Scope | None:
        """What lists show him, None = all. Raises NotAllowedError."""
        demand(self.who, "ticket", "r")
        return ticket_scope(self.who, self.parts.rules().catalogue)

    def teams(self) -> tuple[str, ...]:
        """His teams and all below them."""
        return with_below(self.who.teams, self.parts.rules().catalogue.teams)

    async def ticket(self, ref: str) -> TicketRow:
        """A ticket that he may see. Raises NotFoundError, also for one that he may not."""
        row = await self.parts.tickets.get(ref)
        if row is None or not await self._within(row, demand(self.who, "ticket", "r")):
            raise NotFoundError("there is no such ticket")
        return row

    async def may_change(self, row: TicketRow) -> bool:
        """Whether he may change it."""
        reach = may(self.who, "ticket", "e")
        return reach is not None and await self._within(row, reach)

    async def changeable(self, ref: str, changes: Mapping[str, object] | None = None) -> TicketRow:
        """A ticket that he may change so. Raises NotFoundError, NotAllowedError."""
        row = await self.ticket(ref)
        if await self.may_change(row) or self._takes(row, changes or {}):
            return row
        raise NotAllowedError("this ticket is not yours to change")

    async def led(self, ref: str) -> TicketRow:
        """A ticket that he may change as more than its agent. Raises as `changeable`."""
        if demand(self.who, "ticket", "e") == OWN:
            raise NotAllowedError("only a supervisor may do this")
        return await self.changeable(ref)

    def _takes(self, row: TicketRow, changes: Mapping[str, object]) -> bool:
        """Whether he only takes it out of the pool of one of his teams."""
        his = dict(changes) == {"assignee": self.who.name} and not row.assignee
        return his and may(self.who, "ticket", "e") is not None and row.team in self.teams()

    async def _within(self, row: TicketRow, reach: str) -> bool:
        if reach == ALL or self.who.name in {row.assignee, row.opened_by}:
            return True
        if reach == TEAM and row.team in self.teams():
            return True
        handled = Handled((self.who.name,))
        contact = row.interaction
        return bool(contact) and await self.parts.contacts.get(contact, handled) is not None


def sight_of(parts: TicketParts, ask: Ask) -> TicketSight:
    """The tickets of whoever asks."""
    return TicketSight(parts, ask.who)
