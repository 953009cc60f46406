"""Keeps a ticket system of others as our tickets are: each event brings its ticket up to date.

What an event says counts less than how the ticket stands now, so a repeat changes nothing: before
a ticket is opened there it is looked for, and before an article is added we look which they have.
Where changes also come back from there (`Agreement`), one ticket is never dealt with in both
directions at once.
Source: tickets.md section 16.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ivr.cti.adapters.agreement import message_id, ticket_out
from ivr.cti.adapters.far import MOST_FILE_BYTES, ArticleOut, FarFile, FarTicket, TicketOut
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import NotValidError, PortError
from ivr.runtime.ports.deliveries import DEAD, HELD
from ivr.runtime.ports.ticket_rows import SYSTEM
from ivr.tickets.agreeing import OURS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ivr.cti.adapters.agreement import Agreement
    from ivr.cti.adapters.far import FarSystem
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.deliveries import Delivery
    from ivr.runtime.ports.far.refs import Entity, FarRefs
    from ivr.runtime.ports.ticket_rows import ArticleRow, FileRow, TicketRow

TICKET = "ticket"


class TicketReader(Protocol):
    """The part of `Tickets` that is needed."""

    async def get(self, ref: str, *, follow: bool = True, tenant: int = 1) -> TicketRow | None:
        """One ticket."""

    async def articles(self, ref: str, *, tenant: int = 1) -> Sequence[ArticleRow]:
        """What was said."""


async def no_content(_file: FileRow) -> bytes | None:
    """For a server that cannot read files: only their names are told."""
    return None


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours. content: of a file, None if it is gone."""

    tickets: TicketReader
    refs: FarRefs
    clock: Clock
    content: Callable[[FileRow], Awaitable[bytes | None]] = no_content


class Mirror:
    """One ticket system; implements `Hearer`. master: whose status and owner count.

    agreement: how both come to agree; None = they are told, and not listened to.
    """

    def __init__(
        self,
        name: str,
        system: FarSystem,
        ours: Ours,
        master: str = OURS,
        agreement: Agreement | None = None,
    ) -> None:
        self._name = name
        self._system = system
        self._ours = ours
        self._master = master
        self._agreement = agreement

    async def hear(self, delivery: Delivery) -> None:
        """Bring the ticket of an event up to date there."""
        if delivery.aggregate != TICKET:
            return
        turn = self._agreement.turn(delivery.aggregate_id) if self._agreement else nullcontext()
        try:
            async with turn:
                await self._renew(delivery.aggregate_id, delivery.tenant)
        except PortError as error:
            raise NotTakenError(f"our own database: {error}") from None

    async def close(self) -> None:
        """Let go of every connection."""
        await self._system.close()

    async def _renew(self, ref: str, tenant: int) -> None:
        ticket = await self._ours.tickets.get(ref, follow=False, tenant=tenant)
        if ticket is None:
            return
        told = ticket_out(ticket)
        far_id = await self._far_id(told, tenant)
        there = await self._system.look(far_id)
        if await self._say(there, ticket, tenant):
            there = await self._system.look(far_id)  # what is said may open it again
        if there.id != far_id:
            return
        if self._agreement is not None:
            await self._agreement.reach(ref, there, tenant)
        elif self._master == OURS and not there.final:
            words = self._system.words.fields(told)
            owner = {"assignee": words["assignee"]} if words.get("assignee") else {}
            await self._system.settle(there, {"status": words["status"], **owner})

    async def _far_id(self, told: TicketOut, tenant: int) -> str:
        """Under which id they have it; it is opened there if they do not."""
        refs = self._ours.refs
        known = (await refs.of(self._name, "ticket", [told.id], tenant=tenant)).get(told.id)
        if known is not None:
            return known
        far_id = await self._system.find(told) or await self._system.create(told)
        await self._keep("ticket", told.id, far_id, tenant)
        if self._agreement is not None:
            await self._agreement.begin(told, tenant)
        return far_id

    async def _say(self, there: FarTicket, ticket: TicketRow, tenant: int) -> bool:
        """Every article of its own that they do not have, oldest first; whether there was any."""
        every = await self._ours.tickets.articles(ticket.number, tenant=tenant)
        mine = [one for one in every if one.ticket == ticket.number and self._is_news(one)]
        ids = [one.id for one in mine]
        known = await self._ours.refs.of(self._name, "article", ids, tenant=tenant)
        missing = [one for one in mine if one.id not in known]
        if not missing:
            return False
        if there.final:
            raise NotTakenError(f"it is {there.status} there for good", HELD)
        marked = await self._system.told(there.id)
        for one in missing:
            far_id = marked.get(one.id)
            if far_id is None:
                far_id = await self._system.append(there.id, await self._article(one))
            await self._keep("article", one.id, far_id or f"of {one.id}", tenant)
        return True

    def _is_news(self, row: ArticleRow) -> bool:
        """Not what they have said themselves, nor what our server notes for itself."""
        return row.kind != SYSTEM and not row.message_id.startswith(message_id(self._name, ""))

    async def _article(self, row: ArticleRow) -> ArticleOut:
        files = tuple([await self._file(each) for each in row.files])
        is_html = row.content_type.startswith("text/html")
        return ArticleOut(row.id, row.author, row.kind, row.internal, row.body, is_html, files)

    async def _file(self, row: FileRow) -> FarFile:
        fits = row.size_bytes <= MOST_FILE_BYTES and not row.purged
        content = await self._ours.content(row) if fits else None
        return FarFile(row.filename, row.mime, row.size_bytes, content)

    async def _keep(self, entity: Entity, ref: str, far_id: str, tenant: int) -> None:
        at = self._ours.clock.now()
        try:
            await self._ours.refs.keep(self._name, entity, ref, far_id, at, tenant=tenant)
        except NotValidError as error:
            raise NotTakenError(str(error), DEAD) from None
