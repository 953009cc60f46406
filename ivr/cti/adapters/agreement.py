"""Brings what has happened in a ticket system of others to our ticket, as a change of that system.

We look how the ticket stands there and what was said on it, and compare it with what both last
agreed on (`ivr/tickets/agreeing.py`). What we wrote there ourselves bears a mark of ours and is not
heard again; what they said is not told back to them. Source: tickets.md section 16.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

from ivr.cti.adapters.far import TicketOut
from ivr.domain.errors import RequestError
from ivr.runtime.ports.ticket_rows import AGENT, CUSTOMER, MESSAGE, NOTE, REPLY, Act, NewArticle
from ivr.tickets.agreeing import FIELDS, THEIRS, agreed, meet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ivr.cti.adapters.far import FarArticle, FarSystem, FarTicket
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.far.refs import FarRefs
    from ivr.runtime.ports.ticket_rows import Appended, TicketRow

MOST_BODY = 100_000
_ORDER = ("assignee", "priority", "status")
"""A status last: what it asks for may come with the others."""
_DIGEST = 16


class TicketWriter(Protocol):
    """The part of `Tickets` that is needed."""

    async def get(self, ref: str, *, follow: bool = True, tenant: int = 1) -> TicketRow | None:
        """One ticket."""

    async def change(
        self, ref: str, changes: Mapping[str, object], act: Act, *, tenant: int = 1
    ) -> TicketRow:
        """Change fields."""

    async def append(self, ref: str, article: NewArticle, act: Act, *, tenant: int = 1) -> Appended:
        """Add an article, or give the one that has its message_id."""


@dataclass(slots=True)
class Reached:
    """What came of it. ticket: public id of ours. changes, articles: how many were taken over.

    refused: what our own rules do not let happen, for a person. untold: fields of theirs that ours
    cannot keep -> what they are now.
    """

    ticket: str
    changes: int = 0
    articles: int = 0
    refused: list[str] = field(default_factory=list)
    untold: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Agreement:
    """With one system. master: whose change counts where both have changed a field."""

    name: str
    system: FarSystem
    tickets: TicketWriter
    refs: FarRefs
    clock: Clock
    master: str
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @asynccontextmanager
    async def turn(self, ref: str) -> AsyncIterator[None]:
        """The only one at work on a ticket (public id)."""
        lock = self._locks.get(ref)
        if lock is None:
            lock = self._locks[ref] = asyncio.Lock()
        async with lock:
            yield

    async def begin(self, told: TicketOut, tenant: int = 1) -> None:
        """A ticket was opened there as it is here, without an owner; what their own rules have
        made of it since is a change of theirs."""
        fields = {**self.system.words.fields(told), "assignee": ""}
        await self.refs.agree(self.name, told.id, json.dumps({"fields": fields}), tenant=tenant)

    async def take(self, far_id: str, tenant: int = 1) -> Reached | None:
        """Look at a ticket of theirs; None if we have none of it.

        Raises NotTakenError when they do not answer as they should.
        """
        ref = await self.refs.ours(self.name, "ticket", far_id, tenant=tenant)
        if ref is None:
            return None
        async with self.turn(ref):
            there = await self.system.look(far_id)
            if there.id != far_id:
                return Reached(ref, untold={"merged into": there.id})
            articles = await self._hear(ref, there, tenant)
            reached = await self.reach(ref, there, tenant, heard=True)
            reached.articles = articles
            return reached

    async def reach(
        self, ref: str, there: FarTicket, tenant: int = 1, *, heard: bool = False
    ) -> Reached:
        """Agree on the fields, in both directions.

        heard: a message of theirs is being dealt with, which keeps what ours cannot take over for a
        person to see. Only then do such changes count as seen.
        """
        reached = Reached(ref)
        row = await self.tickets.get(ref, follow=False, tenant=tenant)
        if row is None or row.merged_into:
            return reached
        words, kept = self.system.words, await self._kept(ref, tenant)
        before, theirs, ours = (
            kept.get("fields"),
            words.theirs(there),
            words.fields(ticket_out(row)),
        )
        found = meet(before, ours, theirs, THEIRS if there.final else self.master)
        given = {field: ours[field] for field in FIELDS if field in found.give}
        if given:
            await self.system.settle(there, given)
        stays = await self._take_over(row, found.take, reached, tenant)
        others = {name: _digest(each) for name, each in there.others.items()}
        was = kept.get("others", others)
        reached.untold |= {
            name: each for name, each in there.others.items() if was.get(name) != others[name]
        }
        seen = others if heard else was
        now = {"fields": agreed(before, theirs, given, stays), "others": seen}
        await self.refs.agree(self.name, ref, json.dumps(now), tenant=tenant)
        return reached

    async def _kept(self, ref: str, tenant: int) -> dict[str, Any]:
        text = await self.refs.agreed(self.name, ref, tenant=tenant)
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    async def _take_over(
        self, row: TicketRow, take: Mapping[str, str], reached: Reached, tenant: int
    ) -> list[str]:
        """Change our ticket; gives the fields that stay as they were."""
        stays = []
        for name in (each for each in _ORDER if each in take):
            value = self.system.words.ours(name, take[name])
            if value is None:
                reached.untold[name] = take[name]
                stays.append(name)
                continue
            try:
                await self.tickets.change(row.id, {name: value}, self._act(), tenant=tenant)
            except RequestError as error:
                reached.refused.append(f"{name} {take[name]}: {error}")
                stays.append(name)
            else:
                reached.changes += 1
        return stays

    async def _hear(self, ref: str, there: FarTicket, tenant: int) -> int:
        """Add what they have said since; gives how much that was."""
        every = await self.system.said(there)
        ids = [each.id for each in every]
        known = await self.refs.known(self.name, "article", ids, tenant=tenant)
        fresh = [each for each in _not_ours(every) if each.id not in known]
        for each in fresh:
            whole = await self.system.whole(each)
            new = self._article(whole)
            found = await self.tickets.append(ref, new, self._act(), tenant=tenant)
            at, mine = self.clock.now(), found.article.id
            await self.refs.keep(self.name, "article", mine, each.id, at, tenant=tenant)
        return len(fresh)

    def _article(self, said: FarArticle) -> NewArticle:
        kind, who = (REPLY, AGENT) if not said.internal else (NOTE, AGENT)
        if said.is_customer:
            kind, who = MESSAGE, CUSTOMER
        lines = [said.body or "", *(f"[{name}]" for name in said.files)]
        return NewArticle(
            kind=kind,
            author_kind=who,
            author=f"{self.name}: {said.author}"[:128],
            body="\n".join(lines)[:MOST_BODY],
            at=min(said.at, self.clock.now()),
            internal=kind == NOTE,
            message_id=message_id(self.name, said.id),
        )

    def _act(self) -> Act:
        by = f"system:{self.name}"
        return Act(by, self.clock.now(), f"changed in {self.name}", system=self.name)


def _not_ours(said: Sequence[FarArticle]) -> list[FarArticle]:
    """Without what we have written there: the first that bears a mark; answers quote it later."""
    seen: set[str] = set()
    found = []
    for each in said:
        if seen.issuperset(each.marks):
            found.append(each)
        seen.update(each.marks)
    return found


def message_id(system: str, far_id: str) -> str:
    """By which an article of theirs is known to be there already."""
    return f"far:{system}:{far_id}"


def ticket_out(row: TicketRow) -> TicketOut:
    """A ticket of ours as others are told."""
    return TicketOut(
        id=row.id,
        number=row.number,
        subject=row.subject,
        text=row.description,
        email=row.contact if "@" in row.contact else "",
        status=row.status,
        state=row.state,
        priority=row.priority,
        team=row.team,
        assignee=row.assignee,
        tags=row.tags,
    )


def _digest(text: str) -> str:
    """Enough to see a change; what it says is theirs and not kept here."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
