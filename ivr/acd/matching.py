"""Brings callers and agents together: who is next when somebody calls, and when an agent is free.

At the end of each event nobody is left who could serve somebody: `settle` gives every caller who
has entered, stepped or come back an agent, and every freed agent the caller who is first for that
agent (acd-cti.md 4.6).
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from ivr.acd import agents, forecast, leaving, offers
from ivr.acd.callers import counting
from ivr.acd.callers.first import best_call
from ivr.acd.classes import connect_again, profile_of, stand, step_out
from ivr.acd.state import AVAILABLE
from ivr.acd.strategies import NO_TIER, pick, set_free, tier_of
from ivr.acd.why import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.callers.first import Order
    from ivr.acd.state import Agent, Call, Group, Key
    from ivr.acd.words import AgentCard

_by_key = attrgetter("lane", "v", "seq")


def settle(group: Group) -> None:
    """Make every offer that can be made now."""
    while group.entered or group.freed:
        entered = _really_entered(group)
        if group.freed:
            for call in entered:
                stand(group, call)
            _serve_freed(group, alone=not entered and len(group.freed) == 1)
        if len(entered) > 1 and not group.same_order:
            _serve_together(group, entered)
        for call in entered:
            if call.ring is None and call.end is None:
                _serve_call(group, call)


def _really_entered(group: Group) -> list[Call]:
    """Those who want an agent now, in order, each once."""
    found = [
        call
        for call in dict.fromkeys(group.entered)
        if call.end is None and call.ring is None and call.held_until is None
    ]
    group.entered.clear()
    for call in found:
        step_out(group, call)
        if call.sticky is not None and _promise_over(group, call, call.sticky):
            call.sticky = None
    return sorted(found, key=_by_key) if len(found) > 1 else found


def _promise_over(group: Group, call: Call, agent: Agent) -> bool:
    over = call.sticky_until <= group.now and not agent.stamp
    return over or agent.state in leaving.STAYS_AWAY


def _serve_call(group: Group, call: Call) -> None:
    chosen = pick(group, call)
    if chosen:
        offers.make(group, call, chosen, [])
    elif call.spot is not None or not leaving.overdue(group, call):
        forecast.joined(group, call)
        record(group, call, None, [])
        if call.spot is None:
            stand(group, call)
        group.dirty[call] = None


def _serve_together(group: Group, calls: list[Call]) -> None:
    """Several callers at once whose order is another one for each agent: ask the agents."""
    for call in calls:
        if call.spot is None and call.ring is None and call.end is None:
            stand(group, call)
    while True:
        firsts = [one for call in calls if call.spot is not None for one in pick(group, call)[:1]]
        if not firsts:
            return
        group.freed.update((agent.number, agent) for agent in firsts)
        _serve_freed(group, alone=False)


def _serve_freed(group: Group, *, alone: bool) -> None:
    """alone: nobody else is free for any caller who waits, since that was so before this event."""
    while group.freed:
        best: tuple[Order, Agent, list[Key], Call] | None = None
        nobody: list[Agent] = []
        for agent in list(group.freed.values()):
            found = best_call(group, agent) if agent.stamp else None
            if found is None:
                nobody.append(agent)
            elif best is None or found[0] < best[0]:
                best = found[0], agent, found[1], found[2]
        if best is not None:
            _order, agent, heads, call = best
            offers.make(group, call, [agent] if alone else _chosen(group, agent, call), heads)
            continue
        for agent in nobody:
            if group.freed.pop(agent.number, None) is not None:
                _nobody_waits(group, agent)


def _chosen(group: Group, agent: Agent, call: Call) -> list[Agent]:
    """Who is rung up for the caller who is first for this freed agent."""
    chosen = pick(group, call)
    if len(chosen) == 1 and chosen[0] is not agent:
        own = best_call(group, chosen[0])
        if own is not None and own[2] is not call:  # by offsets another caller is first there
            return [agent]
    return chosen


def _nobody_waits(group: Group, agent: Agent) -> None:
    """Join a caller who rings everybody; else see who of another queue may come over."""
    for ring in list(group.rings.values()) if agent.stamp else ():
        if tier_of(agent, ring.call.cls) < NO_TIER and agent.name not in ring.rung:
            offers.add(group, ring)
            return
    if group.gave_up and agent.stamp:
        forecast.idle(group, agent)
    if group.watchers and agent.stamp:
        leaving.freed_elsewhere(group, agent)


def match_all(group: Group, cards: Iterable[AgentCard]) -> None:
    """Work out everything anew, for new rules, other agents, or after a restart."""
    everybody = list(group.agents.values())
    for agent in everybody:
        agents.leave_idle(group, agent)
    connect_again(group, cards)
    group.idle = 0
    for agent in everybody:
        put_in_profile(group, agent)
    for agent in everybody:
        if agent.state == AVAILABLE and agent.cool_until is None:
            set_free(group, agent)
    group.freed.clear()
    group.filled = 0
    for cls in group.by_bit:
        group.filled |= cls.bit if cls.waiting else 0
    group.entered += list(group.calls.values())
    forecast.count_again(group)
    counting.count_again(group)


def put_in_profile(group: Group, agent: Agent) -> None:
    """Count an agent where the card belongs now; wakes up when a certificate ends."""
    profile = profile_of(group, agent.card)
    agent.profile = profile
    profile.agents += 1
    profile.counts[agent.state] += 1
    group.recheck[profile.number] = profile
    ends = [at for at in agent.card.certificates.values() if at > group.now]
    group.timers.set(agent, "ends_at", min(ends) if ends else None)


def change_profile(group: Group, agent: Agent) -> None:
    """The agent's certificate has ended: another profile, and perhaps other callers."""
    free = bool(agent.stamp)
    agents.leave_idle(group, agent)
    agent.profile.agents -= 1
    agent.profile.counts[agent.state] -= 1
    group.recheck[agent.profile.number] = agent.profile
    there = int(agent.state not in forecast.OFF_DUTY)
    forecast.came_or_went(group, agent.profile, -there)
    put_in_profile(group, agent)
    forecast.came_or_went(group, agent.profile, there)
    if free:
        agents.become_idle(group, agent)
