"""Why an agent was chosen, or nobody: the record of each decision (acd-cti.md 5.6).

    {"id": "d-7-12", "group": "g1", "seq": 48211, "at": "...", "trigger": "AgentEvent",
     "call": "c-77", "class": "cards/1", "key": [1, v, seq], "agent": "a-12" or null,
     "strategy": "longest_idle", "agent_key": [tier, ..., number], "runners_up": [{"agent", "key"}],
     "next_calls": [{"call", "key"}], "skipped": {"talking": 31, "skill": 9, "cooldown": 1},
     "sticky": null, "sticky_source": null, "held_until": null, "held": [], "rejoined": null,
     "share": null, "config": "..."}

At most 3 runners-up and next calls; next calls are the heads of the agent's other classes and who
stands behind the caller in the same one. `sticky`: the agent whom the caller is kept for, and
`sticky_source` how he was found: ticket_owner, account_owner or last_agent. `rejoined`: the wait of
before, whose place a caller has who was cut off. `held`: at most 3 callers who would have come
first for this agent but are in a step that must not be broken. `held_until`: the caller is in one,
so nobody is rung up. `skipped` counts the agents who serve the queue and were not free.

`share`, where a team is promised some and callers of several queues could have been
first: {"team", "decides", "given": {queue: calls}, "deficit": {queue: percent}}; `decides` is false
while somebody has waited beyond the service level, so that the keys alone did.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Any

from ivr.acd.callers.first import first_callers, shares_decide
from ivr.acd.classes import bits, waits
from ivr.acd.settings import RANKED
from ivr.acd.state import AVAILABLE, STATES, text_of
from ivr.acd.strategies import NO_TIER, first_free, order_of, tier_of
from ivr.acd.words import Decided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.state import Agent, Call, Group, Key

MOST = 3


def record(group: Group, call: Call, agent: Agent | None, others: list[Key]) -> None:
    """Write down a decision before it is carried out. others: heads of the agent's classes."""
    group.decided += 1
    rule = call.queue.rule
    tier = NO_TIER if agent is None else tier_of(agent, call.cls)
    facts: dict[str, Any] = {
        "id": f"d-{group.epoch}-{group.decided}",
        "group": group.name,
        "seq": group.events,
        "at": text_of(group.now),
        "trigger": group.trigger,
        "call": call.call,
        "ticket": call.ticket,
        "class": f"{rule.name}/{call.step}",
        "key": [call.lane, call.v, call.seq],
        "agent": agent.name if agent else None,
        "strategy": rule.strategy,
        "agent_key": [tier, *order_of(group, call, agent), agent.number] if agent else None,
        "runners_up": _runners_up(group, call, agent, tier) if agent else [],
        "next_calls": _next_calls(call, others),
        "skipped": _skipped(group, call),
        "sticky": call.sticky.name if call.sticky else None,
        "sticky_source": call.kept_by or None,
        "held_until": None if call.held_until is None else text_of(call.held_until),
        "held": _held(group, call, agent) if agent and group.held else [],
        "rejoined": call.rejoined or None,
        "share": _share(group, agent) if agent else None,
        "config": group.rules.hash,
    }
    group.out.append(Decided(facts))


def _runners_up(group: Group, call: Call, agent: Agent, tier: int) -> list[dict[str, Any]]:
    free = call.cls.mask & group.idle
    if agent.stamp and len(agent.profile.idle) == 1:
        free &= ~agent.profile.bit
    if call.sticky is not None or not free or call.queue.rule.strategy not in RANKED:
        return []
    mask = dict(call.cls.tiers).get(tier, 0)
    profiles = [group.by_number[number] for number in bits(mask & free)]
    found = first_free(group, call, profiles, MOST + 1)
    others = [(key, other) for key, other in found if other is not agent][:MOST]
    return [{"agent": other.name, "key": [tier, *key[0], key[1]]} for key, other in others]


def _next_calls(call: Call, heads: list[Key]) -> list[dict[str, Any]]:
    spot = call.spot
    found = [entry for entry in heads if entry is not call.key]
    if spot is not None and spot.first is not None and spot.waiting > 1:
        behind = spot.heap.second(waits) if spot.first is call.key else spot.first
        if behind is not None and not any(entry is behind for entry in found):
            found.append(behind)
    found.sort()
    return [{"call": entry[3].call, "key": list(entry[:3])} for entry in found[:MOST]]


def _share(group: Group, agent: Agent) -> dict[str, Any] | None:
    """Where the team stands, if callers of several of its queues could have been first."""
    share = agent.profile.share
    if share is None:
        return None
    heads = first_callers(group, agent)
    if len({entry[3].queue.rule.name for entry in heads}) < 2:
        return None
    return {
        "team": share.team,
        "decides": shares_decide(group, share, heads),
        "given": {queue: share.given.get(queue, 0) for queue in sorted(share.promised)},
        "deficit": {queue: share.deficit(queue) for queue in sorted(share.promised)},
    }


def _held(group: Group, call: Call, agent: Agent) -> list[dict[str, Any]]:
    """Whom this agent could have had, and before this caller, by their keys."""
    keys = [
        [other.lane, other.v, other.seq, other.call]
        for other in group.held
        if other is not call and tier_of(agent, other.cls) < NO_TIER
    ]
    before = sorted(key for key in keys if key[:3] < [call.lane, call.v, call.seq])[:MOST]
    return [{"call": key[3], "key": key[:3]} for key in before]


def _skipped(group: Group, call: Call) -> dict[str, int]:
    counts: Iterable[int] = [0] * len(STATES)
    fit = free = 0
    for number in bits(call.cls.mask):
        profile = group.by_number[number]
        counts = map(add, counts, profile.counts.values())
        fit += profile.agents
        free += len(profile.idle)
    skipped = {state: count for state, count in zip(STATES, counts, strict=True) if count}
    cooling = skipped.pop(AVAILABLE, 0) - free
    members = sum([profile.agents for profile in call.queue.profiles])
    if members > fit:
        skipped["skill"] = members - fit
    if cooling:
        skipped["cooldown"] = cooling
    return skipped
