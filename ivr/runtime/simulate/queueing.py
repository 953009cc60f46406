"""Runs a plan through the real queue machine: random callers, agents who answer at once.

There is no second implementation of routing here: each caller, answer, hang-up and deadline is an
event for `ivr.acd.group.decide`, and what it answers is carried out. Chance lives here, outside the
machine, in one stream each for arrivals, talks and patience, all made from the seed of the plan:
two plans that differ in one thing see the same callers otherwise. Every caller takes one number
from each stream on arrival, whatever becomes of the call.

The rules are set so that nothing but the plan holds an agent back: no cool-down, and a limit of
offers a minute that such an agent cannot reach. So the queue is M/M/n, with patience M/M/n+M.
"""

from __future__ import annotations

from array import array
from heapq import heappop, heappush
from math import sqrt
from random import Random
from typing import TYPE_CHECKING

from ivr.acd.group import Group, decide
from ivr.acd.settings import MINUTE, SECOND, Member, Misses, Nobody, Queue, Rules, Wrapup
from ivr.acd.words import (
    AgentCard,
    AgentChanged,
    AgentEvent,
    CallGone,
    CallQueued,
    OfferAnswered,
    Offered,
    RulesChanged,
    Settled,
    Tick,
    WaitOver,
)
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket, WaitEnd
from ivr.runtime.simulate.plan import Outcome, Plan

if TYPE_CHECKING:
    from ivr.acd.words import Command, Event

QUEUE, TEAM = "simulated", "team"
FOR_EVER_NS = 10**18
"""31 years: longer than any wait of a plan."""
ARRIVES, LEAVES, HANGS_UP = range(3)


class SimulationError(RuntimeError):
    """The queue machine did something that cannot happen with such rules."""


def simulate(plan: Plan) -> Outcome:
    """Play the plan from its first call until the last counted one is over. SimulationError."""
    return _Day(plan).played()


def rules_of(plan: Plan) -> Rules:
    """The rules under which nothing but the plan decides who waits."""
    room = FOR_EVER_NS if plan.places is None else plan.places
    wrapup = Wrapup("fixed", round(plan.wrapup_s * SECOND)) if plan.wrapup_s else Wrapup("none")
    queue = Queue(
        QUEUE,
        teams={TEAM: Member()},
        max_waiting=room,
        longest_ns=FOR_EVER_NS,
        nobody=Nobody(join=(), leave=()),
        wrapup=wrapup,
    )
    misses = Misses(cooldown_ns=0, same_call_ns=0, most_per_minute=_offers_a_minute(plan))
    longest = max(plan.wrapup_s * SECOND, MINUTE)
    return Rules(
        queues={QUEUE: queue},
        misses=misses,
        max_waiting=FOR_EVER_NS,
        wrapup_most_ns=round(longest),
    )


def _offers_a_minute(plan: Plan) -> int:
    """Far more than one agent can get: the mean and ten times its root, and then some."""
    mean = 60 / (plan.handle_s + plan.wrapup_s)
    return round(50 + mean + 10 * sqrt(mean))


def cards_of(plan: Plan) -> tuple[AgentCard, ...]:
    """As many agents as the plan has, all alike."""
    return tuple(
        AgentCard(
            agent=AgentId(f"a{number}"),
            number=number,
            teams=(TEAM,),
            endpoints={Reach.SIP: f"sip:{number}"},
        )
        for number in range(plan.agents)
    )


class _Chance:
    """The three streams of random numbers; times in whole nanoseconds."""

    def __init__(self, plan: Plan) -> None:
        kinds = ("arrivals", "talks", "patience")
        arrivals, talks, patience = (
            Random(f"{plan.seed}/{kind}")  # noqa: S311 - a simulation, no secret
            for kind in kinds
        )
        self._arrivals, self._talks, self._patience = arrivals, talks, patience
        self._plan = plan

    def gap_ns(self) -> int:
        """From one call to the next."""
        return round(self._arrivals.expovariate(self._plan.calls_per_s) * SECOND)

    def talk_ns(self) -> int:
        """How long the next caller is going to talk."""
        return round(self._talks.expovariate(1 / self._plan.handle_s) * SECOND)

    def patience_ns(self) -> int | None:
        """How long the next caller is going to wait; None = to the end."""
        mean = self._plan.patience_s
        return None if mean is None else round(self._patience.expovariate(1 / mean) * SECOND)


class _Busy:
    """How many agents are not free, added up over time."""

    def __init__(self) -> None:
        self._who: set[AgentId] = set()
        self._since = 0
        self._sum_ns = 0

    def changed(self, agent: AgentId, *, busy: bool, at: int) -> None:
        """An agent is busy, or free, from now on."""
        self.total_ns(at)
        if busy:
            self._who.add(agent)
        else:
            self._who.discard(agent)

    def total_ns(self, at: int) -> int:
        """The busy time of all agents until now."""
        self._sum_ns += len(self._who) * (at - self._since)
        self._since = at
        return self._sum_ns


