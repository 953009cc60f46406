"""Writes the ledger of a clock: numbers lines, keeps time from going back, notes a missed target.

Nothing is written that changes nothing, so a happening that is told twice leaves one line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from ivr.tickets.sla.clock import ClockState, missed_at
from ivr.tickets.sla.fold import apply, fold
from ivr.tickets.sla.ledger import LedgerEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.tickets.sla.clock import Calendars
    from ivr.tickets.sla.ledger import EventKind
    from ivr.tickets.sla.policies import Kind


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which clock of a ticket.

    owner: the policy for ola and uc, "" for sla, where one clock goes from policy to policy.
    instance: from 1; metrics that start again, such as `next_response`, have many.
    """

    kind: Kind
    owner: str
    metric: str
    instance: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock with its whole ledger and what that adds up to."""

    key: Key
    ledger: tuple[LedgerEvent, ...]
    state: ClockState


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be written; fields as in LedgerEvent, `at` as reported, in any zone."""

    kind: EventKind
    at: datetime
    reason: str = ""
    target_s: int | None = None
    calendar: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)


def read(key: Key, events: Iterable[LedgerEvent], calendars: Calendars) -> Clock:
    """A clock from its stored ledger. Raises ValueError for an empty one."""
    ledger = tuple(events)
    state = fold(ledger, calendars)
    if state is None:
        raise ValueError(f"the ledger of {key.metric} is empty")
    return Clock(key, ledger, state)


def begin(key: Key, line: Line, calendars: Calendars) -> Clock:
    """A new clock; the line is a `start` with target and calendar."""
    return read(key, (_event(1, line.at.astimezone(UTC), line),), calendars)


def write(clock: Clock, line: Line, calendars: Calendars) -> Clock:
    """The clock with one more line; the same object if it would change nothing.

    A target missed before the line is noted first. A report from before the last line enters with
    it, and `data["reported_at"]` tells when it happened.
    """
    # In UTC, since two moments of one zone that show the same time compare as equal.
    reported = line.at.astimezone(UTC)
    settled = settle(clock, reported, calendars)
    at = max(reported, settled.state.at)
    event = _event(len(settled.ledger) + 1, at, line)
    state = apply(settled.state, event, calendars)
    if state is settled.state:
        return settled
    return Clock(clock.key, (*settled.ledger, event), state)


def settle(clock: Clock, now: datetime, calendars: Calendars) -> Clock:
    """The clock with a `breach` at its due moment, if the target is missed by now."""
    missed = missed_at(clock.state, now.astimezone(UTC), calendars)
    if missed is None:
        return clock
    at = max(missed, clock.state.at)
    event = LedgerEvent(len(clock.ledger) + 1, at, "breach", target_s=clock.state.target_s)
    return replace(clock, ledger=(*clock.ledger, event), state=apply(clock.state, event, calendars))


def _event(seq: int, at: datetime, line: Line) -> LedgerEvent:
    data = dict(line.data)
    reported = line.at.astimezone(UTC)
    if reported != at:
        data["reported_at"] = reported.isoformat()
    return LedgerEvent(seq, at, line.kind, line.reason, line.target_s, line.calendar, data)
