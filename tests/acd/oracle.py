"""A slow second opinion on the queue machine: looks at every agent and every caller, each time.

It knows nothing of classes, profiles and heaps; it reads the rules, the cards and the facts of each
agent and caller, and compares everybody with everybody.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.acd import views
from ivr.acd.settings import SECOND
from ivr.acd.words import Alarm
from ivr.domain.queue import OfferEnd

if TYPE_CHECKING:
    from ivr.acd.settings import Member, Misses, Queue
    from ivr.acd.state import Agent, Call, Group

BUSY = ("reserved", "ringing", "talking", "holding", "consulting", "dialing", "direct")


def free(agent: Agent) -> bool:
    """Whether an offer may be made to the agent."""
    return agent.state == "available" and agent.cool_until is None


def kept_from(call: Call) -> str:
    """Why nobody may be given the caller now; empty if somebody may."""
    reasons = {"ended": call.end, "offered": call.ring, "held": call.held_until}
    return next((name for name, found in reasons.items() if found is not None), "")


def offerable(call: Call) -> bool:
    """Whether the caller may be given to somebody."""
    return not kept_from(call)


def way(group: Group, agent: Agent, call: Call) -> tuple[int, int, int] | None:
    """(tier, offset, weight) with which the agent may serve the caller now."""
    if call.reach not in agent.card.endpoints:
        return None
    if call.sticky is not None:
        return (0, 0, 1) if agent is call.sticky else None
    rule = group.rules.queues[call.queue.rule.name]
    needs = dict.fromkeys(call.skills, (1, 100))
    needs |= {skill: (span.least, span.most) for skill, span in rule.need.items()}
    limits = [step.max_tier for step in rule.steps if step.max_tier]
    limit = min(member.tier for member in rule.teams.values()) if limits else 99
    queues = [rule.name]
    for step in rule.steps:
        if group.now - call.enqueued_at >= step.after_ns:
            needs |= {skill: (span.least, span.most) for skill, span in step.set_.items()}
            needs = {skill: span for skill, span in needs.items() if skill not in step.drop}
            limit = step.max_tier or limit
            queues += step.also
    if "language" in needs:
        span = needs.pop("language")
        needs |= {call.language: span} if call.language else {}
    if not all(low <= level(group, agent, s) <= high for s, (low, high) in needs.items()):
        return None
    ways = [each for name in queues for each in member_of(group.rules.queues[name], agent)]
    return min((each for each in ways if each[0] <= limit), default=None)


def level(group: Group, agent: Agent, skill: str) -> int:
    """The agent's level now."""
    ended = agent.card.certificates.get(skill, group.now + 1) <= group.now
    return 0 if ended else agent.card.skills.get(skill, 0)


def member_of(rule: Queue, agent: Agent) -> list[tuple[int, int, int]]:
    """How the agent's teams serve a queue."""
    found: list[Member] = [rule.teams[team] for team in agent.card.teams if team in rule.teams]
    return [(member.tier, member.offset_ns, member.weight) for member in found]


def age_key(group: Group, call: Call, offset: int) -> tuple[int, float, int]:
    """Order of the caller for an agent with this offset: smallest first."""
    rule = group.rules.queues[call.queue.rule.name]
    if len({each.ageing for each in group.rules.queues.values()}) == 1:
        return call.lane, call.v + offset, call.seq
    return call.lane, -round(rule.ageing * 1000) * (group.now - call.v - offset), call.seq


def v_of(group: Group, call: Call) -> int:
    """The virtual moment of entry, from the priority alone; only for callers not in lane 0."""
    rule = group.rules.queues[call.queue.rule.name]
    if call.priority.isdecimal():
        head = (int(call.priority) - 5) * group.rules.priority_step_ns
    else:
        head = group.rules.priorities[call.priority].head_start_ns
    return call.enqueued_at - head * 1000 // round(rule.ageing * 1000)


def best_for(group: Group, agent: Agent) -> Call | None:
    """The caller who is first for an agent."""
    found = [
        (age_key(group, call, one[1]), call)
        for call in group.calls.values()
        if offerable(call) and (one := way(group, agent, call)) is not None
    ]
    found.sort(key=lambda each: each[0])
    team = team_with_share(group, agent)
    if found and team and shares_decide(group, found, team):
        found.sort(key=lambda each: (each[1].lane, -missing(group, team, each[1])))
    return found[0][1] if found else None


def team_with_share(group: Group, agent: Agent) -> str:
    """The team of the agent whose shares hold for him, "" = none has any."""
    return min((team for team in agent.card.teams if team in group.rules.share), default="")


def shares_decide(
    group: Group, found: list[tuple[tuple[int, float, int], Call]], team: str
) -> bool:
    """Whether whoever is first of those who wait for the same agents is in time, of each line."""
    firsts: dict[object, Call] = {}
    for _key, call in found:
        line = call.queue.rule.name if call.sticky else call.cls
        firsts.setdefault((call.sticky, line), call)
    rules = {call: group.rules.queues[call.queue.rule.name] for call in firsts.values()}
    return all(
        rule.name in group.rules.share[team]
        and group.now - call.enqueued_at <= rule.service_level_ns
        for call, rule in rules.items()
    )


