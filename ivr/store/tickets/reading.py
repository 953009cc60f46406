"""The half of the port `Tickets` that only asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.store.tables import ticket, ticket_article
from ivr.store.tickets import refs, relations, reopening, rows
from ivr.store.tickets.due import promises, ticking
from ivr.store.tickets.shown import lists, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.tickets import (
        ArticleRow,
        CheckRow,
        ClockRow,
        LinkRow,
        Sort,
        TicketFilter,
        TicketPage,
        TicketRow,
        TimelineItem,
    )
    from ivr.store.tickets.jobs import Jobs
    from ivr.store.tickets.operation import Operation
    from ivr.tickets.resolving import Offer


class ReadingTickets:
    """Questions about tickets."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def get(self, ref: str, *, follow: bool = True, tenant: int = 1) -> TicketRow | None:
        """One ticket; a merged one leads to the one it went into, unless follow is off."""
        return await self._jobs.read(tenant, lambda it: _get(it, ref, follow))

    async def reopen_offer(
        self, customer: str, category: str, at: datetime, *, tenant: int = 1
    ) -> Offer | None:
        """The solved ticket that a new contact of a customer about a category may be about."""
        offer = reopening.reopen_offer
        return await self._jobs.read(tenant, lambda it: offer(it, customer, category, at))

    async def list(
        self,
        which: TicketFilter,
        *,
        sort: Sort = "opened",
        cursor: str = "",
        limit: int = 50,
        tenant: int = 1,
    ) -> TicketPage:
        """A page of at most MOST_ROWS. Raises NotValidError for a cursor of another list."""
        return await self._jobs.read(tenant, lambda it: lists.page(it, which, sort, cursor, limit))

    async def count(self, which: TicketFilter, *, tenant: int = 1) -> int:
        """How many there are."""
        return await self._jobs.read(tenant, lambda it: lists.count(it, which))

    async def of_interaction(self, interaction: str, *, tenant: int = 1) -> Sequence[TicketRow]:
        """The tickets that a contact is linked with, the newest first."""
        return await self._jobs.read(tenant, lambda it: lists.of_interaction(it, interaction))

    async def timeline(self, ref: str, *, tenant: int = 1) -> Sequence[TimelineItem]:
        """All that happened, oldest first; with what happened to tickets merged into it."""
        return await self._jobs.read(tenant, lambda it: timeline.timeline(it, ref))

    async def articles(self, ref: str, *, tenant: int = 1) -> Sequence[ArticleRow]:
        """What was said, oldest first; with that of tickets merged into it."""
        return await self._jobs.read(tenant, lambda it: timeline.articles(it, ref))

    async def of_messages(
        self, message_ids: Sequence[str], *, tenant: int = 1
    ) -> Mapping[str, str]:
        """Message-ID -> number of the ticket it stands on, of those that stand on one."""
        return await self._jobs.read(tenant, lambda it: _of_messages(it, message_ids))

    async def clocks(self, ref: str, *, tenant: int = 1) -> Sequence[ClockRow]:
        """Its own clocks in the order they started, ended ones included."""
        return await self._jobs.read(tenant, lambda it: timeline.clocks(it, ref))

    async def children(self, ref: str, *, tenant: int = 1) -> Sequence[TicketRow]:
        """The tickets right below it, oldest first."""
        return await self._jobs.read(tenant, lambda it: relations.children(it, ref))

    async def links(self, ref: str, *, tenant: int = 1) -> Sequence[LinkRow]:
        """Links from and to it."""
        return await self._jobs.read(tenant, lambda it: relations.links(it, ref))

    async def checklist(self, ref: str, *, tenant: int = 1) -> Sequence[CheckRow]:
        """The items, in order."""
        return await self._jobs.read(tenant, lambda it: relations.checklist(it, ref))

    async def next_due(self) -> datetime | None:
        """When something is to be done next: a breach, an escalation, a closing; None = nothing."""
        return await self._jobs.ask(ticking.next_due)

    async def drift(self) -> Sequence[str]:
        """Numbers of tickets whose clocks are not what their ledgers add up to; should be none."""
        found = []
        for tenant, ticket_id in await self._jobs.ask(_everything):
            number = await self._jobs.read(tenant, partial(_drifting, ticket_id))
            found += [number] if number else []
        return found


def _get(operation: Operation, ref: str, follow: bool) -> TicketRow | None:
    found = refs.root_id(operation.connection, ref, operation.tenant, follow=follow)
    return None if found is None else rows.by_id(operation, found, ref)


def _of_messages(operation: Operation, message_ids: Sequence[str]) -> dict[str, str]:
    article = ticket_article.c
    question = (
        select(article.message_id, ticket.c.number)
        .join(ticket, ticket.c.id == article.ticket_id)
        .where(article.tenant_id == operation.tenant, article.message_id.in_(message_ids))
    )
    found = operation.connection.execute(question) if message_ids else ()
    return {row.message_id: row.number for row in found}


def _everything(connection: Connection) -> list[tuple[int, int]]:
    question = select(ticket.c.tenant_id, ticket.c.id).order_by(ticket.c.id)
    return [(row.tenant_id, row.id) for row in connection.execute(question)]


def _drifting(ticket_id: int, operation: Operation) -> str:
    question = select(ticket).where(ticket.c.id == ticket_id)
    row = dict(operation.connection.execute(question).mappings().one())
    return row["number"] if any(True for _ in promises.drifting(operation, row)) else ""
