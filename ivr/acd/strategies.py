"""Which of the free agents gets the caller.

Agents are taken in the order (tier, key of the strategy, number): the smallest first, and numbers
are unique, so no other order ever decides (acd-cti.md 4.4). Keys that do not change while somebody
is free stand in heaps, one per profile and strategy; round robin bisects a sorted list; the two
random ones look at every free agent, since each caller draws from all of them, and so does
`expression`, whose values hang on the caller, too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING

from ivr.acd.classes import bits, membership
from ivr.acd.heaps import Heap
from ivr.acd.settings import SECOND
from ivr.acd.state import EPOCH
from ivr.flow.expressions import EvaluationError, Expression, ExpressionError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, tzinfo

    from ivr.acd.state import Agent, Call, DemandClass, Entry, Group, Profile
    from ivr.domain.values import Value

Order = tuple[int, ...]

IDLE, BUSY, NUMBER = ("idle", "", 0), ("busy", "", 0), ("number", "", 0)
STRATEGIES = (
    *("longest_idle", "fewest_calls", "least_talk", "least_occupied", "best_skill"),
    *("least_skilled", "round_robin", "ordered", "random", "weighted_random"),
    *("ring_all", "ring_progressive", "expression"),
)
COUNT_BUSY = frozenset({"least_occupied", "expression"})
"""These may look at how long agents were busy in the last hour."""
MANY = frozenset({"ring_all", "ring_progressive"})
_HEAPS = {"ordered": NUMBER, "least_occupied": BUSY}
_SIGNS = {"best_skill": -1, "least_skilled": 1}
_LOOKS_AT_ALL = frozenset({"random", "weighted_random", "expression"})
_COUNTED = {"fewest_calls": 0, "least_talk": 1}
_FINE = 1000
"""Values of expressions are compared to the thousandth."""


def alive(entry: Entry) -> bool:
    """Whether the agent of an entry has been free ever since."""
    return entry[3].stamp == entry[2]


def order_of(group: Group, call: Call, agent: Agent) -> Order:
    """The strategy's key of one agent for one caller; numbers break what is left of ties."""
    strategy, queue = call.queue.rule.strategy, call.queue.rule.name
    if strategy in _COUNTED:
        return _counted(group, agent, queue, _COUNTED[strategy])
    if strategy in _SIGNS:
        return _skilled(agent.profile, call.cls, _SIGNS[strategy]), agent.idle_since
    if strategy == "ordered":
        return ()
    if strategy == "round_robin":
        return (int(agent.number <= call.queue.cursor),)
    if strategy == "expression":
        return _ranked(group, call, agent)
    busy = (agent.busy_ns,) if strategy == "least_occupied" else ()
    return *busy, agent.idle_since


def _counted(group: Group, agent: Agent, queue: str, which: int) -> Order:
    done = agent.tally.get(queue, (0, 0))[which] if agent.day == group.day else 0
    return done, agent.idle_since


def _skilled(profile: Profile, cls: DemandClass, sign: int) -> int:
    return sign * sum(profile.skills.get(skill, 0) for skill, _least, _most in cls.needs)


def _ranked(group: Group, call: Call, agent: Agent) -> Order:
    """The values of the queue's expressions; who has none of them comes last."""
    facts = _Facts(group, call, agent)
    try:
        values = [_read(text).evaluate(facts) for text in call.queue.rule.rank]
        return 0, *(round(value * _FINE) for value in values)  # type: ignore[operator, arg-type]
    except (EvaluationError, ExpressionError):
        return (1,)


@lru_cache(256)
def _read(text: str) -> Expression:
    return parse(text)


