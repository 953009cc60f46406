"""The lookups of one call's pop: all at once, with a deadline, and late answers still welcome."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.cti.matching import Candidate, Match, decide, verify_number
from ivr.cti.own_records import (
    TICKETS,
    OwnQuestion,
    OwnStore,
    beside,
    low_score_of,
    numbers_of,
    own_questions,
)
from ivr.cti.own_shown import contact_rows, ticket_fields
from ivr.cti.pop_call import PopCall, plain
from ivr.cti.pop_rules import RESERVED, PopLookup, PopRules
from ivr.domain.errors import PortError, StoreError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.runtime.ports import Clock, InteractionRow, Interactions, Source
    from ivr.runtime.ports.customers import Card, CardTicket
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
MOST_CONTACTS = 5
PREVIOUS = "previous_call"


@dataclass(frozen=True, slots=True)
class Desk:
    """What lookups stand on. own: our own store of customers and tickets, where there is one."""

    rules: PopRules
    sources: Mapping[str, Source]
    interactions: Interactions
    clock: Clock
    tasks: Tasks
    own: OwnStore | None = None


class Asking:
    """What is known of one caller so far. told: called when there is news worth a decision."""

    def __init__(self, desk: Desk, call: PopCall, told: Callable[[], None]) -> None:
        self.call = call
        self.ended = False
        self.contacts: tuple[Mapping[str, Any], ...] = ()
        self.candidates: list[Candidate] = []
        self._desk = desk
        self._told = told
        self._due = desk.clock.now() + timedelta(seconds=desk.rules.deadline_s)
        self._low_score: CardTicket | None = None
        self._cards: dict[str, Card] = {}
        self._open: dict[str, str] = {}
        self._failed: list[str] = []
        self._work: list[asyncio.Task[None]] = []

    @property
    def pending(self) -> bool:
        """Whether answers are still to come."""
        return bool(self._open)

    @property
    def settled(self) -> bool:
        """Whether a decision can be made: all have answered, or the deadline is over."""
        return not self._open or self._desk.clock.now() >= self._due

    @property
    def failed(self) -> bool:
        """Whether a lookup gave no answer at all."""
        return bool(self._failed)

    def begin(self) -> None:
        """Ask everything that can be asked."""
        rules = self._desk.rules
        for lookup in rules.lookups:
            inputs = _inputs(lookup, self.call)
            if inputs is not None and lookup.source in self._desk.sources:
                work = partial(self._ask, lookup, inputs)
                self._start(f"source {lookup.source}", lookup.by, work)
        for question in own_questions(self._desk.own, rules, self.call, self._desk.clock):
            self._start(question.name, question.by, partial(self._ask_own, question))
        if rules.last_contacts and _usable(self.call):
            self._start("last contacts", PREVIOUS, self._look_back)
        if self._open:
            self._work.append(self._desk.tasks.start(self._at_deadline(), "pop deadline"))

    def end(self) -> None:
        """Nobody needs the answers any more."""
        for task in self._work:
            task.cancel()
        self._failed.extend(self._open.values())
        self._open.clear()
        self.ended = True

    def same_question(self, call: PopCall) -> bool:
        """Whether these facts of the call would be looked up just as those of before."""
        return self._question(self.call) == self._question(call)

    def _question(self, call: PopCall) -> object:
        rules = self._desk.rules
        asked = [(_inputs(one, call), _level(one, call, rules)) for one in rules.lookups]
        return asked, call.sender, numbers_of(call), rules.proven(call.shown)

    def decide(self) -> Match:
        """What can be said of the caller now."""
        rules = self._desk.rules
        missing = [*self._open.values(), *self._failed]
        return decide(rules.rules, self.candidates, self._desk.clock.now(), missing, rules.unknown)

    def card(self, match: Match) -> Card | None:
        """What our own store has of the one who calls; None if that is not sure enough."""
        hit = match.hit
        if hit is None or hit.perhaps or hit.kind != "customer":
            return None
        return self._cards.get(hit.id)

    def last_contacts(self, card: Card | None) -> Sequence[Mapping[str, Any]]:
        """Earlier contacts of the customer, or of the number where nobody is known."""
        own = self._desk.own
        if card is None or own is None or not self._desk.rules.last_contacts:
            return self.contacts
        return contact_rows(card, own.catalogue(), self.contacts, self.call.call)

    def open_tickets(self, match: Match, card: Card | None) -> list[Candidate]:
        """Those that lookups have found, and those of the customer in our own store."""
        found = {one.id: one for one in self.candidates if one.kind == "ticket"}
        own = self._desk.own
        if card is not None and own is not None and TICKETS in self._desk.rules.own:
            for row in card.tickets:
                fields = ticket_fields(row, own.catalogue())
                one = Candidate("ticket", row.number, "", match.level, fields=fields, own=True)
                found.setdefault(one.id, one)
        return list(found.values())

    def low_score(self, card: Card | None) -> Mapping[str, Any] | None:
        """The follow-up that is open after a low score of whoever calls, and how old it is."""
        if TICKETS not in self._desk.rules.own:
            return None
        found = self._low_score if card is None else low_score_of(card)
        if found is None:
            return None
        days = (self._desk.clock.now() - found.opened_at).days
        return {"low_score_days": max(0, days), "ticket": found.number}

    def _start(self, name: str, by: str, ask: Callable[[], Awaitable[bool]]) -> None:
        """ask: begins to ask; not called where the pop has ended before its task runs."""
        self._open[name] = by
        self._work.append(self._desk.tasks.start(self._answered(name, by, ask), "pop lookup"))

    async def _answered(self, name: str, by: str, ask: Callable[[], Awaitable[bool]]) -> None:
        good = False
        try:
            good = await ask()
        except Exception:
            _LOG.exception("pop_lookup_broken", extra={"facts": {"lookup": name}})
        if not good:
            self._failed.append(by)
        self._open.pop(name, None)
        if self.settled:
            self._told()

    async def _at_deadline(self) -> None:
        await self._desk.clock.sleep_until(self._due)
        if self._open:
            self._told()

    async def _ask_own(self, question: OwnQuestion) -> bool:
        try:
            known = await question.ask()
        except PortError:
            return False
        self.candidates += known.candidates
        self._cards.update(known.cards)
        self._low_score = known.low_score or self._low_score
        return True

    def _look_beside(self, found: Sequence[Candidate]) -> None:
        """What our own store has of the customer whom another source knows."""
        customers = [one.id for one in found if one.kind == "customer"]
        if len(customers) == 1 and customers[0] not in self._cards:
            question = beside(self._desk.own, self._desk.rules, customers[0])
            if question is not None and question.name not in self._open:
                self._start(question.name, question.by, partial(self._ask_own, question))

    async def _ask(self, lookup: PopLookup, inputs: Mapping[str, Value]) -> bool:
        source = self._desk.sources[lookup.source]
        result = await source.fetch(inputs, self._desk.rules.late_s)
        if result.result == "found":
            checked = [self._checked(lookup, one) for one in _records(lookup, result.record)]
            found = [one for one in checked if one is not None]
            self.candidates += found
            self._look_beside(found)
        return result.result != "failed"

    def _checked(self, lookup: PopLookup, record: Mapping[str, Any]) -> Candidate | None:
        """A record as a candidate, if the number in it, where there is one, is the caller's."""
        call, rules = self.call, self._desk.rules
        by_number = lookup.by in ("ani", "ani_last9")
        candidate = Candidate(
            kind=lookup.kind,
            id=str(record.get(lookup.id) or ""),
            by=lookup.by,
            level=call.sender.level if by_number else _level(lookup, call, rules),
            evidence=_evidence(lookup, call),
            shared=bool(record.get(lookup.shared)) or call.sender.e164 in rules.shared,
            fields=_shown(lookup, record),
        )
        if not (by_number and lookup.phone):
            return candidate
        stored = record.get(lookup.phone)
        numbers = stored if isinstance(stored, list) else [stored]
        texts = [str(number) for number in numbers if number]
        return verify_number(candidate, texts, call.sender, rules.country)

    async def _look_back(self) -> bool:
        call = self.call
        try:
            rows = await self._desk.interactions.by_number(call.sender.e164, MOST_CONTACTS + 1)
        except StoreError:
            return False
        earlier = [row for row in rows if row.public_id != call.call][:MOST_CONTACTS]
        self.contacts = tuple(_contact(row) for row in earlier)
        self.candidates += [self._previous(row) for row in earlier]
        return True

    def _previous(self, row: InteractionRow) -> Candidate:
        sender = self.call.sender
        shared = sender.e164 in self._desk.rules.shared
        at: datetime = row.started_at
        return Candidate("call", row.public_id, PREVIOUS, sender.level, "number", shared, at)


