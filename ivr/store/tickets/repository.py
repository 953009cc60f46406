"""The port `Tickets` on a database. What each operation does stands in the modules beside it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from ivr.domain.errors import StoreError
from ivr.runtime.ports.tickets import Act, Ticked
from ivr.store.tickets import (
    articles,
    changing,
    contacts,
    merging,
    opening,
    relations,
    reopening,
)
from ivr.store.tickets.due import promises, ticking
from ivr.store.tickets.reading import ReadingTickets
from ivr.store.tickets.rows import by_id
from ivr.store.tickets.shown import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.tickets import (
        Appended,
        CheckRow,
        ClockRow,
        LinkRow,
        NewArticle,
        NewTicket,
        Opening,
        TicketRow,
    )
    from ivr.store.tickets.operation import Operation

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class SqlTickets(ReadingTickets):
    """The port `Tickets`; questions are answered by the class it extends."""

    async def open(self, new: NewTicket, act: Act, *, tenant: int = 1) -> Opening:
        """Open it with number, clocks, audit and event, or give the one with this origin_key."""
        return await self._jobs.write(act, tenant, lambda it: opening.open_ticket(it, new))

    async def change(
        self,
        ref: str,
        changes: Mapping[str, object],
        act: Act,
        *,
        version: int | None = None,
        tenant: int = 1,
    ) -> TicketRow:
        """Change fields of CHANGEABLE at once; what stays the same writes nothing."""
        wanted = dict(changes)
        return await self._row(act, tenant, lambda it: changing.change(it, ref, wanted, version))

    async def reopen(
        self, ref: str, act: Act, *, interaction: str = "", tenant: int = 1
    ) -> TicketRow:
        """Open a resolved or closed one again: reopen_count + 1, FCR false, clock goes on."""
        return await self._row(act, tenant, lambda it: reopening.reopen(it, ref, interaction))

    async def append(self, ref: str, article: NewArticle, act: Act, *, tenant: int = 1) -> Appended:
        """Add an article, or give the one that has its message_id."""
        return await self._jobs.write(act, tenant, lambda it: articles.append(it, ref, article))

    async def link_interaction(
        self, ref: str, interaction: str, role: str, act: Act, *, tenant: int = 1
    ) -> None:
        """Link a contact; twice changes nothing."""
        await self._jobs.write(act, tenant, lambda it: contacts.link(it, ref, interaction, role))

    async def callback_promised(
        self, ref: str, opens_at: datetime, act: Act, *, tenant: int = 1
    ) -> TicketRow:
        """A callback is promised from this moment on: its clock starts."""
        return await self._row(act, tenant, lambda it: contacts.promise_callback(it, ref, opens_at))

    async def callback_tried(
        self, ref: str, reached: bool, act: Act, *, tenant: int = 1
    ) -> TicketRow:
        """The customer was called back; reached meets the clock and counts as an answer."""
        return await self._row(act, tenant, lambda it: contacts.try_callback(it, ref, reached))

    async def set_target(
        self,
        ref: str,
        clock: str,
        target_s: int,
        act: Act,
        *,
        recount: bool = False,
        tenant: int = 1,
    ) -> Sequence[ClockRow]:
        """Give a clock another target, in business seconds; needs a reason."""

        def job(operation: Operation) -> Sequence[ClockRow]:
            number = promises.set_target(operation, ref, clock, target_s, recount)
            return timeline.clocks(operation, number)

        return await self._jobs.write(act, tenant, job)

    async def link(
        self, ref: str, kind: str, other: str, act: Act, *, tenant: int = 1
    ) -> Sequence[LinkRow]:
        """Link it with another one; twice changes nothing."""
        return await self._jobs.write(act, tenant, lambda it: relations.link(it, ref, kind, other))

    async def unlink(
        self, ref: str, kind: str, other: str, act: Act, *, tenant: int = 1
    ) -> Sequence[LinkRow]:
        """Take a link away; one that is not there changes nothing."""
        unlink = relations.unlink
        return await self._jobs.write(act, tenant, lambda it: unlink(it, ref, kind, other))

    async def tag(
        self,
        ref: str,
        act: Act,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        tenant: int = 1,
    ) -> TicketRow:
        """Put tags on it and take some off."""
        return await self._row(act, tenant, lambda it: relations.tag(it, ref, add, remove))

    async def check(
        self, ref: str, seq: int, done: bool, act: Act, *, tenant: int = 1
    ) -> Sequence[CheckRow]:
        """Tick an item off, or take that back."""
        return await self._jobs.write(act, tenant, lambda it: relations.check(it, ref, seq, done))

    async def merge(self, ref: str, into: str, act: Act, *, tenant: int = 1) -> TicketRow:
        """Merge a ticket into another; gives that one, always the root."""
        return await self._row(act, tenant, lambda it: merging.merge(it, ref, into))

    async def unmerge(self, ref: str, act: Act, *, tenant: int = 1) -> TicketRow:
        """Take a merge back; gives the ticket that had gone, in the state it had."""
        return await self._row(act, tenant, lambda it: merging.unmerge(it, ref))

    async def close_due(self, now: datetime) -> Sequence[str]:
        """Close what was resolved `close_after` business days ago; the numbers. All tenants."""
        found = await self._jobs.ask(lambda it: ticking.closing(it, now))
        act = Act("server", now, "close_after")
        closed = [await self._each(act, place, ticking.close) for place in found]
        return [number for number in closed if number]

    async def tick(self, now: datetime) -> Ticked:
        """Note every breach and fire every escalation that has come due. All tenants."""
        found = await self._jobs.ask(lambda it: ticking.ripe(it, now))
        act = Act("server", now, "escalation")
        ticked = [await self._each(act, place, ticking.tick_ticket) for place in found]
        done = [each for each in ticked if each is not None]
        breached = tuple(pair for each in done for pair in each.breached)
        return Ticked(breached, sum(each.fired for each in done))

    async def review(self, at: datetime) -> int:
        """Look every open ticket's promises up anew; the number of those whose clocks changed."""
        found = await self._jobs.ask(promises.under_way)
        act = Act("server", at, "published")
        return sum([bool(await self._each(act, place, promises.review)) for place in found])

    async def _row(self, act: Act, tenant: int, job: Callable[[Operation], int]) -> TicketRow:
        """Run a job that gives the row of a ticket, and show that ticket."""
        return await self._jobs.write(act, tenant, lambda it: by_id(it, job(it)))

    async def _each(
        self, act: Act, place: tuple[int, int], job: Callable[[Operation, int], _T]
    ) -> _T | None:
        """Run a job of the server's own on one ticket; a fault costs only that ticket's turn."""
        tenant, ticket_id = place
        try:
            return await self._jobs.write(act, tenant, lambda it: job(it, ticket_id))
        except Exception as error:
            if isinstance(error, StoreError) and error.retryable:
                raise
            _LOG.exception("ticket_not_ticked", extra={"tenant": tenant, "row": ticket_id})
            return None