@dataclass(frozen=True, slots=True)
class _Facts:
    """An agent and a caller as expressions see them; names and types: `acd/checks/ranks.py`."""

    group: Group
    call: Call
    agent: Agent
    zone: tzinfo = UTC

    @property
    def now(self) -> datetime:
        """The time of the event."""
        return EPOCH + timedelta(microseconds=self.group.now // 1000)

    @property
    def language(self) -> str:
        """The caller's."""
        return self.call.language

    def read(self, path: tuple[str, ...]) -> Value:
        """See `Env`; a skill that the agent does not have is level 0."""
        record, name, *more = path
        if more:
            return Decimal(self.agent.profile.skills.get(more[0], 0))
        found = (self._of_agent if record == "agent" else self._of_call)()[name]
        return Decimal(found) if isinstance(found, int) else found

    def visits(self, _node: str) -> int:
        """Nothing is entered here."""
        return 0

    def _of_agent(self) -> Mapping[str, int]:
        agent, queue = self.agent, self.call.queue.rule.name
        counted = agent.tally.get(queue, (0, 0)) if agent.day == self.group.day else (0, 0)
        return {
            "number": agent.number,
            "idle_s": (self.group.now - agent.idle_since) // SECOND,
            "calls": counted[0],
            "talk_s": counted[1] // SECOND,
            "occupied_s": agent.busy_ns // SECOND,
            "tier": tier_of(agent, self.call.cls),
        }

    def _of_call(self) -> Mapping[str, int | str]:
        call = self.call
        return {
            "waited_s": (self.group.now - call.enqueued_at) // SECOND,
            "priority": call.priority,
            "language": call.language,
            "step": call.step,
            "offers": call.attempts,
        }


def _heap_entry(group: Group, agent: Agent, kind: tuple[str, str, int]) -> Entry:
    name, queue, _day = kind
    key: Order = (agent.idle_since,)
    if name == "number":
        key = ()
    elif name == "busy":
        key = agent.busy_ns, agent.idle_since
    elif name in _COUNTED:
        key = _counted(group, agent, queue, _COUNTED[name])
    return key, agent.number, agent.stamp, agent


def set_free(group: Group, agent: Agent) -> None:
    """From now on the agent can be chosen."""
    profile = agent.profile
    group.stamps += 1
    agent.stamp = group.stamps
    profile.idle[agent.number] = agent
    group.idle |= profile.bit
    for kind, heap in profile.heaps.items():
        heap.push(_heap_entry(group, agent, kind), alive)
    if profile.sorted is not None:
        profile.sorted.insert(bisect_left(profile.sorted, agent.number), agent.number)


def set_taken(group: Group, agent: Agent) -> None:
    """From now on the agent can't be chosen; harmless if that is so already."""
    profile = agent.profile
    if not agent.stamp:
        return
    agent.stamp = 0
    for heap in profile.heaps.values():  # mostly somebody who has just become free
        heap.trim(alive)
    del profile.idle[agent.number]
    if not profile.idle:
        group.idle &= ~profile.bit
    if profile.sorted is not None:
        del profile.sorted[bisect_left(profile.sorted, agent.number)]


def stand_anew(group: Group, agent: Agent) -> None:
    """What the agent is compared by has changed; whoever is free stands by it from now on."""
    if agent.stamp:
        set_taken(group, agent)
        set_free(group, agent)


def heap_of(group: Group, profile: Profile, kind: tuple[str, str, int]) -> Heap[Entry]:
    """The free agents of a profile in this order, made when it is asked for the first time."""
    heap = profile.heaps.get(kind)
    if heap is None:
        for old in [each for each in profile.heaps if each[:2] == kind[:2]]:
            del profile.heaps[old]  # yesterday's counts
        heap = profile.heaps[kind] = Heap()
        for agent in profile.idle.values():
            heap.push(_heap_entry(group, agent, kind), alive)
    return heap


def pick(group: Group, call: Call) -> list[Agent]:
    """The agents who are to be rung up for a caller now: usually one, all for ring_all."""
    if call.sticky is not None:
        return [call.sticky] if call.sticky.stamp else []
    free = call.cls.mask & group.idle
    if not free:
        return []
    if call.missed:
        return _pick_carefully(group, call, free)
    for _tier, mask in call.cls.tiers:
        if mask & free:
            profiles = [group.by_number[number] for number in bits(mask & free)]
            return _choose(group, call, profiles)
    return []


def _choose(group: Group, call: Call, profiles: list[Profile]) -> list[Agent]:
    strategy = call.queue.rule.strategy
    if strategy == "ring_all":
        everybody = [agent for profile in profiles for agent in profile.idle.values()]
        return sorted(everybody, key=lambda agent: (agent.idle_since, agent.number))
    if strategy == "round_robin":
        return [_next_round(call.queue.cursor, profiles)]
    if strategy in _LOOKS_AT_ALL:
        everybody = [one for each in profiles for one in each.idle.values()]
        if strategy != "expression":
            return [_drawn(group, call, everybody)]
        return [min(everybody, key=lambda one: (order_of(group, call, one), one.number))]
    heads = first_free(group, call, profiles, 1)
    return [heads[0][1]]


def first_free(
    group: Group, call: Call, profiles: Iterable[Profile], count: int
) -> list[tuple[tuple[Order, int], Agent]]:
    """Up to `count` free agents in order, for strategies with keys: ((key, number), agent)."""
    strategy, queue = call.queue.rule.strategy, call.queue.rule.name
    counted = strategy in _COUNTED
    kind = (strategy, queue, group.day) if counted else _HEAPS.get(strategy, IDLE)
    sign = _SIGNS.get(strategy, 0)
    found = []
    for profile in profiles:
        heap = heap_of(group, profile, kind)
        head = (heap.head(alive),) if count == 1 else heap.first(count, alive)
        front = (_skilled(profile, call.cls, sign),) if sign else ()
        found += [((front + one[0], one[1]), one[3]) for one in head if one is not None]
    if count == 1:
        return [min(found, key=lambda each: each[0])]
    return sorted(found, key=lambda each: each[0])[:count]


def _next_round(cursor: int, profiles: list[Profile]) -> Agent:
    """The free agent with the next number above the cursor, else the lowest of all."""
    found = []
    for profile in profiles:
        if profile.sorted is None:
            profile.sorted = sorted(profile.idle)
        place = bisect_right(profile.sorted, cursor)
        wraps = place == len(profile.sorted)
        found.append((wraps, profile.sorted[0 if wraps else place], profile.number, profile))
    _wraps, number, _place, profile = min(found)
    return profile.idle[number]


def _drawn(group: Group, call: Call, agents: list[Agent]) -> Agent:
    agents.sort(key=lambda agent: agent.number)
    text = f"{group.name}\n{call.call}\n{call.attempts}"
    number = int.from_bytes(sha256(text.encode()).digest()[:8])
    if call.queue.rule.strategy == "random":
        return agents[number % len(agents)]
    ways = (membership(agent.profile, call.cls) for agent in agents)
    sums = list(accumulate(max(way[2], 0) if way else 0 for way in ways))
    if not sums[-1]:
        return agents[number % len(agents)]
    return agents[bisect_right(sums, number % sums[-1])]


def _pick_carefully(group: Group, call: Call, free: int) -> list[Agent]:
    """As `pick`, but without those who have just missed this very caller, if there are others."""
    since = group.now - group.rules.misses_in(call.queue.rule).same_call_ns
    missed: Mapping[str, int] = {name: at for name, at in (call.missed or {}).items() if at > since}
    everybody = [agent for number in bits(free) for agent in group.by_number[number].idle.values()]
    agents = [agent for agent in everybody if agent.name not in missed] or everybody
    lowest = min(tier_of(agent, call.cls) for agent in agents)
    agents = [agent for agent in agents if tier_of(agent, call.cls) == lowest]
    if call.queue.rule.strategy in {"random", "weighted_random"}:
        return [_drawn(group, call, agents)]
    agents.sort(key=lambda agent: (order_of(group, call, agent), agent.number))
    return agents if call.queue.rule.strategy == "ring_all" else agents[:1]


NO_TIER = 1_000
"""Higher than any tier: of an agent who does not serve a class."""


def tier_of(agent: Agent, cls: DemandClass) -> int:
    """The tier in which an agent serves a class, a high one if not at all."""
    for tier, mask in cls.tiers:
        if mask & agent.profile.bit:
            return tier
    return NO_TIER
