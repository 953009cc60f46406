"""Between calls and their queue: what calls ask for goes in, what was decided comes back.

A call's step hands its commands over before its trunk sees them. An agent's telephone is rung up
only after the screen pop has been shown, or after the little while that a pop may take.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ivr.acd import words
from ivr.domain import commands, events
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId, Cause, Turn
from ivr.domain.queue import OfferId, Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from ivr.domain.commands import Command, Dial, Enqueue
    from ivr.domain.events import Event
    from ivr.engine.state import State
    from ivr.runtime.groups.host import Make
    from ivr.runtime.groups.seen import Seen
    from ivr.runtime.live import LiveCall
    from ivr.runtime.tasks import Tasks

_NS = 1_000_000_000
_OVER = ("failed", "call_ended", "consult_complete")
"""What an agent does no more after: his part in the offer is over."""


class Pops(Protocol):
    """Who shows agents their callers."""

    async def queued(self, call: LiveCall, command: Enqueue) -> None:
        """A caller waits: what can be looked up is looked up now."""

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """Returns when the desk shows the caller, or when that has taken too long."""

    def ringing(self, offer: OfferId) -> None:
        """The agent's telephone rings."""

    def answered(self, offer: OfferId) -> None:
        """The agent has the caller."""

    def ended(self, call: CallId) -> None:
        """The call is over."""


class Silent:
    """No screen pops at all."""

    async def queued(self, call: LiveCall, command: Enqueue) -> None:
        """Nothing to prepare."""

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """Nothing to show."""

    def ringing(self, offer: OfferId) -> None:
        """Nothing is shown."""

    def answered(self, offer: OfferId) -> None:
        """Nothing is shown."""

    def ended(self, call: CallId) -> None:
        """Nothing was kept."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as its call and its agent's desk need it."""

    offer: OfferId
    agent: AgentId
    call: CallId
    ticket: Ticket
    queue: str
    waited_s: float


@dataclass(slots=True)
class Wait:
    """A wait of a live call: the ticket behind the turn of its `Enqueue`."""

    ticket: Ticket
    command: Enqueue


