"""Tickets that calls open: a caller waits a moment for the number, the ticket comes anyway."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import IvrError
from ivr.domain.filing import OpenTicket, TicketOpened
from ivr.engine.verbs.ticket import LIMIT_S
from ivr.runtime.ports.ticket_rows import CALL, CUSTOMER, Act, NewArticle, NewTicket
from ivr.tickets.sla.facts import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Customers
    from ivr.runtime.ports.ticket_rows import TicketRow
    from ivr.runtime.ports.tickets import Tickets
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)


class CallTickets:
    """Opens tickets for calls. team_of: the team of a queue, "" = none."""

    def __init__(
        self,
        tickets: Tickets,
        customers: Customers,
        clock: Clock,
        tasks: Tasks,
        team_of: Callable[[str], str],
    ) -> None:
        self._tickets = tickets
        self._customers = customers
        self._clock = clock
        self._tasks = tasks
        self._team_of = team_of

    async def open(self, call: LiveCall, command: OpenTicket) -> TicketOpened:
        """The ticket, or why there is none yet; what takes longer goes on without the caller."""
        work = self._tasks.start(self._file(call, command), "ticket of a call")
        try:
            async with asyncio.timeout(LIMIT_S):
                return await asyncio.shield(work)
        except TimeoutError:
            return TicketOpened(turn=command.turn, done=False, reason="late")

    async def _file(self, call: LiveCall, command: OpenTicket) -> TicketOpened:
        work = self._append(call, command) if command.append else self._open(call, command)
        return await _surely(work, command)

    async def _open(self, call: LiveCall, command: OpenTicket) -> TicketOpened:
        customer, note = await self._whose(command.customer)
        new = NewTicket(
            origin_key=f"call:{call.id}:{command.key}",
            subject=command.subject,
            source="voice",
            description=note,
            category=command.category,
            kind=command.kind,
            priority=PRIORITIES.index(command.priority) + 1 if command.priority else 0,
            customer=customer,
            team=self._team_of(command.queue) if command.queue else "",
            interaction=call.id,
            custom=command.values,
            tags=command.tags,
        )
        opening = await self._tickets.open(new, self._act(call))
        return _opened(command, opening.ticket, again=not opening.fresh)

    async def _append(self, call: LiveCall, command: OpenTicket) -> TicketOpened:
        act = self._act(call)
        article = NewArticle(
            CALL,
            CUSTOMER,
            call.known.ani or "",
            command.subject,
            act.at,
            message_id=f"call:{call.id}:{command.key}",
            interaction=call.id,
        )
        found = await self._tickets.append(command.append, article, act)
        return _opened(command, found.ticket, again=not found.fresh)

    async def _whose(self, number: str) -> tuple[str, str]:
        """The customer of a number; one that we do not know stands in the text instead."""
        if not number:
            return "", ""
        known = await self._customers.get(number)
        return (known.id, "") if known is not None else ("", f"Customer {number}")

    def _act(self, call: LiveCall) -> Act:
        return Act(f"flow:{call.known.frames[0].flow}", self._clock.now())


def _opened(command: OpenTicket, row: TicketRow, *, again: bool) -> TicketOpened:
    return TicketOpened(turn=command.turn, number=row.number, ticket=row.id, again=again)


async def _surely(work: Awaitable[TicketOpened], command: OpenTicket) -> TicketOpened:
    """What went wrong with it is for the log; the flow takes its exit `failed`."""
    try:
        return await work
    except IvrError as error:
        _LOG.warning("ticket_not_opened", extra={"code": error.code, "why": str(error)})
        return TicketOpened(turn=command.turn, done=False, reason=error.code)
