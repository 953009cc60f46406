"""The floor of the call centre as pages, API and trunks see it: agents, queues, offers.

Whatever is asked for goes through the mailbox of the routing group; whatever changes is told to
desks and wallboards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.acd import words
from ivr.domain.agent import AgentId, AgentState, Reach
from ivr.domain.call import CallId, Cause
from ivr.domain.errors import (
    EndpointTakenError,
    EndpointUnreachableError,
    IllegalTransitionError,
    NotFoundError,
    NotValidError,
    RequestError,
    StaleVersionError,
    UnknownReasonError,
    WrapupCodeRequiredError,
)
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.runtime.groups.acquaintance import Acquaintance
from ivr.runtime.groups.beside import Beside
from ivr.runtime.groups.board import Board
from ivr.runtime.groups.cards import card_of
from ivr.runtime.groups.control import Control
from ivr.runtime.groups.dispatch import BACK, Dispatch
from ivr.runtime.groups.ended import EndedWaits
from ivr.runtime.groups.host import Host
from ivr.runtime.groups.proofs import Proofs
from ivr.runtime.groups.telephones import Telephones
from ivr.runtime.groups.wrapups import Afterwards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.acd.state import Agent
    from ivr.acd.words import AgentCard, Command
    from ivr.runtime.groups.board import Settings, Told
    from ivr.runtime.switch import Switch

GROUP = "g1"
"""All queues of a server are one routing group: one writer is enough for 10,000 agents."""
ERRORS: Mapping[str, type[RequestError]] = {
    one.code: one
    for one in (
        StaleVersionError,
        IllegalTransitionError,
        EndpointTakenError,
        EndpointUnreachableError,
        UnknownReasonError,
        WrapupCodeRequiredError,
        NotFoundError,
    )
}
Row = Mapping[str, Any]


class Floor:
    """One routing group with its agents.

    reaches: whether a way's telephone can be rung up now.
    """

    def __init__(self, switch: Switch, settings: Settings, told: Told) -> None:
        ports = switch.ports
        self._switch = switch
        self._agents, self._people = ports.store.agents, ports.store.people
        self._settings, self._tasks = settings, ports.tasks
        self.host = Host(GROUP, switch.store.groups, ports.clock, ports.tasks, self._carry)
        self._waits = EndedWaits(self.host, switch.store.groups, settings.rules)
        self.ended = self._waits.of
        self.telephones = Telephones(self.host)
        self.reaches = self.telephones.reaches
        self.board = Board(switch, settings, told, self._queue_of, self._is_agent)
        self.board.seen.watchers.append(Beside(self._is_agent, self.happened).look)
        self.knows = Acquaintance(switch.store.interactions, settings.rules, ports.clock)
        self.dispatch = Dispatch(
            post=self.host.send,
            deliver=switch.carrier.deliver_surely,
            execute=lambda call, wanted: switch.trunks[call.trunk].execute(call, wanted),
            tasks=ports.tasks,
            seen=self.board.seen,
            calls=switch.calls,
            is_attested=settings.is_attested,
            proves=Proofs(settings.rules).of,
            knows=self.knows,
        )
        self.watchers: list[Callable[[Command], None]] = []
        self._talked: list[AgentId] = []
        """Who had a call when the last run ended: an open desk still shows it."""
        self.afterwards = Afterwards(switch.store.wrapups, ports.clock, ports.tasks, settings.codes)
        self.board.agent_watchers.append(self.afterwards.changed)
        where, may = self.telephones.address, self.board.monitoring
        self._control = Control(switch, where, settings.place, self._queue_names, may)
        switch.queues = self.dispatch

    async def start(self) -> None:
        """Go on where the last owner was. Before the calls are taken over, which wait in it."""
        await self.host.start(self._settings.rules(), await self._cards())
        await self._waits.remember(self.board.lately)
        agents = self.host.group.agents.values()
        self.dispatch.remember(agents)
        self._talked = [agent.name for agent in agents if agent.won]
        self._tasks.start(self.board.tell_figures(self.queues), "queue figures")

    async def sweep(self) -> None:
        """After the calls are taken over: what no call stands behind any more is lost."""
        live = self._switch.calls
        for call in list(self.host.group.calls.values()):
            if call.call not in live:
                await self.host.ask(partial(_lost, call.ticket))
        for agent in list(self.host.group.agents.values()):
            if agent.won and not self._talks(agent):
                self.dispatch.offers.pop(agent.won, None)
                what = "dial_failed" if agent.state == AgentState.DIALING else "call_ended"
                await self.host.ask(partial(_happened, agent.name, what))
        for name in self._talked:
            self.board.seen.tell_again(name)

    def _talks(self, agent: Agent) -> bool:
        """Whether the call that an agent has won knows of it; else nobody would end his part."""
        live = self._switch.calls.get(CallId(agent.call or ""))
        legs = () if live is None or live.state is None else live.state.legs
        return any(leg.won and leg.offer == agent.won for leg in legs)

    async def reload(self) -> None:
        """The configuration or the list of agents has changed."""
        rules, cards = self._settings.rules(), await self._cards()
        await self.host.ask(lambda at: words.RulesChanged(at=at, rules=rules, agents=cards))

    async def _cards(self) -> tuple[AgentCard, ...]:
        zone = self._settings.zone()
        await self.board.learn_names(self._people)
        return tuple(card_of(row, zone) for row in await self._agents.all())

    def agent(self, name: str) -> Row | None:
        """What an agent is doing; None if there is no such agent."""
        return self.board.agent(self.host.group, name)

    def agents(self) -> Sequence[Row]:
        """All agents, by number."""
        return self.board.agents(self.host.group)

    def queues(self) -> Sequence[Row]:
        """Live figures of every queue."""
        return self.board.queues(self.host.group, self.host.now_ns())

    def waiting(self, queue: str) -> Sequence[Row]:
        """Who waits in a queue, the next one first."""
        return self.board.waiting(self.host.group, queue)

    def offers(self, agent: str) -> Sequence[Row]:
        """The live offers of an agent."""
        return self.board.seen.offers_of(agent)

    def call(self, agent: str) -> Row | None:
        """The call that an agent has."""
        return self.board.seen.call_of(agent)

    def call_of(self, offer: str) -> str | None:
        """The call that an offer is about, while the offer is known."""
        found = self.dispatch.offers.get(OfferId(offer))
        return found.call if found is not None else None

    # what people ask for

    async def ask(self, agent: str, what: str, **facts: Any) -> Row:  # noqa: ANN401 - of AgentEvent
        """A change of state. Raises RequestError with the code of the refusal."""
        code = str(facts.get("code", ""))
        self.afterwards.check(code)
        before = self.agent(agent)
        if what == "login":
            await self.refresh(agent)
            self.telephones.check(agent)
        with self.afterwards.giving(agent, code):
            commands = await self.host.ask(partial(_happened, AgentId(agent), what, **facts))
            for command in commands:
                if isinstance(command, words.Refused):
                    error = ERRORS.get(command.code, NotValidError)
                    raise error(command.message)
            await self.afterwards.code(before, code)
        row = self.agent(agent)
        if row is None:
            raise NotFoundError(f"there is no agent {agent!r}")
        return row

    async def decline(self, offer: str, reason: str) -> None:
        """An agent does not want this call; the caller keeps the place.

        Raises IllegalTransitionError if the offer is over, or is taken already.
        """
        late = False

        def declined(at: int) -> words.Event:
            nonlocal late
            late = OfferId(offer) not in self.host.group.offers
            return words.Tick(at=at) if late else _declined(at, OfferId(offer), reason)

        await self.host.ask(declined)
        if late:
            raise IllegalTransitionError(f"too late: offer {offer} is over")
        self.dispatch.stop_ringing(OfferId(offer))

    async def priority(self, call: str, priority: str, by: str, reason: str) -> None:
        """A waiting call gets another priority."""
        for ticket in self.dispatch.tickets(CallId(call)):
            await self.host.ask(
                partial(_hurried, ticket=ticket, priority=priority, by=by, reason=reason)
            )

    async def control(self, call: str, action: str, body: Row, who: str) -> Row:
        """Something is to be done to a call, by somebody at a desk."""
        if action == "wrapup-note":
            await self.afterwards.note(self.agent(who), call, str(body["note"]))
        else:
            await self._control.act(call, action, body, who)
        return self.call(who) or {}

    def happened(self, agent: str, what: str) -> None:
        """A fact about an agent: `endpoint_lost`, `endpoint_back` ..."""
        self.host.send(partial(_happened, AgentId(agent), what))

    def present(self, reach: Reach, address: str, *, there: bool) -> None:
        """A telephone can be rung up again, or no longer."""
        what = "endpoint_back" if there else "endpoint_lost"
        for agent, held in self.telephones.of(reach).items():
            if held == address:
                self.host.send(partial(_happened, agent, what))

    def _is_agent(self, name: str) -> bool:
        return AgentId(name) in self.host.group.agents

    def _queue_of(self, offer: OfferId) -> str:
        found = self.dispatch.offers.get(offer)
        return found.queue if found is not None else ""

    def _queue_names(self) -> frozenset[str]:
        return frozenset(self._settings.rules().queues)

    async def refresh(self, agent: str) -> None:
        """Whoever comes to work is taken as the store has him now."""
        found = self.host.group.agents.get(AgentId(agent))
        row = await self._agents.get(agent)
        card = None if row is None else card_of(row, self._settings.zone())
        if (None if found is None else found.card) != card:
            await self.reload()

    # what comes of it

    def _carry(self, command: Command) -> None:
        for watcher in self.watchers:
            watcher(command)
        back = BACK.get(type(command))
        if back is not None:
            back(self.dispatch, command)
        else:
            self.board.tell(command)


def _happened(agent: AgentId, what: str, at: int, **facts: Any) -> words.AgentEvent:  # noqa: ANN401
    return words.AgentEvent(at=at, agent=agent, what=what, **facts)


def _declined(at: int, offer: OfferId, reason: str) -> words.OfferFailed:
    cause = Cause.REJECTED
    return words.OfferFailed(at=at, offer=offer, cause=cause, declined=True, reason=reason)


def _lost(ticket: Ticket, at: int) -> words.CallGone:
    return words.CallGone(at=at, ticket=ticket, end=WaitEnd.SYSTEM_LOST)


def _hurried(at: int, **facts: Any) -> words.CallPriority:  # noqa: ANN401 - fields of the event
    return words.CallPriority(at=at, **facts)
