"""Events that go into the queue machine, and what comes out of it.

`at` is the routing clock in whole nanoseconds, never earlier than that of the event before. Ids of
new things come in with the event (`ids`): the machine rolls no dice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.acd.settings import Rules
    from ivr.domain.agent import AgentId, AgentState, Reach, Wanted
    from ivr.domain.call import CallId, Cause
    from ivr.domain.queue import OfferEnd, OfferId, Ticket, WaitEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. at: ns UTC."""

    at: int


@dataclass(frozen=True, slots=True)
class AgentCard:
    """What is known of an agent beside what he is doing. number: his own, unique, breaks ties.

    skills: name -> level 0-100 (a certificate: 100 until it ends). certificates: name -> ns at
    which it ends. endpoints: way -> address of his telephone there.
    """

    agent: AgentId
    number: int
    teams: tuple[str, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[str, int] = field(default_factory=dict)
    endpoints: Mapping[Reach, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged(Event):
    """The configuration or the list of agents is new, whole. Also the first event of all."""

    rules: Rules
    agents: tuple[AgentCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Event):
    """A group begins, or begins anew, from its stored rows: what a replay has to begin with.

    rows: kind, key and columns of each `Row`. offers_made, rings_made: numbers that the group of
    before, in the same process, gave away. counts: queue -> what it has counted (fields of
    `Counts`) on the day of which `counted_at` is an instant.
    """

    rules: Rules
    agents: tuple[AgentCard, ...]
    rows: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    offers_made: int = 0
    rings_made: int = 0
    counts: Mapping[str, Any] = field(default_factory=dict)
    counted_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(Event):
    """A call wants an agent. A ticket that waits already only changes its turn (after a restart).

    priority: class name, "0".."10", "" = the queue's. keep_from: a ticket whose key (place) is
    taken over. enqueued_at: since when the caller counts as waiting, where no such ticket is known;
    None = from now on. wanted: agents for stickiness, best source first. reach: the way the agent's
    phone must be reached. identity: normalised number, "" = withheld. attested: whether the carrier
    vouches for it. proved: stands for the customer whose PIN was right, "" = nobody's was.
    agent_first: nobody is there yet; whoever gets the call rings the customer up.
    held_until: as in `CallHeld`, of who waits already and is held, None = may be rung for.
    """

    ticket: Ticket
    call: CallId
    turn: int
    queue: str
    reach: Reach
    priority: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    longest_ns: int | None = None
    keep_from: Ticket | None = None
    enqueued_at: int | None = None
    wanted: tuple[Wanted, ...] = ()
    identity: str = ""
    attested: bool = False
    proved: str = ""
    agent_first: bool = False
    held_until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGone(Event):
    """The wait is over from the caller's side: abandoned, key, timeout, callback, system_lost."""

    ticket: Ticket
    end: WaitEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPriority(Event):
    """A supervisor changes the priority of a waiting call."""

    ticket: Ticket
    priority: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(Event):
    """The caller is in a step that must not be broken, or is out of it again: nobody is rung up.

    until: ns at which he may be rung for again whatever he does, at most 30 s from now; None = now.
    """

    ticket: Ticket
    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDeclined(Event):
    """The caller does not want to be called back, or cannot be: the next way out counts."""

    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsAsked(Event):
    """What may this waiting caller be told now? Answered by `Told`.

    cut: what was told last was not heard to its end, so it does not count as told.
    """

    ticket: Ticket
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """A row of the state table, by name: login logout set_available set_break hold resume
    consult_start consult_cancel consult_complete merge call_ended wrapup_extend wrapup_done dial
    dial_answered dial_failed direct_started direct_ended endpoint_lost endpoint_back force.

    version: what the asker believes the agent's version to be, None = a fact, not a request.
    reason: of a break or a force. to: the state a `force` or `login` wants. seconds: of
    wrapup_extend. code: the wrap-up code given with wrapup_done. by: who asked. call: with dial,
    the call that the agent makes; offer names his part in it.
    """

    agent: AgentId
    what: str
    version: int | None = None
    reason: str = ""
    to: AgentState | None = None
    seconds: int = 0
    code: str = ""
    by: str = ""
    offer: OfferId | None = None
    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRinging(Event):
    """The agent's telephone rings."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered(Event):
    """The agent has answered and wants the caller: answered by `Settled`."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed(Event):
    """The agent's telephone said no; declined: the agent did, with a reason."""

    offer: OfferId
    cause: Cause
    declined: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Event):
    """Time has come for what is due at `at` (see `Group.next_due`)."""


# what comes out; what every decision makes several of is a named tuple, made in a third of the time


class Offered(NamedTuple):
    """Ring this agent up for this call. Only after the offer is stored. To turn `turn` of call."""

    ticket: Ticket
    call: CallId
    turn: int
    offer: OfferId
    agent: AgentId
    address: str
    ring_ns: int
    queue: str
    waited_ns: int
    whisper: str = ""
    answers_itself: bool = False
    agent_first: bool = False
    sticky: str = ""
    """Why the caller was kept for this agent, a source of stickiness; empty = he was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Stop ringing this agent; why."""

    ticket: Ticket
    call: CallId
    turn: int
    offer: OfferId
    agent: AgentId
    end: OfferEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Whether the offer that was answered gets the call."""

    call: CallId
    offer: OfferId
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOver:
    """The machine ends the wait: full nobody timeout, or overflow into the queue `target`.

    ways: of an overflow, all ways that were open to the caller, the best first; the next one counts
    if that leads nowhere.
    """

    ticket: Ticket
    call: CallId
    turn: int
    end: WaitEnd
    target: str = ""
    exit: str = ""
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCallback:
    """Ask the caller whether he would rather be called back by the agents of `queue`."""

    ticket: Ticket
    call: CallId
    turn: int
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a waiting caller may hear: place, and the told 80 % quantile in minutes, or None.

    more_than, longer_than_min: in place of a number that is too large to be told.
    """

    ticket: Ticket
    call: CallId
    turn: int
    position: int | None
    estimate_min: int | None
    more_than: int | None = None
    longer_than_min: int | None = None


class AgentChanged(NamedTuple):
    """An agent is in another state. row: as the desk and the store see it (plain JSON)."""

    agent: AgentId
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A request about an agent was refused: stale-version, illegal-transition, unknown-reason,
    endpoint-taken, endpoint-unreachable, wrapup-code-required, unknown-agent. row: as it is now."""

    agent: AgentId
    code: str
    message: str
    row: Mapping[str, Any] = field(default_factory=dict)


class Decided(NamedTuple):
    """A decision record (acd-cti.md 5.6), plain JSON."""

    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Somebody must look at this: name and facts."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Row(NamedTuple):
    """A row of a projection is new or has changed: stored in the transaction of the event.

    kind: waiting, ring_group, offer, agent_state. columns: plain JSON values; `live` False or the
    row's end marks it over. The columns of each kind are in `acd/rows.py`.
    """

    kind: str
    key: str
    columns: Mapping[str, Any]


Command = (
    Offered
    | Withdrawn
    | Settled
    | WaitOver
    | OfferCallback
    | Told
    | AgentChanged
    | Refused
    | Decided
    | Alarm
    | Row
)
