"""How long one routing decision takes: 10,000 agents, 1,000 queues of 3 steps, 100,000 waiting.

`routing decision` is `agent_free` of acd-cti.md 4.6: the agent is free, the caller who is first
among all of the agent's classes is found, and both are taken out of where they waited.

`agent free` is the whole event around it: an agent ends a wrap-up, and the offer is made with its
decision record, deadline, and the rows to be stored and shown. So are `call put back`, a missed
offer whose caller waits again, and `call arrives`, of a caller for whom nobody is free.

`plain list` is what one writes first, in the same run: one list of all waiting callers, looked
through from its beginning for the first whom the agent may serve, and nothing else: no record, no
row, no deadline. Times are of the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path
from time import thread_time_ns
from typing import TYPE_CHECKING

from benchmarks.table import Benchmark, CannotRunError, Row, parameter
from ivr.acd.callers.first import best_call
from ivr.acd.classes import stand, step_out
from ivr.acd.group import Group, decide
from ivr.acd.settings import SECOND, Member, Misses, Queue, Rules, Span, Step, Wrapup
from ivr.acd.strategies import set_free, set_taken
from ivr.acd.words import (
    AgentCard,
    AgentEvent,
    CallQueued,
    OfferAnswered,
    Offered,
    OfferFailed,
    RulesChanged,
    Tick,
)
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId, Cause
from ivr.domain.queue import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.acd.words import Command, Event

AGENTS, QUEUES, TEAMS = 10_000, 1_000, 400
WAITING = int(parameter("WAITING", 100_000))
ROUNDS = int(parameter("ROUNDS", 5_000))
NAIVE_ROUNDS = 40
STATM = Path("/proc/self/statm")


class Clock:
    """A group, its time, and how long each kind of event took."""

    def __init__(self) -> None:
        self.group = Group("g", 1)
        self.at = 10_000 * SECOND
        self.took: dict[str, list[int]] | None = None
        """None: not timed, since a list of times is memory that is not the group's."""

    def give(self, kind: str, event: Event) -> tuple[Command, ...]:
        """Decide, and take the time."""
        if self.took is None:
            return decide(self.group, event)
        before = thread_time_ns()
        out = decide(self.group, event)
        self.took.setdefault(kind, []).append(thread_time_ns() - before)
        return out

    def tick(self, to: int) -> None:
        """Let time go on."""
        while (due := self.group.next_due) is not None and due <= to:
            self.give("tick", Tick(at=due))
        self.at = to


def rules() -> Rules:
    """Queues with three steps, each served by two or three teams."""
    steps = (
        Step(45 * SECOND, set_={"skill": Span(30, 100)}),
        Step(90 * SECOND, drop=("skill",)),
    )
    queues = {
        f"q{number}": Queue(
            f"q{number}",
            need={"skill": Span(60, 100)},
            steps=steps[: 2 if number % 4 else 1],
            teams={f"t{(number * 7 + k * 131) % TEAMS}": Member(1 + k) for k in range(2)},
            max_waiting=WAITING,
            longest_ns=10_000 * SECOND,
            wrapup=Wrapup("skippable", 30 * SECOND),
        )
        for number in range(QUEUES)
    }
    return Rules(queues=queues, max_waiting=WAITING * 2, misses=Misses(most_per_minute=1_000_000))


def cards() -> tuple[AgentCard, ...]:
    """Agents of 400 kinds."""
    return tuple(
        AgentCard(
            agent=AgentId(f"a{number}"),
            number=number,
            teams=(f"t{number % TEAMS}",),
            skills={"skill": 20 + 10 * (number % TEAMS % 9)},
            endpoints={Reach.SIP: f"sip:{number}"},
        )
        for number in range(AGENTS)
    )


def call(clock: Clock, number: int) -> tuple[Command, ...]:
    """A caller for some queue."""
    name = f"c{number}"
    return clock.give(
        "call arrives",
        CallQueued(
            at=clock.at,
            ticket=Ticket(f"{name}/1"),
            call=CallId(name),
            turn=1,
            queue=f"q{number * 37 % QUEUES}",
            reach=Reach.SIP,
            priority="3" if number % 5 else "7",
        ),
    )


