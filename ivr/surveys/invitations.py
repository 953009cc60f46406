"""The life of an invitation: which state may follow which, and what reports of a provider change.

One table; whoever changes an invitation asks it, and a pair that is not in it is refused by name.
Source: surveys.md sections 1 and 4.2 (whoever refuses all also cancels what is scheduled).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.errors import IllegalTransitionError
from ivr.surveys.eligibility import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """Where an invitation is."""

    SUPPRESSED = "suppressed"
    ARMED = "armed"
    MISSED = "missed"
    OFFERED = "offered"
    SCHEDULED = "scheduled"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    STARTED = "started"
    COMPLETED = "completed"
    PARTIAL = "partial"
    DECLINED = "declined"
    OPTED_OUT = "opted_out"
    EXPIRED = "expired"


class Missed(StrEnum):
    """Why somebody who was selected could not be offered it on the line, or answered nothing."""

    CALLER_LEFT_FIRST = "caller_left_first"
    CALLER_LEFT_AT_HANDOFF = "caller_left_at_handoff"
    NO_AGENT_LEG = "no_agent_leg"
    TRANSFERRED_OUT = "transferred_out"
    SYSTEM = "system"
    NOT_ANSWERED = "not_answered"
    """Of a planned survey: called as often as may be, and nobody was there."""


OPEN = frozenset({State.SENT, State.DELIVERED, State.STARTED})
"""Waits for an answer: one invitation of these states per contact point."""
FIRST = (State.SUPPRESSED, State.ARMED, State.SCHEDULED)
"""What an invitation can begin as; a planned survey by message has no call to wait for."""
_AFTER: Mapping[State, tuple[State, ...]] = {
    State.SUPPRESSED: (),
    State.ARMED: (State.OFFERED, State.SCHEDULED, State.MISSED, State.SUPPRESSED),
    State.MISSED: (State.SCHEDULED,),
    State.OFFERED: (State.STARTED, State.DECLINED, State.OPTED_OUT, State.MISSED),
    State.SCHEDULED: (
        *(State.SENT, State.OFFERED, State.MISSED),
        *(State.EXPIRED, State.SUPPRESSED, State.OPTED_OUT),
    ),
    State.SENT: (
        *(State.DELIVERED, State.UNDELIVERED, State.STARTED),
        *(State.EXPIRED, State.OPTED_OUT),
    ),
    State.DELIVERED: (State.STARTED, State.EXPIRED, State.OPTED_OUT),
    State.UNDELIVERED: (State.STARTED, State.EXPIRED, State.OPTED_OUT),
    State.STARTED: (State.COMPLETED, State.PARTIAL, State.OPTED_OUT),
    State.COMPLETED: (),
    State.PARTIAL: (),
    State.DECLINED: (),
    State.OPTED_OUT: (),
    State.EXPIRED: (),
}
_REASONS: Mapping[State, type[Reason] | type[Missed]] = {
    State.SUPPRESSED: Reason,
    State.MISSED: Missed,
}
REPORTS = (State.DELIVERED, State.UNDELIVERED)
"""What a provider tells about a message that it took."""


def states_after(state: State) -> tuple[State, ...]:
    """The states that may follow, in the order of the table."""
    return _AFTER[state]


def may_follow(before: State, after: State) -> bool:
    """Whether an invitation may go from one state to the other."""
    return after in _AFTER[before]


def check_move(before: State, after: State, reason: str = "") -> None:
    """Raise IllegalTransitionError for a move that the table does not know.

    reason: of the state that it goes to; one of `Reason` when suppressed, of `Missed` when missed,
    else "". Raises ValueError for any other.
    """
    if not may_follow(before, after):
        ways = " or ".join(_AFTER[before]) or "nothing more"
        raise IllegalTransitionError(
            f"an invitation that is {before} cannot become {after}; it can become {ways}"
        )
    check_reason(after, reason)


def check_reason(state: State, reason: str) -> None:
    """Raise ValueError unless the reason is one that belongs to the state."""
    kind = _REASONS.get(state)
    if kind is None and reason:
        raise ValueError(f"{state} has no reason, not {reason!r}")
    if kind is not None and reason not in tuple(kind):
        raise ValueError(f"{state} because of {reason!r} is unknown: one of {', '.join(kind)}")