class Questions:
    """What is being asked about the calls that wait or talk. told: called with a call's id."""

    def __init__(self, desk: Desk, told: Callable[[CallId], None]) -> None:
        self._desk = desk
        self._told = told
        self._asked: dict[CallId, Asking] = {}

    def about(self, call: CallId) -> Asking | None:
        """What is known of a call so far."""
        return self._asked.get(call)

    def ask(self, call: PopCall) -> Asking:
        """Look everything up, unless just that was asked already."""
        known = self._asked.get(call.call)
        if known is not None and known.same_question(call):
            known.call = call
            return known
        if known is not None:
            known.end()
        asking = Asking(self._desk, call, lambda: self._told(call.call))
        self._asked[call.call] = asking
        asking.begin()
        return asking

    def end(self, call: CallId, *, forget: bool) -> None:
        """No more answers are wanted; forget: nor what is known."""
        asking = self._asked.get(call)
        if asking is not None:
            asking.end()
            if forget:
                del self._asked[call]


def _usable(call: PopCall) -> bool:
    """Whether anything may be looked up by the caller's number."""
    return bool(call.sender.e164) and call.sender.level > 0


def _inputs(lookup: PopLookup, call: PopCall) -> Mapping[str, Value] | None:
    """What a source is asked with; None if something is not known of this caller."""
    number = call.sender.e164 if _usable(call) else ""
    known: dict[str, Value] = {
        "ani": number,
        "last9": call.sender.last9 if number else "",
        "dnis": call.dnis,
    }
    inputs = {
        name: known.get(origin) or call.shown.get(origin) for name, origin in lookup.takes.items()
    }
    return inputs if inputs and all(value is not None for value in inputs.values()) else None