def built(told: RulesChanged) -> Clock:
    """Everybody talks, and all callers wait, in classes of all three steps."""
    clock = Clock()
    clock.give("rules", told)
    for agent in list(clock.group.agents):
        clock.give("log in", AgentEvent(at=clock.at, agent=agent, what="login"))
    number = 0
    while len(clock.group.calls) < WAITING:
        clock.tick(clock.at + 120 * SECOND // WAITING)
        take(clock, call(clock, number))
        number += 1
    return clock


def take(clock: Clock, out: Iterable[Command]) -> None:
    """Who is rung up answers."""
    for each in out:
        if isinstance(each, Offered):
            clock.give("answer", OfferAnswered(at=clock.at, offer=each.offer))


def rounds(clock: Clock) -> None:
    """Agents end their calls, get the next caller, and miss every tenth."""
    talking = [each.name for each in clock.group.agents.values() if each.state == "talking"]
    number = 10 * WAITING
    for turn in range(ROUNDS):
        name = talking[turn * 17 % len(talking)]
        agent = clock.group.agents[name]
        clock.tick(clock.at + SECOND // 60)
        if agent.state != "talking":
            continue
        clock.give("call ends", AgentEvent(at=clock.at, agent=name, what="call_ended"))
        out = clock.give("agent free", AgentEvent(at=clock.at, agent=name, what="wrapup_done"))
        offers = [each.offer for each in out if isinstance(each, Offered)]
        if offers and turn % 10 == 0:
            failed = OfferFailed(at=clock.at, offer=offers[0], cause=Cause.BUSY)
            take(clock, clock.give("call put back", failed))
        else:
            take(clock, out)
        take(clock, call(clock, number + turn))


def decisions(clock: Clock) -> list[int]:
    """How long it takes to give each agent the first caller; all is as before at the next one."""
    group, took = clock.group, []
    for agent in group.agents.values():
        began = thread_time_ns()
        set_free(group, agent)
        found = best_call(group, agent)
        if found is not None:
            step_out(group, found[2])
        set_taken(group, agent)
        took.append(thread_time_ns() - began)
        if found is not None:
            stand(group, found[2])
    return sorted(took)


def naive(clock: Clock) -> list[int]:
    """A list of all callers, looked through for each agent who becomes free."""
    group = clock.group
    line = sorted((each.lane, each.v, each.seq, each) for each in group.calls.values())
    took = []
    agents = list(group.agents.values())
    for turn in range(NAIVE_ROUNDS):
        agent = agents[turn * 17 % len(agents)]
        began = thread_time_ns()
        for place, key in enumerate(line):
            if may(agent.card, key[3].queue.rule, (clock.at - key[3].enqueued_at)):
                del line[place]
                break
        took.append(thread_time_ns() - began)
    return sorted(took)


def may(card: AgentCard, queue: Queue, age_ns: int) -> bool:
    """Whether the agent may serve a caller of this age."""
    if not any(team in queue.teams for team in card.teams):
        return False
    need = dict(queue.need)
    for step in queue.steps:
        if age_ns >= step.after_ns:
            need.update(step.set_)
            for skill in step.drop:
                need.pop(skill, None)
    return all(span.least <= card.skills.get(name, 0) <= span.most for name, span in need.items())


def _rss_bytes() -> int:
    if STATM.exists():
        return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure() -> Sequence[Row]:
    """Build, run, compare."""
    told = RulesChanged(at=0, rules=rules(), agents=cards())
    gc.collect()
    before = _rss_bytes()
    clock = built(told)
    gc.collect()
    grown = _rss_bytes() - before
    # A server that has loaded its callers looks only at what is new; freezing is what it does too.
    gc.freeze()
    classes = len(clock.group.by_bit)
    clock.took = {}
    decided = decisions(clock)
    rounds(clock)
    plain = naive(clock)
    gc.unfreeze()
    if len(clock.took["agent free"]) < ROUNDS // 4:
        raise CannotRunError("too few agents became free")
    took = {kind: sorted(times) for kind, times in clock.took.items()}
    every = [one for times in took.values() for one in times]
    return [
        Row("waiting callers", len(clock.group.calls), "calls"),
        Row("demand classes", classes, "classes"),
        Row("profiles of agents", len(clock.group.by_number), "profiles"),
        Row("routing decision, median", _at(decided, 0.5), "us"),
        Row("routing decision, p99", _at(decided, 0.99), "us", "decision_p99_us"),
        *(
            row
            for kind in ("agent free", "call put back", "call arrives", "answer", "tick")
            for row in _rows(kind, took[kind])
        ),
        Row("events a second, all kinds", 1e9 * len(every) / sum(every), "events/s", "events"),
        Row("memory of the group", grown / 2**20, "MiB", "mib"),
        Row("plain list, agent free, median", _at(plain, 0.5), "us", is_baseline=True),
        Row("plain list, agent free, p99", _at(plain, 0.99), "us", is_baseline=True),
    ]


def _rows(kind: str, took: list[int]) -> list[Row]:
    bar = "free_p99_us" if kind == "agent free" else ""
    return [
        Row(f"{kind}, median", _at(took, 0.5), "us"),
        Row(f"{kind}, p99", _at(took, 0.99), "us", bar),
    ]


def _at(took: list[int], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))] / 1000


BENCHMARK = Benchmark(
    name="routing",
    title=f"{AGENTS:,} agents, {QUEUES:,} queues, {WAITING:,} waiting; one event each",
    bars=("decision_p99_us", "free_p99_us", "events", "mib"),
    run=measure,
)

if __name__ == "__main__":
    sys.exit("python -m benchmarks bench routing")