@dataclass(slots=True, eq=False)
class Dispatch:
    """Carries queue commands of all calls. post: puts an event into the mailbox of the queues.

    deliver: gives an event to a call, whatever it takes. execute: has a call's trunk do something.
    """

    post: Callable[[Make], None]
    deliver: Callable[[CallId, Event], Coroutine[Any, Any, None]]
    execute: Callable[[LiveCall, Sequence[Command]], Awaitable[None]]
    tasks: Tasks
    seen: Seen
    pops: Pops = field(default_factory=Silent)
    waits: dict[CallId, dict[Turn, Wait]] = field(default_factory=dict)
    settling: dict[OfferId, Turn] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)

    def carry(self, call: LiveCall, state: State, wanted: Sequence[Command]) -> Sequence[Command]:
        """Take what is for the queues; returns what the trunk is to do now."""
        if len(state.legs) > 1 or call.id in self.seen.calls:
            self.seen.look(state)
        if state.ended:
            self.pops.ended(call.id)
        if not any(type(command) in _OURS for command in wanted):
            return wanted
        rest = []
        for command in wanted:
            take = _CARRIED.get(type(command))
            if take is not None:
                take(self, call, state, command)
            if not self._holds(call, command):
                rest.append(command)
        return rest

    def _holds(self, call: LiveCall, command: Command) -> bool:
        """Whether the command waits for a screen pop."""
        if not isinstance(command, commands.Dial) or not command.offer:
            return False
        self.tasks.start(self._ring(call, command), "offer")
        return True

    async def _ring(self, call: LiveCall, dial: Dial) -> None:
        """Show the pop, then dial, if the offer still stands by then."""
        offer = self.offers.get(dial.offer)
        if offer is not None:
            await self.pops.show(call, offer)
        async with call.lock:
            state = call.state
            open_turns = {one.turn for one in state.waiting()} if state is not None else set()
            if dial.turn in open_turns:
                await self.execute(call, (dial,))

    # from calls

    def enqueue(self, call: LiveCall, state: State, command: Enqueue) -> None:
        """A caller waits, or waits on after a restart."""
        self.waits.setdefault(call.id, {})[command.turn] = Wait(command.ticket, command)
        longest = None if command.longest_s is None else round(command.longest_s * _NS)
        self.post(
            partial(
                _queued,
                ticket=command.ticket,
                call=call.id,
                turn=command.turn,
                queue=command.queue,
                reach=Reach(state.channel),
                priority=command.priority,
                skills=command.skills,
                language=command.language,
                longest_ns=longest,
                keep_from=command.keep_from or None,
                identity=state.ani or "",
            )
        )
        self.tasks.start(self.pops.queued(call, command), "pop lookups")

    def leave(self, call: LiveCall, _state: State, command: commands.LeaveQueue) -> None:
        """The flow has taken the caller out of the queue."""
        self._gone(command.ticket, command.end)

    def close(self, call: LiveCall, state: State, command: commands.Close) -> None:
        """A wait whose turn is closed is over; who gave no other reason has hung up."""
        wait = self._forget_wait(call.id, command.turn)
        if wait is not None:
            lost = state.cause is Cause.SYSTEM_LOST
            self._gone(wait.ticket, WaitEnd.SYSTEM_LOST if lost else WaitEnd.ABANDONED)

    def _forget_wait(self, call: CallId, turn: Turn) -> Wait | None:
        waits = self.waits.get(call, {})
        wait = waits.pop(turn, None)
        if not waits:
            self.waits.pop(call, None)
        return wait

    def _gone(self, ticket: Ticket, end: WaitEnd) -> None:
        self.post(lambda at: words.CallGone(at=at, ticket=ticket, end=end))

    def settle(self, _call: LiveCall, _state: State, command: commands.Settle) -> None:
        """An agent has answered."""
        self.settling[command.offer] = command.turn
        offer = command.offer
        self.post(lambda at: words.OfferAnswered(at=at, offer=offer))

    def news(self, _call: LiveCall, _state: State, command: commands.AskNews) -> None:
        """The caller is to be told how long it takes."""
        ticket = command.ticket
        self.post(lambda at: words.NewsAsked(at=at, ticket=ticket))

    def report(self, _call: LiveCall, _state: State, command: commands.ReportAgent) -> None:
        """Something happened on the agent's telephone."""
        offer, agent, what, cause = command.offer, command.agent, command.what, command.cause
        if what in _OVER:
            self.offers.pop(offer, None)
        if what == "ringing":
            self.pops.ringing(offer)
            self.post(lambda at: words.OfferRinging(at=at, offer=offer))
        elif what == "failed":
            self.post(lambda at: words.OfferFailed(at=at, offer=offer, cause=cause))
        else:
            self.post(lambda at: words.AgentEvent(at=at, agent=agent, what=what, offer=offer))

    def tickets(self, call: CallId) -> list[Ticket]:
        """The waits of a call."""
        return [wait.ticket for wait in self.waits.get(call, {}).values()]

    # from the queues

    def offered(self, command: words.Offered) -> None:
        """An agent is reserved: the call may ring him up."""
        self.offers[command.offer] = Offer(
            command.offer,
            command.agent,
            command.call,
            command.ticket,
            command.queue,
            command.waited_ns / _NS,
        )
        self._tell(
            command.call,
            events.AgentOffered(
                turn=Turn(command.turn),
                offer=command.offer,
                agent=command.agent,
                address=command.address,
                ring_s=command.ring_ns / _NS,
                whisper=command.whisper,
            ),
        )

    def withdrawn(self, command: words.Withdrawn) -> None:
        """The agent is not to be rung up any more."""
        self.offers.pop(command.offer, None)
        self.settling.pop(command.offer, None)
        event = events.OfferWithdrawn(turn=Turn(command.turn), offer=command.offer)
        self._tell(command.call, event)

    def stop_ringing(self, offer: OfferId) -> None:
        """An agent has said at his desk that he does not take the call: his telephone falls
        silent."""
        known = self.offers.pop(offer, None)
        if known is None:
            return
        for turn, wait in self.waits.get(known.call, {}).items():
            if wait.ticket == known.ticket:
                self._tell(known.call, events.OfferWithdrawn(turn=turn, offer=offer))

    def settled(self, command: words.Settled) -> None:
        """It is known who gets the call."""
        offer = self.offers.get(command.offer)
        if command.won and offer is not None:
            self.pops.answered(command.offer)
            for at, wait in list(self.waits.get(command.call, {}).items()):
                if wait.ticket == offer.ticket:
                    self._forget_wait(command.call, at)
        turn = self.settling.pop(command.offer, None)
        if turn is not None:
            event = events.OfferSettled(turn=turn, offer=command.offer, won=command.won)
            self._tell(command.call, event)

    def over(self, command: words.WaitOver) -> None:
        """The queue lets the caller go."""
        self._forget_wait(command.call, Turn(command.turn))
        event = events.QueueRefused(turn=Turn(command.turn), end=command.end, target=command.target)
        self._tell(command.call, event)

    def told(self, command: words.Told) -> None:
        """What the caller may hear."""
        self._tell(
            command.call,
            events.QueueNews(
                turn=Turn(command.turn),
                position=command.position,
                estimate_min=command.estimate_min,
            ),
        )

    def _tell(self, call: CallId, event: Event) -> None:
        self.tasks.start(self.deliver(call, event), "queue answer")


def _queued(at: int, **facts: Any) -> words.CallQueued:  # noqa: ANN401 - fields of the event
    return words.CallQueued(at=at, **facts)


_CARRIED: Mapping[type[Command], Callable[..., None]] = {
    commands.Enqueue: Dispatch.enqueue,
    commands.LeaveQueue: Dispatch.leave,
    commands.Close: Dispatch.close,
    commands.Settle: Dispatch.settle,
    commands.AskNews: Dispatch.news,
    commands.ReportAgent: Dispatch.report,
}
_OURS = frozenset({*_CARRIED, commands.Dial})
BACK: Mapping[type, Callable[[Dispatch, Any], None]] = {
    words.Offered: Dispatch.offered,
    words.Withdrawn: Dispatch.withdrawn,
    words.Settled: Dispatch.settled,
    words.WaitOver: Dispatch.over,
    words.Told: Dispatch.told,
}
"""What the queues decide for calls, and who brings it to them."""