class _Day:
    """One run of a plan. Calls are numbered from 0; those from `first` on are counted."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._chance = _Chance(plan)
        self._group = Group("simulated", 1)
        self._at = 0
        self._heap: list[tuple[int, int, int, str]] = []
        self._things = 0
        self._called = 0
        self._first: int | None = None
        self._begun_at = 0
        self._ended_at = 0
        self._waiting: dict[Ticket, tuple[int, int, int]] = {}
        """Ticket -> (number, since, length of the talk)."""
        self._busy = _Busy()
        self._busy_ns = 0
        self._waits, self._left = array("q"), array("q")
        self._turned_away = 0

    def played(self) -> Outcome:
        """All of it."""
        cards = cards_of(self._plan)
        self._give(RulesChanged(at=0, rules=rules_of(self._plan), agents=cards))
        for card in cards:
            self._give(AgentEvent(at=0, agent=card.agent, what="login"))
        self._later(self._chance.gap_ns(), ARRIVES, "")
        while self._heap and (self._more() or self._waiting):
            at, _number, what, who = heappop(self._heap)
            self._tick(at)
            self._do(what, who)
        return Outcome(
            waits_ns=self._waits,
            left_ns=self._left,
            turned_away=self._turned_away,
            busy_ns=self._busy_ns,
            span_ns=self._ended_at - self._begun_at,
            agents=self._plan.agents,
            events=self._group.events,
        )

    def _more(self) -> bool:
        return self._first is None or self._called < self._first + self._plan.calls

    def _later(self, at: int, what: int, who: str) -> None:
        self._things += 1
        heappush(self._heap, (at, self._things, what, who))

    def _tick(self, at: int) -> None:
        """Let time go on to `at`, and the machine see what is due before."""
        while (due := self._group.next_due) is not None and due <= at:
            self._at = max(self._at, due)
            self._give(Tick(at=self._at))
        self._at = at

    def _do(self, what: int, who: str) -> None:
        if what == ARRIVES:
            self._arrives()
        elif what == HANGS_UP:
            self._give(AgentEvent(at=self._at, agent=AgentId(who), what="call_ended"))
        elif (ticket := Ticket(who)) in self._waiting:
            number, since, _talk = self._waiting.pop(ticket)
            self._give(CallGone(at=self._at, ticket=ticket, end=WaitEnd.ABANDONED))
            if self._counts(number):
                self._left.append(self._at - since)

    # callers

    def _arrives(self) -> None:
        number, ticket = self._called, Ticket(f"w{self._called}")
        self._called += 1
        self._look_at_clock(number)
        talk_ns, patience_ns = self._chance.talk_ns(), self._chance.patience_ns()
        self._waiting[ticket] = number, self._at, talk_ns
        call = CallId(f"c{number}")
        self._give(
            CallQueued(at=self._at, ticket=ticket, call=call, turn=1, queue=QUEUE, reach=Reach.SIP)
        )
        if patience_ns is not None and ticket in self._waiting:
            self._later(self._at + patience_ns, LEAVES, ticket)
        if self._more():
            self._later(self._at + self._chance.gap_ns(), ARRIVES, "")

    def _look_at_clock(self, number: int) -> None:
        """Begin to count with the first call after the warm-up; the span ends with the last."""
        if self._first is None and self._at >= self._plan.warmup_ns:
            self._first, self._begun_at = number, self._at
            self._busy_ns = -self._busy.total_ns(self._at)
        if not self._more():
            self._ended_at = self._at
            self._busy_ns += self._busy.total_ns(self._at)

    def _counts(self, number: int) -> bool:
        return self._first is not None and number >= self._first

    # what the machine wants

    def _give(self, event: Event) -> tuple[Command, ...]:
        """Tell the machine, and carry out what it wants."""
        out = decide(self._group, event)
        for command in out:
            if isinstance(command, AgentChanged):
                busy = command.row["state"] != "available"
                self._busy.changed(command.agent, busy=busy, at=self._at)
            elif isinstance(command, Offered):
                self._answer(command)
            elif isinstance(command, WaitOver):
                self._over(command)
        return out

    def _answer(self, offered: Offered) -> None:
        """The agent answers at once, and talks as long as the caller has drawn."""
        number, since, talk_ns = self._waiting.pop(offered.ticket)
        out = self._give(OfferAnswered(at=self._at, offer=offered.offer))
        if not any(isinstance(each, Settled) and each.won for each in out):
            raise SimulationError(f"{offered.agent} answered {offered.ticket} and lost the call")
        if self._counts(number):
            self._waits.append(self._at - since)
        self._later(self._at + talk_ns, HANGS_UP, offered.agent)

    def _over(self, over: WaitOver) -> None:
        if over.end is not WaitEnd.FULL:
            raise SimulationError(f"the wait of {over.ticket} was ended: {over.end}")
        number, _since, _talk = self._waiting.pop(over.ticket)
        self._turned_away += self._counts(number)
