"""What can happen to a ticket as far as its clocks are concerned, one class each.

An internal note is no happening here: it never starts, stops or meets anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.tickets.sla.writing import Key


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket was opened; `assignee` is empty while it lies in the pool of its team."""

    at: datetime
    team: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A person became the assignee."""

    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Pooled:
    """The ticket went to the pool of a team, another one or the same again."""

    at: datetime
    team: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The customer got an answer: a public reply, an answered call or callback about it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A message of the customer came in."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """The status changed to one of this type (`ivr/tickets/states.py`), reopening included."""

    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class CallbackPromised:
    """A callback was promised; its window opens at `opens_at`."""

    at: datetime
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class CallbackTried:
    """The customer was called back, reached or not; an attempt not reached is documented."""

    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Facts of the ticket, policies or calendars have changed: what is promised is looked up anew.

    Every other happening looks it up, too; this one does nothing else.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class TargetSet:
    """A person gave one clock another target, in business seconds.

    recount: count again from the start, in the calendar of now; only for supervisors.
    """

    at: datetime
    key: Key
    target_s: int
    why: str
    by: str
    recount: bool = False


Happening: TypeAlias = (
    Opened
    | Assigned
    | Pooled
    | Answered
    | CustomerWrote
    | Moved
    | CallbackPromised
    | CallbackTried
    | Reviewed
    | TargetSet
)