def _records(lookup: PopLookup, record: Mapping[str, Value]) -> Sequence[Mapping[str, Any]]:
    """One record, or several when the field of the id is a list: then they share nothing else."""
    found = {name: plain(value) for name, value in record.items()}
    ids = found.get(lookup.id)
    if not isinstance(ids, list):
        return [found]
    if len(ids) == 1:
        return [{**found, lookup.id: ids[0]}]
    kept = {name: found[name] for name in (lookup.phone, lookup.shared) if name in found}
    return [{**kept, lookup.id: each} for each in ids]


def _level(lookup: PopLookup, call: PopCall, rules: PopRules) -> int:
    if lookup.by != "entered_id":
        return 3 if lookup.by == "callback_token" else 1
    return rules.proven(call.shown)


def _evidence(lookup: PopLookup, call: PopCall) -> str:
    """What the agent reads beside a record: how it was found, never the secret itself."""
    names = [origin for origin in lookup.takes.values() if origin in call.shown]
    entered = [name for name in names if name not in RESERVED]
    if lookup.by == "entered_id" and entered:
        return entered[0].replace("_", " ")
    return {"ani": "number", "ani_last9": "last digits"}.get(lookup.by, lookup.by)


def _shown(lookup: PopLookup, record: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = (lookup.id, lookup.shared)
    names = lookup.shown if lookup.shown is not None else tuple(record)
    return {name: record[name] for name in names if name in record and name not in inner}


def _contact(row: InteractionRow) -> Mapping[str, Any]:
    return {
        "call": row.public_id,
        "at": row.started_at.isoformat(),
        "channel": row.channel,
        "dnis": row.dnis,
        "outcome": row.outcome,
        "note": row.note,
    }
