"""Moving a ticket through its life: statuses, opening it again, merging and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.errors import IllegalTransitionError, NotAllowedError, NotFoundError
from ivr.web.api.customers.eyes import eyes_of
from ivr.web.api.customers.fields import Ref, Why, Word  # noqa: TC001 - read at run time
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.parts import explained
from ivr.web.api.tickets.shapes import TicketOut, ticket_out
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Reply, Route, Version

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.web.api.tickets.parts import TicketParts


class Transition(Body):
    """Where the ticket shall go. root_cause, resolution_code: set with it, if named."""

    status: Annotated[Word, Field(min_length=1)]
    reason: Why = ""
    root_cause: Word | None = None
    resolution_code: Word | None = None


class Reopening(Body):
    """Why it is opened again. interaction: the contact that asked for it."""

    reason: Why = ""
    interaction: Key | Literal[""] = ""


class MergeInto(Body):
    """The ticket that stays."""

    into: Ref
    reason: Why = ""


class Unmerging(Body):
    """Why the merge is taken back."""

    reason: Why = ""


class CallbackNote(Body):
    """A callback: promised from a moment on, or tried with this success."""

    opens_at: AwareDatetime | None = None
    reached: bool | None = None


@dataclass(frozen=True, slots=True)
class MoveRoutes:
    """The routes /tickets/{ref}/transition, /reopen, /merge, /unmerge and /callback."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/tickets/{{ref}}"
        edit = Right("ticket", "e")
        return [
            Route("POST", f"{one}/transition", self.move_ticket, edit, also=(409,)),
            Route("POST", f"{one}/reopen", self.reopen_ticket, edit, also=(409,)),
            Route("POST", f"{one}/merge", self.merge_ticket, edit, also=(409,)),
            Route("POST", f"{one}/unmerge", self.unmerge_ticket, edit, also=(409,)),
            Route("POST", f"{one}/callback", self.note_callback, edit, also=(409,)),
        ]

    async def move_ticket(
        self, ask: Ask, ref: Ref, body: Transition, version: Version
    ) -> Reply[TicketOut]:
        """Change the status; what keeps it from being solved is told all at once."""
        row = await sight_of(self.parts, ask).changeable(ref)
        changes = body.model_dump(exclude={"reason"}, exclude_none=True)
        act = self.parts.act(ask, body.reason)
        with explained():
            row = await self.parts.tickets.change(row.number, changes, act, version=version)
        return await self._reply(ask, row)

    async def reopen_ticket(self, ask: Ask, ref: Ref, body: Reopening) -> Reply[TicketOut]:
        """Open a solved or closed ticket again."""
        row = await sight_of(self.parts, ask).changeable(ref)
        act = self.parts.act(ask, body.reason)
        with explained():
            row = await self.parts.tickets.reopen(row.number, act, interaction=body.interaction)
        return await self._reply(ask, row)

    async def merge_ticket(self, ask: Ask, ref: Ref, body: MergeInto) -> Reply[TicketOut]:
        """Merge a ticket into another; gives that one. Its number keeps leading there."""
        sight = sight_of(self.parts, ask)
        row, into = await sight.changeable(ref), await sight.ticket(body.into)
        if row.asked:
            raise IllegalTransitionError(f"it is merged into {row.number} already")
        act = self.parts.act(ask, body.reason)
        with explained():
            return await self._reply(
                ask, await self.parts.tickets.merge(row.number, into.number, act)
            )

    async def unmerge_ticket(self, ask: Ask, ref: Ref, body: Unmerging) -> Reply[TicketOut]:
        """Take a merge back; gives the ticket that had gone, as it was."""
        row = await self.parts.tickets.get(ref, follow=False)
        sight = sight_of(self.parts, ask)
        await sight.ticket(ref)
        if row is None:
            raise NotFoundError("there is no such ticket")
        if not await sight.may_change(row):
            raise NotAllowedError("this ticket is not yours to change")
        act = self.parts.act(ask, body.reason)
        with explained():
            return await self._reply(ask, await self.parts.tickets.unmerge(row.number, act))

    async def note_callback(self, ask: Ask, ref: Ref, body: CallbackNote) -> Reply[TicketOut]:
        """Write down that a callback was promised, or tried."""
        row = await sight_of(self.parts, ask).changeable(ref)
        act, tickets = self.parts.act(ask), self.parts.tickets
        with explained():
            if body.opens_at is not None:
                row = await tickets.callback_promised(row.number, body.opens_at, act)
            if body.reached is not None:
                row = await tickets.callback_tried(row.number, body.reached, act)
        return await self._reply(ask, row)

    async def _reply(self, ask: Ask, row: TicketRow) -> Reply[TicketOut]:
        now = self.parts.api.clock.now()
        eyes = await eyes_of(ask.who, self.parts.contacts, now, row.customer)
        return Reply(ticket_out(row, eyes), version=row.version)
