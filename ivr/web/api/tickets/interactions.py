"""Contacts: every call, mail and message with whose it was and what about; links to tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.contacts import ContactFilter, Handled
from ivr.runtime.ports.customers import Act
from ivr.web.api.customers.eyes import eyes_of_contact, sender_seen
from ivr.web.api.customers.fields import (
    Cursor,
    MaybeCode,
    MaybeRef,
    Out,
    Ref,
    Word,
)
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import OWN_DAYS
from ivr.web.api.tickets.bodies import Words  # noqa: TC001 - read at run time
from ivr.web.api.tickets.sight import sight_of
from ivr.web.errors import InvalidError
from ivr.web.permissions import ALL, OWN, Right, demand
from ivr.web.typed import Ask, Body, Items, Limit, Query, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.contacts import ContactRow
    from ivr.web.api.tickets.parts import TicketParts


class InteractionOut(Out):
    """A contact. sender: in full or with dots, as whoever asks may see it. customer: public id.

    queue, agent: the last ones. repeat_of: the earlier contact that it repeats. Milliseconds are
    null until it is over.
    """

    id: str
    medium: str
    direction: str
    channel: str
    trunk: str
    sender: str
    receiver: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    language: str
    flow: str
    outcome: str
    result: str
    cause: str
    ended_by: str
    customer: str
    match_how: str
    queue: str
    agent: str
    category: str
    wrapup_code: str
    repeat_of: str
    is_test: bool
    ivr_ms: int | None
    wait_ms: int | None
    talk_ms: int | None
    hold_ms: int | None
    wrapup_ms: int | None
    masked: tuple[str, ...] = ()


class InteractionSegment(Out):
    """A part of a contact."""

    seq: int
    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str
    party: str
    queue: str
    agent: str
    node: str
    result: str


class InteractionList(Query):
    """Which contacts, the newest first; category: with those below. tests: mystery calls too."""

    customer: MaybeRef = ""
    medium: Words = ()
    direction: Words = ()
    queue: Words = ()
    agent: Words = ()
    outcome: Words = ()
    category: MaybeCode = ""
    open: bool | None = None
    since: AwareDatetime | None = None
    before: AwareDatetime | None = None
    tests: bool = False
    cursor: Cursor = ""
    limit: Limit = 50


class InteractionChange(Body):
    """What a person says of a contact: what it was about, how it was wound up, whose it was."""

    category: MaybeCode | None = None
    wrapup_code: Annotated[Word, Field(min_length=1)] | None = None
    customer: Ref | None = None


class TicketLink(Body):
    """The ticket that a contact belongs to, and what it was for it."""

    ticket: Ref
    role: Literal["opened", "follow_up", "resolution", "survey", "status_check"] = "follow_up"


@dataclass(frozen=True, slots=True)
class InteractionRoutes:
    """The routes /interactions."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/interactions", f"{BASE}/interactions/{{contact}}"
        read, edit = Right("interaction", "r"), Right("interaction", "e")
        return [
            Route("GET", many, self.interactions, read),
            Route("GET", one, self.interaction, read),
            Route("PATCH", one, self.change_interaction, edit),
            Route("GET", f"{one}/segments", self.segments, read),
            Route("POST", f"{one}/tickets", self.link_interaction, edit),
        ]

    async def interactions(self, ask: Ask, query: InteractionList) -> Items[InteractionOut]:
        """The contacts that you may see, the newest first; agents: their own of 30 days."""
        which = ContactFilter(
            customer=query.customer,
            media=query.medium,
            directions=query.direction,
            queues=query.queue,
            agents=query.agent,
            outcomes=query.outcome,
            category=query.category,
            is_open=query.open,
            since=query.since,
            before=query.before,
            tests=query.tests,
            within=await self.within(ask, "r"),
        )
        page = await self.parts.contacts.list(which, cursor=query.cursor, limit=query.limit)
        return Items(items=[self._out(ask, row) for row in page.rows], next=page.next or None)

    async def interaction(self, ask: Ask, contact: Key) -> InteractionOut:
        """One contact."""
        return self._out(ask, await self._there(ask, contact, "r"))

    async def segments(self, ask: Ask, contact: Key) -> Items[InteractionSegment]:
        """Its parts in order; none while it goes on."""
        await self._there(ask, contact, "r")
        found = await self.parts.contacts.segments(contact)
        return Items(items=[InteractionSegment.model_validate(each) for each in found])

    async def change_interaction(
        self, ask: Ask, contact: Key, body: InteractionChange
    ) -> InteractionOut:
        """Say what it was about, how it was wound up, whose it was."""
        await self._there(ask, contact, "e")
        self._check(body)
        call, act = CallId(contact), Act(ask.who.name, self.parts.api.clock.now())
        if body.category is not None:
            await self.parts.callers.about(call, body.category, act)
        if body.customer is not None:
            await self.parts.callers.belongs(call, body.customer, act)
        if body.wrapup_code is not None:
            facts = {"code": body.wrapup_code}
            await self.parts.api.write_down(ask, "interaction.wrapup_code", contact, **facts)
            await self.parts.contacts.code(contact, body.wrapup_code)
        return self._out(ask, await self._there(ask, contact, "e"))

    async def link_interaction(
        self, ask: Ask, contact: Key, body: TicketLink
    ) -> Items[InteractionOut]:
        """Link it with a ticket that you may see; twice changes nothing."""
        row = await self._there(ask, contact, "e")
        ticket = await sight_of(self.parts, ask).ticket(body.ticket)
        act = self.parts.act(ask)
        await self.parts.tickets.link_interaction(ticket.number, contact, body.role, act)
        return Items(items=[self._out(ask, row)])

    async def _there(self, ask: Ask, contact: str, action: str) -> ContactRow:
        row = await self.parts.contacts.get(contact, await self.within(ask, action))
        if row is None:
            raise NotFoundError("there is no such contact")
        return row

    async def within(self, ask: Ask, action: str) -> Handled | None:
        """Whose contacts the right reaches, None = everybody's."""
        scope = demand(ask.who, "interaction", action)
        if scope == ALL:
            return None
        if scope == OWN:
            return Handled((ask.who.name,), self.parts.api.clock.now() - OWN_DAYS)
        agents = await self.parts.api.agents.all()
        team = [each.name for each in agents if not set(each.teams).isdisjoint(ask.who.teams)]
        return Handled((ask.who.name, *team))

    def _check(self, body: InteractionChange) -> None:
        """Raises InvalidError for a category or code that is not there."""
        codes = self.parts.api.choices().names.get("wrapup_codes", ())
        if body.category and self.parts.rules().catalogue.category(body.category) is None:
            raise _unknown("category")
        if body.wrapup_code is not None and codes and body.wrapup_code not in codes:
            raise _unknown("wrapup_code")

    def _out(self, ask: Ask, row: ContactRow) -> InteractionOut:
        shown = InteractionOut.model_validate(row)
        eyes = eyes_of_contact(ask.who, row.ended_at, self.parts.api.clock.now())
        update = {name: sender_seen(getattr(row, name), eyes) for name in ("sender", "receiver")}
        masked = tuple(name for name, text in update.items() if text != getattr(row, name))
        return shown.model_copy(update={**update, "masked": masked})


def _unknown(name: str) -> InvalidError:
    mistake = {"in": "body", "pointer": f"/{name}", "code": "unknown", "params": {}}
    return InvalidError([{**mistake, "message": "There is no such thing"}])
