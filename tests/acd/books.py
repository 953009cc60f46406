"""Books of what the queue machine says, kept beside it during a walk: who is offered to whom.

They know no heaps, classes or profiles of their own. Looked at for every event, out of the commands
that came out and the facts of callers and agents:

* an order inversion: an offer for a caller while one of the same class with a smaller key waits;
* a wrong pick: a longest-idle queue rings somebody while one of the same tier is idle for longer;
* a double offer: a second live offer of an agent, a telephone or (unless all are rung) a caller,
  or two winners of one wait;
* a crash: the machine raises;
* anything else: a key that changed while its caller waited, an idle time that moved for no reason,
  a row of an agent that says otherwise than the offers that were made, a decision for nobody.

The slow oracle (`tests/acd/oracle.py`) looks at each decision and after each event, too.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.acd import offers
from ivr.acd.group import decide
from ivr.acd.words import (
    AgentChanged,
    AgentEvent,
    CallPriority,
    CallQueued,
    Offered,
    OfferFailed,
    RulesChanged,
    Settled,
    Withdrawn,
)
from tests.acd import house, oracle
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.acd.state import Agent, Call, Group, Key
    from ivr.acd.words import Command, Event
    from ivr.domain.agent import AgentId
    from ivr.domain.queue import OfferId, Ticket

INVERSION, WRONG_PICK, DOUBLE, OTHER, ORACLE = "inversion", "pick", "double", "other", "oracle"
CRASH = "crash"
MANY = ("ring_all", "ring_progressive")
OFFERED = ("reserved", "ringing")
IN_CONTACT = ("talking", "holding", "consulting", "wrapup")
OVER = ("available", *OFFERED)


@dataclass(frozen=True, slots=True)
class Place:
    """One walk: its seed, the size of the house, how many events; odd seeds are longest-idle."""

    seed: int
    agents: int
    queues: int
    events: int


@dataclass(slots=True)
class Books:
    """What one walk has shown. counts: looked at; faults: by kind; first: of each, in words."""

    where: Place
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    live: dict[OfferId, Offered] = field(default_factory=dict)
    holds: dict[str, OfferId] = field(default_factory=dict)
    """Agent, telephone or caller -> the live offer."""
    rung: Counter[Ticket] = field(default_factory=Counter)
    winners: dict[Ticket, OfferId] = field(default_factory=dict)
    talking: dict[AgentId, OfferId] = field(default_factory=dict)
    states: dict[AgentId, tuple[str, int]] = field(default_factory=dict)
    """Agent -> (state, idle since), as they were after the last event."""
    keys: dict[Ticket, tuple[Call, tuple[int, int, int]]] = field(default_factory=dict)
    """Ticket -> (its last wait, the key that it got)."""
    longest: int = 0

    def wrong(self, kind: str, text: str) -> None:
        """One more fault of a kind."""
        self.faults[kind] += 1
        self.first.setdefault(kind, f"{self.where}, event {self.counts['events']}: {text}")

    # at each event

    def decide(self, group: Group, event: Event) -> tuple[Command, ...]:
        """What the machine does with one event, entered into the books."""
        self.counts["events"] += 1
        new = isinstance(event, CallQueued) and event.ticket not in group.calls
        if isinstance(event, CallQueued) and new:
            self.keys.pop(event.ticket, None)
        if isinstance(event, OfferFailed):
            self._close(event.offer)
        out = decide(group, event)
        for command in out:
            self._enter(group, command)
        for command in out:
            if isinstance(command, AgentChanged):
                self._agent(group, command, event)
        if isinstance(event, CallQueued) and new:
            self._key(group, event.ticket)
        elif isinstance(event, CallPriority):
            self._new_priority(group, event.ticket)
        self.longest = max(self.longest, len(group.calls))
        self.counts["waiting"] += len(group.calls)
        self.judged(lambda: oracle.check_rest(group))
        return out

    def judged(self, look: Callable[[], None]) -> None:
        """Let the oracle look; what it objects to is a fault."""
        try:
            look()
        except AssertionError as error:
            self.wrong(ORACLE, str(error))

    # offers

    def _enter(self, group: Group, command: Command) -> None:
        if isinstance(command, Offered):
            self._open(group, command)
        elif isinstance(command, Withdrawn):
            self._close(command.offer)
        elif isinstance(command, Settled) and command.won:
            self._won(command.offer)

    def _open(self, group: Group, offered: Offered) -> None:
        if offered.offer in self.live:  # said again, for the call's next turn
            return
        self.counts["offers"] += 1
        many = group.queues[offered.queue].rule.strategy in MANY
        held = [f"agent {offered.agent}", f"phone {offered.address}"]
        held += [] if many else [f"caller {offered.ticket}"]
        if taken := [name for name in held if name in self.holds]:
            self.wrong(DOUBLE, f"{offered.offer}: {taken} in {self.holds[taken[0]]}")
        self.live[offered.offer] = offered
        self.holds.update(dict.fromkeys(held, offered.offer))
        self.winners.pop(offered.ticket, None)  # it waits again: the winner was lost

    def _close(self, name: OfferId) -> Offered | None:
        offered = self.live.pop(name, None)
        if offered is not None:
            for held in [held for held, offer in self.holds.items() if offer == name]:
                del self.holds[held]
        return offered

    def _won(self, name: OfferId) -> None:
        offered = self._close(name)
        if offered is None:
            return
        self.counts["answers"] += 1
        if offered.ticket in self.winners:
            self.wrong(DOUBLE, f"{offered.ticket} has {self.winners[offered.ticket]} and {name}")
        self.winners[offered.ticket] = name

    # agents

    def _agent(self, group: Group, changed: AgentChanged, event: Event) -> None:
        """The row of an agent against the offers that were made, and the idle time."""
        state, offer = str(changed.row["state"]), changed.row["offer"]
        mine = self.holds.get(f"agent {changed.agent}")
        if (state in OFFERED) != (mine is not None) or (mine is not None and offer != mine):
            self.wrong(OTHER, f"{changed.agent} is {state} with {offer}, offered was {mine}")
        agent = group.agents.get(changed.agent)
        if agent is None:
            self.states.pop(changed.agent, None)
            return
        before = self.states.get(changed.agent)
        if before is not None:
            self._idle(group, agent, before, event)
        self.states[changed.agent] = state, agent.idle_since

    def _idle(self, group: Group, agent: Agent, before: tuple[str, int], event: Event) -> None:
        """Idle since: only ever now, now after a contact of a queue, as it was after an offer."""
        state, since = before
        moved = agent.idle_since != since
        found = isinstance(event, AgentEvent) and event.what == "recovered"
        own = isinstance(event, AgentEvent) and event.agent == agent.name
        if moved and agent.idle_since != group.now:
            self.wrong(OTHER, f"{agent.name} idle since {agent.idle_since}, now is {group.now}")
        if moved and state in OFFERED and not own:
            self.wrong(OTHER, f"an offer moved the idle time of {agent.name}")
        queued = self.talking.get(agent.name)
        if queued and state in IN_CONTACT and agent.state in OVER and not found:
            self.counts["contacts"] += 1
            if agent.idle_since != group.now:
                self.wrong(OTHER, f"{agent.name} idle since {agent.idle_since} after a call")
        if agent.state in IN_CONTACT and agent.contact == "queue" and agent.won is not None:
            self.talking[agent.name] = agent.won
        else:
            self.talking.pop(agent.name, None)

    # callers

    def _key(self, group: Group, ticket: Ticket) -> None:
        call = group.calls.get(ticket)
        if call is not None:
            self.keys[ticket] = call, (call.lane, call.v, call.seq)

    def _new_priority(self, group: Group, ticket: Ticket) -> None:
        call = group.calls.get(ticket)
        wait, key = self.keys.get(ticket, (None, (0, 0, 0)))  # a ticket may be used again
        if call is not None and wait is call and call.seq != key[2]:
            self.wrong(OTHER, f"a priority gave {ticket} another number")
        self._key(group, ticket)

    # at each decision

    def decided(self, group: Group, call: Call, chosen: list[Agent]) -> None:
        """These agents are about to be rung up for the caller."""
        self.counts["decisions"] += 1
        key = call.lane, call.v, call.seq
        if call.end is not None or not chosen:
            self.wrong(OTHER, f"{call.ticket}, ended {call.end}, for {len(chosen)} agents")
        wait, before = self.keys.get(call.ticket, (call, key))
        if wait is call and before != key:
            self.wrong(OTHER, f"the key of {call.ticket} was {before}, is {key}")
        for other in group.calls.values():
            if same_line(call, other) and (other.lane, other.v, other.seq) < key:
                self.wrong(INVERSION, f"{call.ticket} before {other.ticket}")
        if call.queue.rule.strategy == "longest_idle" and call.sticky is None:
            self.counts["picks"] += 1
            self._pick(group, call, chosen)
        self.judged(lambda: oracle.check_offer(group, call, chosen))

    def _pick(self, group: Group, call: Call, chosen: list[Agent]) -> None:
        """Of the free agents of the lowest tier the one who is idle for longest."""
        free = oracle.candidates(group, call)
        first = min(free, key=lambda agent: (agent.idle_since, agent.number), default=None)
        if first is not None and chosen == [first]:
            return
        # Teams may count callers as younger: then another one may be first for that agent.
        if first is None or oracle.best_for(group, first) is call:
            names = [agent.name for agent in chosen]
            self.wrong(WRONG_PICK, f"{names} for {call.ticket}, not {first and first.name}")


def same_line(call: Call, other: Call) -> bool:
    """Whether the other caller waits, too, and for the same agents."""
    return (
        other is not call
        and other.cls is call.cls
        and other.sticky is call.sticky
        and oracle.offerable(other)
    )


@contextmanager
def put(where: object, name: str, value: object) -> Iterator[None]:
    """Something else under a name of a module, for as long as this lasts."""
    before = getattr(where, name)
    setattr(where, name, value)
    try:
        yield
    finally:
        setattr(where, name, before)


def walked(where: Place) -> Books:
    """One walk from its beginning."""
    books = Books(where)
    make = offers.make

    def checked(group: Group, call: Call, chosen: list[Agent], heads: list[Key]) -> None:
        books.decided(group, call, chosen)
        make(group, call, chosen, heads)

    with put(offers, "make", checked), put(house, "decide", books.decide):
        walk = Walk(where.seed, agents=where.agents, queues=where.queues)
        if where.seed % 2:
            _longest_idle(walk.house)
        try:
            while books.counts["events"] < where.events:
                walk.step()
        except Exception as error:  # whatever it is, the walk ends here
            books.wrong(CRASH, repr(error))
    return books


def _longest_idle(one: house.House) -> None:
    queues = {
        name: replace(rule, strategy="longest_idle") for name, rule in one.rules.queues.items()
    }
    one.rules = replace(one.rules, queues=queues)
    one.give(RulesChanged(at=one.at, rules=one.rules, agents=one.cards))
