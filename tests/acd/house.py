"""Small queues and agents for tests of the queue machine, and a driver that keeps the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ivr.acd.group import Group, decide
from ivr.acd.settings import SECOND, Member, Queue, Rules
from ivr.acd.words import (
    AgentCard,
    AgentEvent,
    CallGone,
    CallQueued,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    RulesChanged,
    Tick,
)
from ivr.domain.agent import AgentId, Reach, Wanted
from ivr.domain.call import CallId, Cause
from ivr.domain.queue import OfferId, Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.words import Command, Event

T = TypeVar("T")


def card(name: str, number: int, *teams: str, **skills: int) -> AgentCard:
    """An agent with a SIP telephone, in team `t` if none is said."""
    return AgentCard(
        agent=AgentId(name),
        number=number,
        teams=teams or ("t",),
        skills=skills,
        endpoints={Reach.SIP: f"sip:{name}@desk"},
    )


def queue(name: str = "q", **settings: object) -> Queue:
    """A queue that team `t` serves, unless said otherwise."""
    facts: dict[str, Any] = {"teams": {"t": Member()}, **settings}
    return Queue(name, **facts)


def wanted(*names: str, source: str = "last_agent") -> tuple[Wanted, ...]:
    """Agents whom a caller is to be given back to."""
    return tuple(Wanted(AgentId(name), source) for name in names)


class House:
    """One group, driven by short words; time is in seconds and ticks by itself."""

    def __init__(
        self,
        *queues: Queue,
        agents: Iterable[AgentCard] = (),
        here: bool = True,
        **rules: object,
    ) -> None:
        self.group = Group("g", 1)
        self.at = 1_000 * SECOND
        self.out: list[Command] = []
        self.events: list[Event] = []
        self.cards = tuple(agents)
        facts: dict[str, Any] = {**rules}
        self.rules = Rules(queues={each.name: each for each in queues}, **facts)
        self.give(RulesChanged(at=self.at, rules=self.rules, agents=self.cards))
        for each in self.cards if here else ():
            self.wait(0.001)
            self.agent(each.agent, "login")

    def give(self, event: Event) -> list[Command]:
        """One event; what came out."""
        self.events.append(event)
        self.out = list(decide(self.group, event))
        return self.out

    def wait(self, seconds: float) -> list[Command]:
        """Let time go on; everything that came out meanwhile."""
        end, found = self.at + round(seconds * SECOND), []
        while (due := self.group.next_due) is not None and due <= end:
            self.at = max(due, self.at)
            found += self.give(Tick(at=self.at))
        self.at = end
        return found

    def call(self, name: str, queue: str = "q", **facts: object) -> list[Command]:
        """A caller wants an agent."""
        wanted: dict[str, Any] = {"reach": Reach.SIP, "turn": 1, **facts}
        return self.give(
            CallQueued(
                at=self.at, ticket=Ticket(name), call=CallId(f"c-{name}"), queue=queue, **wanted
            )
        )

    def agent(self, name: str, what: str, **facts: object) -> list[Command]:
        """An agent or telephone does something."""
        told: dict[str, Any] = {**facts}
        return self.give(AgentEvent(at=self.at, agent=AgentId(name), what=what, **told))

    def gone(self, name: str, end: WaitEnd = WaitEnd.ABANDONED) -> list[Command]:
        """A caller waits no longer."""
        return self.give(CallGone(at=self.at, ticket=Ticket(name), end=end))

    def offer_of(self, agent: str) -> OfferId:
        """The live offer of an agent."""
        offer = self.group.agents[AgentId(agent)].offer
        assert offer is not None
        return offer.name

    def rings(self, agent: str) -> list[Command]:
        """The agent's telephone rings."""
        return self.give(OfferRinging(at=self.at, offer=self.offer_of(agent)))

    def answers(self, agent: str) -> list[Command]:
        """The agent answers."""
        return self.give(OfferAnswered(at=self.at, offer=self.offer_of(agent)))

    def fails(self, agent: str, cause: Cause = Cause.NO_ANSWER, **facts: object) -> list[Command]:
        """The agent's telephone says no."""
        told: dict[str, Any] = {**facts}
        offer = self.offer_of(agent)
        return self.give(OfferFailed(at=self.at, offer=offer, cause=cause, **told))

    def state(self, agent: str) -> str:
        """What the agent is doing."""
        return self.group.agents[AgentId(agent)].state

    def states(self) -> str:
        """All agents' states, short."""
        return " ".join(f"{name}:{agent.state}" for name, agent in self.group.agents.items())

    def ringing(self) -> dict[str, str]:
        """Agent -> caller's ticket, of all live offers."""
        return {str(one.agent.name): str(one.call.ticket) for one in self.group.offers.values()}


def only(out: Iterable[object], kind: type[T]) -> list[T]:
    """The commands of one kind."""
    return [each for each in out if isinstance(each, kind)]
