"""The clocks of one ticket, and what each happening writes into their ledgers.

`follow` is the whole of it: the happening changes the course of the ticket, the course ends and
reopens clocks, then the promises that hold now are compared with the clocks: new ones start, also
late and then with every pause since, changed ones are retargeted, those without a promise end.
Source: tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias

from ivr.tickets.sla.course import MET, PAUSABLE, RESOLUTIONS, SOLVED, Course, opened, step
from ivr.tickets.sla.happenings import Happening, Opened, TargetSet
from ivr.tickets.sla.ledger import HAND, MERGED, RECOUNT
from ivr.tickets.sla.policies import promises
from ivr.tickets.sla.writing import Clock, Key, Line, begin, settle, write
from ivr.tickets.states import (
    CANCELLED,
    NEW,
    PENDING_CUSTOMER,
    PENDING_THIRD,
    STOPPED,
    UNDER_WAY,
)
from ivr.tickets.states import MERGED as MERGED_STATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.tickets.sla.clock import Calendars
    from ivr.tickets.sla.facts import Facts
    from ivr.tickets.sla.ledger import LedgerEvent
    from ivr.tickets.sla.policies import Kind, Policy, Promise

Slot: TypeAlias = "tuple[Kind, str, str]"
"""Kind, owner and metric: at most one clock of a slot is open."""

NO_PROMISE = "policy"
"""Reason of a cancel: no policy promises this any more. Also of a retarget to another policy."""
RESOLVED_ENDS, REPLACED = "resolved", "replaced"
"""Reasons of a cancel: the ticket was resolved first; the same was promised or asked anew."""


@dataclass(frozen=True, slots=True)
class House:
    """What the house has published: its policies, and its calendars by key of their revision.

    revisions: the name of an `hours` entry -> the key of its revision of now.
    """

    policies: tuple[Policy, ...]
    calendars: Calendars
    revisions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TicketClocks:
    """A ticket with all its clocks, ended ones included."""

    course: Course
    clocks: Mapping[Key, Clock] = field(default_factory=dict)

    @property
    def due_at(self) -> datetime | None:
        """The earliest due time of the clocks that run."""
        return min(
            (due for each in self.clocks.values() if (due := each.state.due_at)), default=None
        )

    def open_clock(self, slot: Slot) -> Clock | None:
        """The clock of a slot that has not ended."""
        for key, clock in self.clocks.items():
            if slot_of(key) == slot and clock.state.open:
                return clock
        return None


def slot_of(key: Key) -> Slot:
    """The slot of a clock: its key without the instance."""
    return key.kind, key.owner, key.metric


def open_ticket(happening: Opened, facts: Facts, house: House) -> TicketClocks:
    """The clocks of a new ticket."""
    return _promise(TicketClocks(opened(happening)), facts, house, happening.at)


def follow(ticket: TicketClocks, happening: Happening, facts: Facts, house: House) -> TicketClocks:
    """The clocks after a happening. facts: of the ticket, as they are after it.

    Deterministic: the same happenings and facts write the same lines. Raises KeyError where a
    target is set for a clock that the ticket does not have.
    """
    course = step(happening, ticket.course)
    change = _Change(ticket.course, course, happening.at, house.calendars)
    clocks = {key: change.applied(clock) for key, clock in ticket.clocks.items()}
    if isinstance(happening, TargetSet):
        clocks[happening.key] = _set_by_hand(clocks[happening.key], happening, house)
    changed = _promise(TicketClocks(course, clocks), facts, house, happening.at)
    return tick(changed, happening.at, house)


def tick(ticket: TicketClocks, now: datetime, house: House) -> TicketClocks:
    """The clocks with a breach noted in each whose target is missed by now."""
    clocks = {key: settle(each, now, house.calendars) for key, each in ticket.clocks.items()}
    return replace(ticket, clocks=clocks)


def new_lines(
    before: TicketClocks | None, after: TicketClocks
) -> tuple[tuple[Key, LedgerEvent], ...]:
    """The lines that were written between the two, clock by clock, each with its clock."""
    known = {key: len(clock.ledger) for key, clock in before.clocks.items()} if before else {}
    return tuple(
        (key, event)
        for key, clock in sorted(after.clocks.items())
        for event in clock.ledger[known.get(key, 0) :]
    )


def pausing(key: Key, state: str) -> tuple[str, ...]:
    """Why a clock stands still while its ticket is in a state; empty = it does not.

    Waiting for a third party does not stop the promise of that party (uc).
    """
    if state == MERGED_STATE:
        return (MERGED,)
    if key.metric not in PAUSABLE:
        return ()
    if state == PENDING_CUSTOMER:
        return ("customer",)
    return ("third",) if state == PENDING_THIRD and key.kind != "uc" else ()


@dataclass(frozen=True, slots=True)
class _Change:
    """One step of a course, to be carried out on each clock."""

    before: Course
    after: Course
    at: datetime
    calendars: Calendars

    def applied(self, clock: Clock) -> Clock:
        """The clock after it: pauses first, so that an end finds none; again after a reopening."""
        return self._paused(self._ended(self._paused(clock)))

    def _paused(self, clock: Clock) -> Clock:
        if self.before.state == self.after.state:
            return clock
        return stand(clock, self.after.state, self.at, self.calendars)

    def _ended(self, clock: Clock) -> Clock:
        was, now = (course.episodes[clock.key.metric] for course in (self.before, self.after))
        if was == now or clock.ledger[0].data.get("episode") != str(was.number):
            return clock
        end = now.end if was.number == now.number else now.former
        if end:
            return write(clock, self._end(end), self.calendars)
        if clock.state.end_reason == NO_PROMISE:
            return clock
        return write(clock, Line("reopen", self.at), self.calendars)

    def _end(self, end: str) -> Line:
        if end == MET:
            return Line("meet", self.at)
        if end == CANCELLED:
            return Line("cancel", self.at, CANCELLED)
        return Line("cancel", self.at, RESOLVED_ENDS if self.after.state in SOLVED else REPLACED)


def stand(clock: Clock, state: str, at: datetime, calendars: Calendars) -> Clock:
    """The clock, if open, paused for just the reasons of a state; nothing runs in between."""
    if not clock.state.open:
        return clock
    reasons = pausing(clock.key, state)
    for reason in reasons:
        clock = write(clock, Line("pause", at, reason), calendars)
    for reason in clock.state.reasons:
        if reason not in reasons:
            clock = write(clock, Line("resume", at, reason), calendars)
    return clock


def _set_by_hand(clock: Clock, wish: TargetSet, house: House) -> Clock:
    data = {"why": wish.why, "by": wish.by}
    if wish.recount:
        data["mode"] = RECOUNT
    line = Line("retarget", wish.at, HAND, target_s=wish.target_s, data=data)
    return write(clock, line, house.calendars)


def _promise(ticket: TicketClocks, facts: Facts, house: House, at: datetime) -> TicketClocks:
    """Clocks and promises brought together."""
    wanted = {_slot(each): each for each in promises(house.policies, facts)}
    clocks = {
        key: _kept(clock, wanted.get(slot_of(key)), house, at) if clock.state.open else clock
        for key, clock in ticket.clocks.items()
    }
    ticket = replace(ticket, clocks=clocks)
    for slot, promise in wanted.items():
        if ticket.course.measured(promise.metric) and ticket.open_clock(slot) is None:
            clock = _started(ticket, promise, house, at)
            ticket = replace(ticket, clocks={**ticket.clocks, clock.key: clock})
    return ticket


def _slot(promise: Promise) -> Slot:
    owner = "" if promise.kind == "sla" else promise.policy
    return promise.kind, owner, promise.metric


def _kept(clock: Clock, promise: Promise | None, house: House, at: datetime) -> Clock:
    """The clock with what is promised now; a target set by hand stays until the promise changes."""
    if promise is None:
        return write(clock, Line("cancel", at, NO_PROMISE), house.calendars)
    state, calendar = clock.state, house.revisions[promise.hours]
    other = promise.policy != state.policy
    aimed = other or promise.target_s != state.promised_s
    if not aimed and calendar == state.calendar:
        return clock
    reason = NO_PROMISE if other else "target" if aimed else "calendar"
    line = Line("retarget", at, reason, calendar=calendar)
    if aimed:
        line = replace(line, target_s=promise.target_s, data={"policy": promise.policy})
    return write(clock, line, house.calendars)


def _started(ticket: TicketClocks, promise: Promise, house: House, at: datetime) -> Clock:
    """A new clock, which counts from when its metric began and knows all that came since."""
    slot, episode = _slot(promise), ticket.course.episodes[promise.metric]
    instance = 1 + sum(slot_of(key) == slot for key in ticket.clocks)
    data = {"policy": promise.policy, "episode": str(episode.number)}
    if episode.since < at:
        data["noticed_at"] = at.astimezone(UTC).isoformat()
    calendar = house.revisions[promise.hours]
    line = Line("start", episode.since, "", promise.target_s, calendar, data)
    clock = begin(Key(*slot, instance), line, house.calendars)
    if episode.since < at:
        return _relived(clock, ticket.course.moves, house.calendars)
    return stand(clock, ticket.course.state, episode.since, house.calendars)


def _relived(clock: Clock, moves: Iterable[tuple[datetime, str]], calendars: Calendars) -> Clock:
    """The clock after all moves of its ticket since it began."""
    since, before = clock.ledger[0].at, NEW
    later: list[tuple[datetime, str]] = []
    for at, state in moves:
        if at >= since:
            later.append((at, state))
        else:
            before = state
    clock = stand(clock, before, since, calendars)
    for at, state in later:
        clock = stand(clock, state, at, calendars)
        clock = stand(_turned(clock, before, state, at, calendars), state, at, calendars)
        before = state
    return clock


def _turned(clock: Clock, before: str, state: str, at: datetime, calendars: Calendars) -> Clock:
    """Ended by going to a state, or going on after one that had ended it."""
    if state in SOLVED and clock.key.metric in RESOLUTIONS:
        return write(clock, Line("meet", at), calendars)
    if state in STOPPED:
        return write(clock, Line("cancel", at, CANCELLED), calendars)
    if before in STOPPED and state in UNDER_WAY:
        return write(clock, Line("reopen", at), calendars)
    return clock
