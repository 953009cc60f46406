"""What happens to a call, found out from its steps: the same for webhooks, CRMs and listeners.

Each step of a call is looked at after it is durable. Nothing is asked and nothing waits, so the
call goes on whatever becomes of the news. Source: acd-cti.md 11 (1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.cti.news import CallNews
from ivr.cti.numbers import read_sender
from ivr.domain.call import CALLER, Mode
from ivr.domain.commands import CloseInteraction, Dial, Enqueue
from ivr.engine.party import Phase, Purpose

if TYPE_CHECKING:
    from ivr.domain.agent import AgentId
    from ivr.domain.call import CallId, LegId
    from ivr.domain.commands import Command
    from ivr.domain.queue import OfferId, Ticket
    from ivr.engine.party import Leg
    from ivr.engine.state import State

Tell = Callable[[CallNews], None]
_GIVEN = (Purpose.HANDED, Purpose.TRANSFER, Purpose.VERB)
"""Parties that take an agent's place."""
_ABANDONED = "abandoned"
_NEWS = frozenset({Enqueue, Dial, CloseInteraction})
"""Commands that are news, or may be."""


@dataclass(slots=True)
class _Seen:
    """A call as it was after its last step. queue: where it has waited last."""

    legs: tuple[Leg, ...] = ()
    recovered: bool = False
    queue: str = ""
    tickets: set[Ticket] = field(default_factory=set)
    addresses: dict[OfferId, str] = field(default_factory=dict)
    agents: dict[LegId, AgentId] = field(default_factory=dict)
    given_to: set[LegId] = field(default_factory=set)
    held: bool = False


class CallWatch:
    """Finds out what has happened in each call.

    country: of numbers without a country code. wanted: whether anybody listens to events of a type.
    """

    def __init__(self, country: str, tell: Tell, wanted: Callable[[str], bool]) -> None:
        self._country = country
        self._tell = tell
        self._wanted = wanted
        self._calls: dict[CallId, _Seen] = {}

    def look(self, state: State, wanted: Sequence[Command], *, is_first: bool) -> None:
        """A call has made a step. is_first: its first one ever; else it may come from a restart."""
        seen = self._calls.get(state.call)
        if seen is None:
            seen = self._calls[state.call] = _Seen(recovered=not is_first)
            if seen.recovered:
                _catch_up(seen, state, wanted)
        if state.legs is not seen.legs or not _NEWS.isdisjoint(map(type, wanted)):
            self._told(seen, state, wanted)
        if state.ended:
            del self._calls[state.call]

    def _told(self, seen: _Seen, state: State, wanted: Sequence[Command]) -> None:
        """Somebody came, went or does something else, or there is a command that is news."""
        step = _Step(self._tell, seen, state, wanted, self._country, self._wanted)
        step.parties()
        step.queued()
        step.offered()
        step.held()
        step.ended()
        seen.legs = state.legs


def _catch_up(seen: _Seen, state: State, wanted: Sequence[Command]) -> None:
    """How a call stood before the restart: none of that is told again."""
    for one in wanted:
        if isinstance(one, Enqueue):
            seen.tickets.add(one.ticket)
            seen.queue = one.queue
        elif isinstance(one, Dial) and one.offer:
            seen.addresses[one.offer] = one.address
    seen.agents, seen.held = _agents(state), _is_held(state)
    seen.given_to.update(leg.id for leg in _others(state))


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a call, beside what was seen before. listened: see `wanted` of the watch."""

    tell: Tell
    seen: _Seen
    state: State
    wanted: Sequence[Command]
    country: str
    listened: Callable[[str], bool]

    def parties(self) -> None:
        """An agent has the call, or has given it away."""
        seen, now = self.seen, _agents(self.state)
        came = [leg for leg in self.state.legs if leg.id in now and leg.id not in seen.agents]
        left = [agent for leg, agent in seen.agents.items() if leg not in now]
        for leg in came:
            address = seen.addresses.get(leg.offer, "")
            number = address if address.startswith("+") else ""
            self._say("call.answered", agents=(leg.agent,), number=number)
        to = "" if self.state.ended or now else self._given_to(is_left=bool(left))
        if to:
            self._say("call.transferred", agents=tuple(left), more={"to": to})
        seen.agents = now

    def _given_to(self, *, is_left: bool) -> str:
        """Who talks to the caller now, in place of an agent or of the flow; "" for nobody new."""
        queues = [one.queue for one in self.wanted if isinstance(one, Enqueue)]
        if queues and is_left:
            return f"queue:{queues[0]}"
        others = [leg for leg in _others(self.state) if leg.id not in self.seen.given_to]
        taken = [leg for leg in others if is_left or leg.phase is Phase.UP]
        self.seen.given_to.update(leg.id for leg in taken)
        return ", ".join(leg.detail or "party" for leg in taken)

    def queued(self) -> None:
        """The caller waits; going on with the same ticket is no news."""
        for one in self.wanted:
            if isinstance(one, Enqueue) and one.ticket not in self.seen.tickets:
                self.seen.tickets.add(one.ticket)
                self.seen.queue = one.queue
                more = {"priority": one.priority} if one.priority else {}
                self._say("call.queued", more=more)

    def offered(self) -> None:
        """An agent is rung up; the same offer is told once."""
        for one in self.wanted:
            if isinstance(one, Dial) and one.offer and one.offer not in self.seen.addresses:
                self.seen.addresses[one.offer] = one.address
                self._say("call.offered", agents=(one.agent,), more={"offer": one.offer})

    def held(self) -> None:
        """The caller is put on hold, or talked to again, by an agent who stays."""
        now = _is_held(self.state)
        if now != self.seen.held and self.seen.agents:
            agents = tuple(self.seen.agents.values())
            self._say("call.held", agents=agents, more={"held": now})
        self.seen.held = now

    def ended(self) -> None:
        """The call is over."""
        for one in self.wanted:
            if isinstance(one, CloseInteraction):
                outcome = str(one.outcome)
                cause = _ABANDONED if outcome == _ABANDONED else str(one.cause)
                facts = {"outcome": outcome, "ended_by": str(one.ended_by)}
                self._say("call.ended", cause=cause, more=facts)

    def _say(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - fields of CallNews
        if not self.listened(kind):
            return
        state = self.state
        number = read_sender(state.ani or "", self.country).e164
        ours, theirs = state.dnis, number
        ani, dnis, way = (theirs, ours, "in") if state.placed is None else (ours, theirs, "out")
        self.tell(
            CallNews(
                kind,
                state.call,
                state.last_at,
                ani,
                dnis,
                way,
                self.seen.queue,
                recovered=self.seen.recovered,
                **facts,
            )
        )


def _agents(state: State) -> dict[LegId, AgentId]:
    return {leg.id: leg.agent for leg in state.legs if leg.talks and leg.agent}


def _others(state: State) -> list[Leg]:
    """Parties that no offer has brought."""
    legs = (leg for leg in state.legs if leg.purpose in _GIVEN and leg.id != CALLER)
    return [leg for leg in legs if not leg.offer]


def _is_held(state: State) -> bool:
    """Whether the caller hears the hold sound because of an agent."""
    legs: Mapping[LegId, Leg] = {leg.id: leg for leg in state.legs}
    caller = legs.get(CALLER)
    return bool(_agents(state)) and caller is not None and caller.mode is Mode.HELD
