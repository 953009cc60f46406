"""What is wanted of the queues: a place, an agent, a promise to call back, and what they hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.call import Cause
from ivr.domain.commands.base import Command, Waiting
from ivr.domain.events import (
    AgentOffered,
    OfferSettled,
    OfferWithdrawn,
    QueueNews,
    QueueRefused,
)
from ivr.domain.events import Answer as AnswerEvent
from ivr.domain.outbound import CallbackBooked, CallbackSuggested
from ivr.domain.queue import OfferId, Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.agent import AgentId
    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue(Waiting):
    """Wait for an agent. A ticket that waits already keeps its place and only changes its turn.

    priority: a class name or 0 to 10 as text, "" = the queue's. skills: what the agent needs beside
    what the queue asks for. longest_s: the flow's own bound, None = the queue's. pop: what the
    agent is shown, by name. keep_from: the wait whose place this one takes over, "" = none.
    kept_since: the place of somebody who waits since then, None = a new place. held_until: as
    `until` in `HoldPlace`.
    """

    ticket: Ticket
    queue: str
    priority: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    longest_s: float | None = None
    pop: Mapping[str, Value] = field(default_factory=dict)
    keep_from: Ticket = Ticket("")
    kept_since: datetime | None = None
    held_until: datetime | None = None
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (
        QueueRefused,
        AgentOffered,
        OfferWithdrawn,
        QueueNews,
        CallbackSuggested,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCallback(Waiting):
    """Promise to call this number back, once for each number and queue.

    due: from when on, None = as soon as an agent is there. window_s: how long after that it may
    still be tried. ticket: the wait whose place is kept, "" = a place from now on. The others as in
    `Enqueue`.
    """

    queue: str
    number: str
    due: datetime | None = None
    window_s: float = 7200.0
    attempts: int = 3
    ticket: Ticket = Ticket("")
    priority: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    pop: Mapping[str, Value] = field(default_factory=dict)
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (CallbackBooked,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCallback(Command):
    """The promise for this number and queue needs not be kept: the person talks to an agent."""

    queue: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineCallback(Command):
    """Whoever waits with this ticket will not be called back, as was suggested."""

    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Waiting):
    """The agent of this offer has answered: may the two be connected?"""

    offer: OfferId
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (OfferSettled,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(Command):
    """The caller waits no longer, and why. Harmless for a ticket that is not waiting."""

    ticket: Ticket
    end: WaitEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlace(Command):
    """The caller is in a step that must not be broken: his place is kept, but nobody is rung up.

    until: aware UTC, at which he may be rung for again whatever he does; None = from now on.
    """

    ticket: Ticket
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNews(Command):
    """Say where in the queue this ticket is; answered by `QueueNews` on the turn of `Enqueue`.

    cut: the caller did not hear the last announcement to its end.
    """

    ticket: Ticket
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop(Command):
    """Show the agent of this offer who is calling and why, before the telephone rings."""

    offer: OfferId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToPop(Command):
    """What a caller has told while he waits: more values for the pop of whoever gets the call."""

    ticket: Ticket
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAgent(Command):
    """Tell the queue machine what the agent of an offer is doing.

    what: ringing, failed (with the cause), hold, resume, consult_start, consult_cancel,
    consult_complete, merge, call_ended: events of the table in `acd/agents.py`.
    """

    offer: OfferId
    agent: AgentId
    what: str
    cause: Cause = Cause.NORMAL