def given(group: Group, team: str) -> dict[str, int]:
    """Queue with a share -> calls answered by the team today, and those it is rung up for now."""
    calls = dict.fromkeys(group.rules.share[team], 0)
    rung = set()
    for agent in group.agents.values():
        if team_with_share(group, agent) != team:
            continue
        if agent.offer is not None:
            rung.add((agent.offer.ring.name, agent.offer.call.queue.rule.name))
        for queue, (answered, _talked) in agent.tally.items() if agent.day == group.day else ():
            calls[queue] = calls.get(queue, 0) + answered
    for _ring, queue in rung:
        calls[queue] = calls.get(queue, 0) + 1
    return {queue: number for queue, number in calls.items() if queue in group.rules.share[team]}


def missing(group: Group, team: str, call: Call) -> Fraction:
    """What is promised to the caller's queue and was not given to it, in percent."""
    got, queue = given(group, team), call.queue.rule.name
    observed = Fraction(100 * got[queue], sum(got.values())) if sum(got.values()) else Fraction()
    promised = group.rules.share[team][queue] if sum(got.values()) else 0
    return promised - observed


def miss_rule(group: Group, call: Call) -> Misses:
    """What holds for offers of the caller's queue that are missed."""
    return group.rules.queues[call.queue.rule.name].misses or group.rules.misses


def check_miss(
    group: Group, agent: Agent, call: Call, before: tuple[bool, ...], end: OfferEnd
) -> None:
    """An agent has just missed an offer. before: his last offers without it, True = missed."""
    if end is OfferEnd.UNREACHABLE:
        assert agent.state in {"not_responding", "offline", "break"}
        return
    rule = miss_rule(group, call)
    counts = end in {OfferEnd.NO_ANSWER, OfferEnd.DECLINED}
    missed = [*before, counts][-rule.of :].count(True)
    out = counts and missed >= rule.allow
    told = [each.facts for each in group.out if isinstance(each, Alarm)]
    assert ({"agent": agent.name, "reason": end.value, "misses": missed} in told) == out
    if agent.state == "available":
        assert not out
        assert agent.cool_until is None or agent.cool_until >= group.now + rule.cooldown_ns


def candidates(group: Group, call: Call) -> list[Agent]:
    """The free agents of the lowest tier who may serve the caller, by number."""
    ways = {
        agent: one
        for agent in group.agents.values()
        if free(agent) and (one := way(group, agent, call)) is not None
    }
    window = group.now - miss_rule(group, call).same_call_ns
    late = {name for name, at in (call.missed or {}).items() if at > window}
    others = {agent: one for agent, one in ways.items() if agent.name not in late}
    if call.sticky is None:
        ways = others or ways
    lowest = min((one[0] for one in ways.values()), default=0)
    found = [agent for agent, one in ways.items() if one[0] == lowest]
    return sorted(found, key=lambda agent: agent.number)


def chosen(group: Group, call: Call) -> list[Agent]:
    """Whom the strategy gives to the caller; call.attempts as it was before."""
    agents = candidates(group, call)
    rule = group.rules.queues[call.queue.rule.name]
    if not agents or call.sticky is not None:
        return agents
    if rule.strategy == "ring_all":
        return sorted(agents, key=lambda agent: (agent.idle_since, agent.number))
    if rule.strategy in {"random", "weighted_random"}:
        return [_drawn(group, call, agents)]
    return [min(agents, key=lambda agent: (_order(group, call, agent), agent.number))]


def _drawn(group: Group, call: Call, agents: list[Agent]) -> Agent:
    text = f"{group.name}\n{call.call}\n{call.attempts}".encode()
    number = int.from_bytes(sha256(text).digest()[:8])
    if group.rules.queues[call.queue.rule.name].strategy == "random":
        return agents[number % len(agents)]
    urn = [agent for agent in agents for _ in range((way(group, agent, call) or (0, 0, 0))[2])]
    return urn[number % len(urn)] if urn else agents[number % len(agents)]


def _order(group: Group, call: Call, agent: Agent) -> tuple[int, ...]:
    rule = group.rules.queues[call.queue.rule.name]
    today = agent.tally.get(rule.name, (0, 0)) if agent.day == group.day else (0, 0)
    asked = [skill for skill, _least, _most in call.cls.needs]
    levels = sum(level(group, agent, skill) for skill in asked)
    most = max(one.number for one in group.agents.values()) + 1
    tier = (way(group, agent, call) or (0, 0, 0))[0]
    return {
        "fewest_calls": (today[0], agent.idle_since),
        "least_talk": (today[1], agent.idle_since),
        "least_occupied": (agent.busy_ns, agent.idle_since),
        "best_skill": (-levels, agent.idle_since),
        "least_skilled": (levels, agent.idle_since),
        "ordered": (),
        "expression": (today[0] + tier, -2 * level(group, agent, "loans")),
        "round_robin": ((agent.number - call.queue.cursor - 1) % most,),
    }.get(rule.strategy, (agent.idle_since,))


