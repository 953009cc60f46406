"""When a wait ends without an agent: too long, too many, nobody there, or better elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd import forecast
from ivr.acd.classes import bits, states_of
from ivr.acd.offers import end_wait
from ivr.acd.settings import SECOND
from ivr.acd.state import NOT_RESPONDING, STATES
from ivr.acd.words import WaitOver
from ivr.domain.queue import WaitEnd

if TYPE_CHECKING:
    from ivr.acd.settings import Overflow
    from ivr.acd.state import Agent, Call, Demand, Group, Profile
    from ivr.acd.words import CallQueued

_EXITS = {
    "full": WaitEnd.FULL,
    "timeout": WaitEnd.TIMEOUT,
    "nobody": WaitEnd.NOBODY,
    "callback": WaitEnd.CALLBACK,
}


def leave(group: Group, call: Call, end: WaitEnd, target: str = "", way: str = "") -> None:
    """The machine ends a wait: by an exit of the step (`way`), or into another queue (`target`)."""
    group.out.append(
        WaitOver(
            ticket=call.ticket, call=call.call, turn=call.turn, end=end, target=target, exit=way
        )
    )
    end_wait(group, call, end)


def refuse(group: Group, event: CallQueued, end: WaitEnd) -> None:
    """The wait is over before it began."""
    group.out.append(
        WaitOver(ticket=event.ticket, call=event.call, turn=event.turn, end=end, exit=end.value)
    )


def overdue(group: Group, call: Call) -> bool:
    """End the wait of a caller for whom nobody is free, if it is time or a rule says so."""
    if group.now >= call.leave_at:
        leave(group, call, WaitEnd.TIMEOUT, way="timeout")
        return True
    for rule in call.queue.rule.overflow:
        if _holds(group, call, rule):
            _overflow(group, call, rule)
            return True
    return False


def _overflow(group: Group, call: Call, rule: Overflow) -> None:
    if rule.queue:
        leave(group, call, WaitEnd.OVERFLOW, target=rule.queue)
    else:
        leave(group, call, _EXITS.get(rule.exit, WaitEnd.OVERFLOW), way=rule.exit)


def _holds(group: Group, call: Call, rule: Overflow) -> bool:
    """Whether all conditions hold that are written.

    Decision: a rule that asks for nothing but `waiting` turns away who joins; it never throws out
    somebody who waits already, since the number says nothing about that caller.
    """
    later = rule.waited_ns is not None or rule.estimate_ns is not None or rule.free_in
    joins = call.joined_at == group.now and not call.attempts
    if not later and not joins:
        return False
    if rule.waiting is not None and len(call.queue.order) - 1 < rule.waiting:
        return False
    if rule.waited_ns is not None and group.now - call.enqueued_at < rule.waited_ns:
        return False
    if rule.estimate_ns is not None:
        estimate_s = forecast.of_call(group, call).quantile_s
        if estimate_s is None or estimate_s * SECOND < rule.estimate_ns:
            return False
    return not rule.free_in or free_in(group, call, rule.free_in)


def free_in(group: Group, call: Call, name: str) -> bool:
    """Whether another queue has a free agent who could take this caller."""
    queue = group.queues.get(name)
    profiles = queue.profiles if queue else []
    return any(
        profile.idle and call.reach in profile.reaches and _speaks(call, profile)
        for profile in profiles
    )


def _speaks(call: Call, profile: Profile) -> bool:
    asked = {skill: least for skill, least, _most in call.cls.needs if skill == call.language}
    return all(profile.skills.get(skill, 0) >= least for skill, least in asked.items())


def freed_elsewhere(group: Group, agent: Agent) -> None:
    """A free agent for whom nobody waits: callers of other queues may overflow to this one."""
    for name in agent.profile.queues:
        for queue in group.watchers.get(name, ()):
            for key in queue.order[:1]:
                call = key[3]
                if call.ring is None and call.spot is not None:
                    overdue(group, call)


# nobody there (acd-cti.md 3.3)


def is_empty(group: Group, demand: Demand, words: tuple[str, ...], most_tier: int) -> bool:
    """Whether no agent who may serve at any step is usable. most_tier: for the word `tier`."""
    unusable = frozenset(states_of(words))
    usable = [state for state in STATES if state not in unusable]
    for number in bits(demand.mask):
        profile = group.by_number[number]
        if "tier" in words and most_tier and _lowest_tier(demand, profile) > most_tier:
            continue
        if any(profile.counts[state] for state in usable):
            return False
    return True


def _lowest_tier(demand: Demand, profile: Profile) -> int:
    return min(
        tier for _after, cls in demand.steps for tier, mask in cls.tiers if mask & profile.bit
    )


def watch(group: Group) -> None:
    """After agents came or went: see where nobody is there any more, or somebody is again."""
    demands = {
        demand: None
        for number in sorted(group.recheck)
        for demand in group.recheck[number].demands
        if demand.calls
    }
    group.recheck.clear()
    for demand in demands:
        look(group, demand)


def look(group: Group, demand: Demand) -> None:
    """Start or stop the grace of callers of one kind."""
    nobody = demand.queue.rule.nobody
    if not is_empty(group, demand, nobody.leave, demand.steps[0][1].max_tier):
        group.timers.set(demand, "empty_due", None)
    elif demand.empty_due is None:
        group.timers.set(demand, "empty_due", group.now + nobody.grace_ns)


def grace_over(group: Group, demand: Demand) -> None:
    """Nobody has been there for the whole grace: who is not being rung up leaves."""
    nobody = demand.queue.rule.nobody
    if not is_empty(group, demand, nobody.leave, demand.steps[0][1].max_tier):
        return
    calls = [key[3] for key in demand.queue.order if key[3].demand is demand]
    for call in calls:
        if call.ring is None and call.held_until is None:
            leave(group, call, WaitEnd.NOBODY, way="nobody")
    if demand.calls:
        group.timers.set(demand, "empty_due", group.now + nobody.grace_ns)


STAYS_AWAY = frozenset(("offline", "break", NOT_RESPONDING))
"""Nobody is kept waiting for one agent who is in one of these."""
