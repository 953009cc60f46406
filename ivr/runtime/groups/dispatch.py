"""Between calls and their queue: what calls ask for goes in, what was decided comes back.

A call's step hands its commands over before its trunk sees them. An agent's telephone is rung up
only after the screen pop has been shown, or after the little while that a pop may take.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.acd import words
from ivr.domain import commands, events
from ivr.domain.agent import Reach
from ivr.domain.call import CallId, Cause, Turn
from ivr.domain.changed import changed
from ivr.domain.commands import Enqueue
from ivr.domain.outbound import CallbackBooked, CallbackSuggested
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.engine.outgoing.placing import is_planned
from ivr.runtime.groups.answers import NS, news_of, offer_of, refused_of, remembered
from ivr.runtime.groups.neighbours import Offer, Silent
from ivr.runtime.groups.times import to_ns
from ivr.runtime.tasks import survived

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
    from datetime import datetime

    from ivr.acd.state import Agent
    from ivr.domain.agent import AgentId, Wanted
    from ivr.domain.commands import Command, Dial
    from ivr.domain.events import Event
    from ivr.domain.outbound import Placed
    from ivr.domain.values import Value
    from ivr.engine.state import State
    from ivr.runtime.groups.host import Make
    from ivr.runtime.groups.neighbours import Knows, PlacedWatcher, Pops, Promises
    from ivr.runtime.groups.seen import Seen
    from ivr.runtime.live import LiveCall
    from ivr.runtime.tasks import Tasks

KNOWN_WITHIN_S = 0.5
"""What is not found within this time about earlier calls is not waited for."""
_OVER = ("failed", "call_ended", "consult_complete", "dial_failed")
"""What an agent does no more after: his part in the offer is over."""


@dataclass(slots=True)
class Wait:
    """A wait of a live call: the ticket behind the turn of its `Enqueue`."""

    ticket: Ticket
    command: Enqueue


@dataclass(slots=True, eq=False)
class Dispatch:
    """Carries queue commands of all calls. post: puts an event into the mailbox of the queues.

    deliver: gives an event to a call, whatever it takes. execute: has a call's trunk do something.
    calls: those that are going on. is_attested: whether the carrier of a trunk vouches for numbers.
    proves: what stands for the customer whose PIN was right, of a queue and the step's `pop`.
    """

    post: Callable[[Make], None]
    deliver: Callable[[CallId, Event], Coroutine[Any, Any, None]]
    execute: Callable[[LiveCall, Sequence[Command]], Awaitable[None]]
    tasks: Tasks
    seen: Seen
    is_attested: Callable[[str], bool]
    proves: Callable[[str, Mapping[str, Value]], str]
    calls: Mapping[CallId, LiveCall] = field(default_factory=dict)
    pops: Pops = field(default_factory=Silent)
    promises: Promises | None = None
    calling: PlacedWatcher | None = None
    knows: Knows | None = None
    waits: dict[CallId, dict[Turn, Wait]] = field(default_factory=dict)
    settling: dict[OfferId, Turn] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)

    def carry(self, call: LiveCall, state: State, wanted: Sequence[Command]) -> Sequence[Command]:
        """Take what is for the queues; returns what the trunk is to do now."""
        if len(state.legs) > 1 or call.id in self.seen.calls:
            self.seen.look(state)
        if state.ended:
            self.pops.ended(call.id)
        if state.placed is not None:
            _tell_of(self, call, state, state.placed)
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

    def remember(self, agents: Iterable[Agent]) -> None:
        """After a restart: the offers by which agents have the call that they talk in."""
        for agent in agents:
            if agent.won and agent.call and agent.place:
                ticket, queue = agent.place.ticket, agent.queue
                self.offers[agent.won] = Offer(
                    agent.won, agent.name, agent.call, ticket, queue, waited_s=0.0
                )

    # from calls

    def enqueue(self, call: LiveCall, state: State, command: Enqueue) -> None:
        """A caller waits, or waits on after a restart."""
        wait = self.waits.setdefault(call.id, {})[command.turn] = Wait(command.ticket, command)
        attested = self.is_attested(call.trunk)
        queued = _place_for(self, state, command, attested=attested and state.placed is None)
        if self.knows is not None and self.knows.matters(command.queue, state.ani or ""):
            self.tasks.start(_ask_who_knows(self, state, wait, queued), "who knows a caller")
        else:
            self.post(queued)
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
        ticket, cut = command.ticket, command.cut
        self.post(lambda at: words.NewsAsked(at=at, ticket=ticket, cut=cut))

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
        self.offers[command.offer] = remembered(command)
        self._tell(command.call, offer_of(command))

    def withdrawn(self, command: words.Withdrawn) -> None:
        """The agent is not to be rung up any more."""
        self.offers.pop(command.offer, None)
        self.settling.pop(command.offer, None)
        event = events.OfferWithdrawn(turn=Turn(command.turn), offer=command.offer)
        self._tell(command.call, event)

    def stop_ringing(self, offer: OfferId) -> None:
        """An agent does not take the call, as he said at his desk: his telephone falls silent."""
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
            self.tasks.start(self._bring(command.call, event), "queue answer")

    async def _bring(self, call: CallId, event: events.OfferSettled) -> None:
        """Tell a call who gets it. The caller may have hung up while that was settled: then there
        is no talk, and nobody else would ever tell the queues that the agent is free again."""
        await self.deliver(call, event)
        live = self.calls.get(call)
        legs = () if live is None or live.state is None else live.state.legs
        offer = self.offers.get(event.offer)
        if event.won and offer is not None and not any(leg.offer == event.offer for leg in legs):
            del self.offers[event.offer]
            what = "dial_failed" if offer.agent_first else "call_ended"
            self.post(partial(_call_over, agent=offer.agent, offer=event.offer, what=what))

    def over(self, command: words.WaitOver) -> None:
        """The queue lets the caller go."""
        self._forget_wait(command.call, Turn(command.turn))
        self._tell(command.call, refused_of(command))

    def told(self, command: words.Told) -> None:
        """What the caller may hear."""
        self._tell(command.call, news_of(command))

    def suggested(self, command: words.OfferCallback) -> None:
        """The caller is to be asked whether we shall call back."""
        event = CallbackSuggested(turn=Turn(command.turn), queue=command.queue)
        self._tell(command.call, event)

    def decline(self, _call: LiveCall, _: State, command: commands.DeclineCallback) -> None:
        """The caller will not be called back."""
        self.post(lambda at: words.CallbackDeclined(at=at, ticket=command.ticket))

    def _tell(self, call: CallId, event: Event) -> None:
        self.tasks.start(self.deliver(call, event), "queue answer")


def _book(
    dispatch: Dispatch, call: LiveCall, _state: State, command: commands.BookCallback
) -> None:
    """A caller wants to be called back."""
    if dispatch.promises is not None:
        dispatch.promises.ask(call, command)
    else:
        refused = CallbackBooked(turn=command.turn, done=False)
        dispatch.tasks.start(dispatch.deliver(call.id, refused), "callback refused")


def _drop(
    dispatch: Dispatch, _call: LiveCall, _state: State, command: commands.DropCallback
) -> None:
    """Somebody need not be called back any more."""
    if dispatch.promises is not None:
        dispatch.promises.drop(command)


def _kept_place(
    dispatch: Dispatch, state: State, command: Enqueue, *, attested: bool
) -> tuple[Ticket | None, int | None]:
    """The place that a caller had before: ticket, and ns of its begin."""
    since = command.kept_since
    if since is not None:
        return command.keep_from or None, to_ns(since)
    if command.keep_from or dispatch.promises is None or not attested:
        return command.keep_from or None, None
    return dispatch.promises.returning(state, command)


def _place_for(
    dispatch: Dispatch, state: State, command: Enqueue, *, attested: bool
) -> Callable[..., words.CallQueued]:
    """The event by which a caller comes to wait, but for its time. attested: whether the number is
    known to be the caller's own; somebody else's place is nothing to be taken by writing one."""
    before, since = _kept_place(dispatch, state, command, attested=attested)
    longest = None if command.longest_s is None else round(command.longest_s * NS)
    return partial(
        _queued,
        ticket=command.ticket,
        call=state.call,
        turn=command.turn,
        queue=command.queue,
        reach=Reach(state.channel),
        priority=command.priority,
        skills=command.skills,
        language=command.language,
        longest_ns=longest,
        keep_from=before,
        enqueued_at=since,
        identity=state.ani or "",
        attested=attested,
        proved=dispatch.proves(command.queue, command.pop) if state.placed is None else "",
        agent_first=is_planned(state),
        held_until=_ns_of(command.held_until),
    )


def _hold(dispatch: Dispatch, call: LiveCall, _state: State, command: commands.HoldPlace) -> None:
    """The caller must not be disturbed, or may be again. One who is only about to enter the queue,
    since it is still asked who knows him, enters it like that."""
    for wait in dispatch.waits.get(call.id, {}).values():
        if wait.ticket == command.ticket:
            wait.command = changed(wait.command, held_until=command.until)
    ticket, until = command.ticket, _ns_of(command.until)
    dispatch.post(lambda at: words.CallHeld(at=at, ticket=ticket, until=until))


def _ns_of(at: datetime | None) -> int | None:
    return None if at is None else to_ns(at)


def _tell_of(it: Dispatch, call: LiveCall, state: State, placed: Placed) -> None:
    """Whoever has had a call of ours begun hears how it goes."""
    if it.promises is not None:
        it.promises.look(call, state)
    if it.calling is not None and placed.survey:
        it.calling.looked(call, state)


async def _ask_who_knows(
    dispatch: Dispatch, state: State, wait: Wait, queued: Callable[..., words.CallQueued]
) -> None:
    """Into the queue with the agents who know the caller; not if he has left meanwhile."""
    known: tuple[Wanted, ...] = ()
    if dispatch.knows is not None:
        with survived(), suppress(TimeoutError):
            async with asyncio.timeout(KNOWN_WITHIN_S):
                known = await dispatch.knows.of(state.call, wait.command, state.ani or "")
    if dispatch.waits.get(state.call, {}).get(wait.command.turn) is wait:
        held_until = _ns_of(wait.command.held_until)
        dispatch.post(partial(queued, wanted=known, held_until=held_until))


def _show_more(
    dispatch: Dispatch, call: LiveCall, state: State, command: commands.AddToPop
) -> None:
    """A caller who waits has told something: what is known of him is looked up anew."""
    for one in state.waiting():
        if isinstance(one, Enqueue) and one.ticket == command.ticket:
            dispatch.tasks.start(dispatch.pops.queued(call, one), "pop lookups")


def _queued(at: int, **facts: Any) -> words.CallQueued:  # noqa: ANN401 - fields of the event
    return words.CallQueued(at=at, **facts)


def _call_over(at: int, agent: AgentId, offer: OfferId, what: str) -> words.AgentEvent:
    return words.AgentEvent(at=at, agent=agent, what=what, offer=offer)


_CARRIED: Mapping[type[Command], Callable[..., None]] = {
    commands.Enqueue: Dispatch.enqueue,
    commands.AddToPop: _show_more,
    commands.HoldPlace: _hold,
    commands.LeaveQueue: Dispatch.leave,
    commands.Close: Dispatch.close,
    commands.BookCallback: _book,
    commands.DropCallback: _drop,
    commands.DeclineCallback: Dispatch.decline,
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
    words.OfferCallback: Dispatch.suggested,
}
"""What the queues decide for calls, and who brings it to them."""
