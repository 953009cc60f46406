"""All recordings that somebody may know of, and what happened on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.errors import NotFoundError
from ivr.domain.recording import CALL, VOICEMAIL
from ivr.runtime.ports.recorded.listing import Reach, RecordingFilter
from ivr.web.api.customers.fields import Cursor  # noqa: TC001 - read at run time
from ivr.web.api.customers.teams import ticket_scope
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.recordings.marks import marks_of
from ivr.web.api.recordings.parts import known_kinds
from ivr.web.api.recordings.shapes import (
    LIST,
    RecordingFound,
    RecordingWhole,
    found_out,
    whole_out,
)
from ivr.web.api.tickets.bodies import Words  # noqa: TC001 - read at run time
from ivr.web.api.tickets.interactions import InteractionRoutes
from ivr.web.permissions import ALL, OWN, demand
from ivr.web.typed import Ask, Items, Limit, Query, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.recorded.listing import RecordingListed
    from ivr.web.api.recordings.marks import Mark
    from ivr.web.api.recordings.parts import RecordingParts

Kinds = Annotated[tuple[Literal["call", "voicemail", "survey_comment"], ...], Field(max_length=3)]


class RecordingList(Query):
    """Which recordings, the newest first. queue: that has it recorded, else the last one of its
    contact. agent: who handled its contact. since, until: when it was over; until not included."""

    kind: Kinds = ()
    queue: Words = ()
    agent: Words = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    cursor: Cursor = ""
    limit: Limit = 50


@dataclass(frozen=True, slots=True)
class FindingRoutes:
    """The routes /recordings and /recordings/{recording}."""

    parts: RecordingParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [
            Route("GET", f"{BASE}/recordings", self.recordings, LIST),
            Route("GET", f"{BASE}/recordings/{{recording}}", self.recording, LIST),
        ]

    async def recordings(self, ask: Ask, query: RecordingList) -> Items[RecordingFound]:
        """The recordings that you may know of, the newest first.

        Agents: messages of callers whom they served, or on tickets that they see.
        """
        which = await self._seen(ask, query)
        page = await self.parts.lists.list(which, cursor=query.cursor, limit=query.limit)
        now = self.parts.tickets.api.clock.now()
        items = [found_out(ask.who, each, now) for each in page.rows]
        return Items(items=items, next=page.next or None)

    async def recording(self, ask: Ask, recording: Key) -> RecordingWhole:
        """One of them, with what happened on it."""
        row = await self.parts.needed(ask, recording, LIST)
        tickets = ticket_scope(ask.who, self.parts.tickets.rules().catalogue)
        which = RecordingFilter((row.kind,), recording=row.id, tickets=tickets)
        page = await self.parts.lists.list(which, limit=1)
        if not page.rows:
            raise NotFoundError("there is no such recording")
        told = found_out(ask.who, page.rows[0], self.parts.tickets.api.clock.now())
        return whole_out(told, await self._marks(page.rows[0]))

    async def _seen(self, ask: Ask, query: RecordingList) -> RecordingFilter:
        """What is asked for, as far as the right reaches."""
        scope = demand(ask.who, LIST.resource, LIST.action)
        kinds = set(query.kind) & known_kinds(ask.who) if query.kind else known_kinds(ask.who)
        if scope == OWN:
            kinds &= {VOICEMAIL}
        tickets = ticket_scope(ask.who, self.parts.tickets.rules().catalogue)
        within = None
        if scope != ALL:
            handled = await InteractionRoutes(self.parts.tickets).within(ask, "r")
            within = Reach(handled, tickets)
        return RecordingFilter(
            kinds=tuple(sorted(kinds)),
            queues=query.queue,
            agents=query.agent,
            since=query.since,
            until=query.until,
            tickets=tickets,
            within=within,
        )

    async def _marks(self, found: RecordingListed) -> list[Mark]:
        row = found.row
        if row.kind != CALL or not row.call:
            return []
        parts = await self.parts.tickets.contacts.segments(row.call)
        pauses = await self.parts.lists.pauses(row.id)
        return list(marks_of(found.begin, row.at, parts, pauses))