def check_offer(group: Group, call: Call, agents: list[Agent]) -> None:
    """I3 and I4 at the moment of a decision: the caller is first, and so is the agent."""
    assert offerable(call)
    assert all(free(agent) for agent in agents)
    firsts = [best_for(group, agent) for agent in agents]
    assert call in firsts, f"{call.ticket} is first for none of {[a.name for a in agents]}"
    expected = chosen(group, call)
    if agents != expected:
        # An agent who is first by the strategy, but for whom offsets put another caller first.
        assert len(agents) == 1, (agents, expected)
        assert best_for(group, expected[0]) is not call, (agents[0].name, expected[0].name)


def check_rest(group: Group) -> None:
    """I1, I2, I7, I9 and the lists, when the machine has finished an event."""
    _check_offers(group)
    _check_work_conserved(group)
    _check_held(group)
    _check_books(group)
    _check_lists(group)
    _check_figures(group)
    _check_shares(group)


def _check_shares(group: Group) -> None:
    """What is counted along is what one would count now."""
    assert set(group.shares) == set(group.rules.share)
    for team, share in group.shares.items():
        counted = {queue: share.given.get(queue, 0) for queue in share.promised}
        assert counted == given(group, team), team
        assert share.total == sum(counted.values()), team


def _check_figures(group: Group) -> None:
    """What the estimates count along is what one would count now."""
    for name, queue in group.queues.items():
        ringing = [key for key in queue.order if key[3].ring is not None]
        assert queue.ringing == len(ringing), name
        there = [
            agent
            for agent in group.agents.values()
            if agent.state not in {"offline", "break", "not_responding"}
            and set(agent.card.teams) & set(queue.rule.teams)
        ]
        assert queue.on_duty == len(there), name
        assert name in group.gave_up or not queue.outlook.gone, name


def _check_offers(group: Group) -> None:
    for agent in group.agents.values():
        assert (agent.state in {"reserved", "ringing"}) == (agent.offer is not None), agent.name
        if agent.offer is not None:
            assert group.offers[agent.offer.name] is agent.offer
            assert agent.offer.call.end is None
            assert agent.offer.ring.live
            assert agent.offer.call.ring is agent.offer.ring
        if agent.state not in {"offline", "available"}:
            assert agent.deadline is not None, f"{agent.name} may stay {agent.state} for ever"
            assert agent.deadline > group.now
    for call in group.calls.values():
        assert call.ring is None or call.ring.offers, "rings nobody"
        assert call.end is None
    held = [each.address for each in group.offers.values()]
    assert len(held) == len(set(held)), "one telephone, two offers"


def _check_work_conserved(group: Group) -> None:
    calls = [call for call in group.calls.values() if offerable(call)]
    for agent in group.agents.values():
        assert free(agent) == bool(agent.stamp), agent.name
        for call in calls if free(agent) else ():
            assert way(group, agent, call) is None, f"{agent.name} is free, {call.ticket} waits"


def _check_held(group: Group) -> None:
    """Who is held is said to be so, stands nowhere, rings nobody up, and is let go in time."""
    held = [call for call in group.calls.values() if kept_from(call) == "held"]
    assert set(group.held) == set(held) == {c for c in group.calls.values() if c.held_until}
    for call in held:
        assert call.spot is None
        assert call.held_until is not None
        assert group.now < call.held_until <= group.now + 30 * SECOND
        assert call.due is not None
        assert call.due <= call.held_until
    for name, queue in group.queues.items():
        states = [row["state"] for row in views.waiting(group, name)]
        assert states == [kept_from(key[3]) or "waiting" for key in queue.order]


def _check_books(group: Group) -> None:
    for name, queue in group.queues.items():
        live = sum(call.queue is queue for call in group.calls.values())
        ended = queue.counts.answered + queue.counts.abandoned + queue.counts.overflowed
        assert queue.counts.offered == ended + live, name
        assert len(queue.order) == live
        assert queue.strict == sum(key[0] == 0 for key in queue.order)


def _check_lists(group: Group) -> None:
    for queue in group.queues.values():
        assert queue.order == sorted(queue.order, key=lambda key: key[:3])
        for key in queue.order:
            assert key[:3] == (key[3].lane, key[3].v, key[3].seq)
            if key[3].lane:
                assert key[3].v == v_of(group, key[3]) or key[3].priority == "strict"
    filled = 0
    for cls in group.by_bit:
        assert cls.waiting == sum(call.spot is cls for call in group.calls.values())
        filled |= cls.bit if cls.waiting else 0
    assert filled == group.filled
    for profile in group.by_number:
        mine = [agent for agent in group.agents.values() if agent.profile is profile]
        assert len(mine) == profile.agents
        for state, count in profile.counts.items():
            assert count == sum(agent.state == state for agent in mine)


def check_rest_after_restart(group: Group) -> None:
    """As `check_rest`; counts of the day begin anew with the program."""
    _check_offers(group)
    _check_work_conserved(group)
    _check_held(group)
    _check_lists(group)
    _check_figures(group)
    _check_shares(group)
