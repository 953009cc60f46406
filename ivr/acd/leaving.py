"""When a wait ends without an agent: too long, too many, nobody there, or better elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd import forecast
from ivr.acd.classes import bits, states_of
from ivr.acd.offers import end_wait
from ivr.acd.settings import SECOND
from ivr.acd.state import NOT_RESPONDING, STATES
from ivr.acd.words import OfferCallback, WaitOver
from ivr.domain.queue import WaitEnd, way_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.acd.settings import Overflow
    from ivr.acd.state import Agent, Call, Demand, Group, Profile, QueueState
    from ivr.acd.words import CallQueued

_EXITS = {"full": WaitEnd.FULL, "timeout": WaitEnd.TIMEOUT, "nobody": WaitEnd.NOBODY}


ASKED_AT_MOST = 60 * SECOND
"""So long a caller may think about being called back before the next way counts."""


def leave(
    group: Group,
    call: Call,
    end: WaitEnd,
    target: str = "",
    way: str = "",
    ways: tuple[str, ...] = (),
) -> None:
    """The machine ends a wait: by an exit of the step (`way`), or on by one of the `ways`, of which
    the first may be another queue (`target`)."""
    group.out.append(
        WaitOver(
            ticket=call.ticket,
            call=call.call,
            turn=call.turn,
            end=end,
            target=target,
            exit=way,
            ways=ways,
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
    return bool(call.queue.rule.overflow) and _overflows(group, call)


# overflow


def _overflows(group: Group, call: Call) -> bool:
    """Send a caller on by the first way that is open; whether he has left.

    Decision: to be called back is an offer. Meanwhile the caller waits on and no other way counts;
    if he does not take it, those after it do, as they did when it was made.
    """
    if call.asked_until is not None and group.now < call.asked_until:
        return False
    joins = call.asked_at_join or (call.joined_at == group.now and not call.attempts)
    call.asked_at_join = False
    ways = [each for each in call.queue.rule.overflow if _is_open(call, each)]
    found = (each for each in ways if _holds(group, call, each, joins=joins))
    first = next(found, None)
    if first is None:
        return False
    if first.callback:
        _ask(group, call, first.callback, joins=joins)
        return False
    if first.exit:
        leave(group, call, _EXITS[first.exit], way=first.exit)
    else:
        _send_on(group, call, first, found, joins=joins)
    return True


def _is_open(call: Call, rule: Overflow) -> bool:
    """Whether the way is one for this caller: nobody is asked twice, and a call in which nobody is
    on the line yet can only go to another queue, or end."""
    if rule.callback and call.asked_until is not None:
        return False
    return not call.agent_first or bool(rule.exit or rule.queue)


def _send_on(
    group: Group, call: Call, first: Overflow, others: Iterator[Overflow], *, joins: bool
) -> None:
    """Out of the queue, with the ways that are open too, should the first one lead nowhere."""
    ways = [first.way, *(each.way for each in others)]
    if joins and first.waiting is not None and not first.queue:
        ways.append(way_to("exit", "full"))
    once = tuple(dict.fromkeys(ways))
    leave(group, call, WaitEnd.OVERFLOW, target=first.queue, ways=once)


def _ask(group: Group, call: Call, queue: str, *, joins: bool) -> None:
    """Have the caller asked whether he would rather be called back."""
    asked = OfferCallback(ticket=call.ticket, call=call.call, turn=call.turn, queue=queue)
    group.out.append(asked)
    call.asked_until, call.asked_at_join = group.now + ASKED_AT_MOST, joins
    due = call.asked_until if call.due is None else min(call.due, call.asked_until)
    group.timers.set(call, "due", due)


def grown(group: Group, queue: QueueState) -> None:
    """One more waits: those are looked at for whom that number was what was missing."""
    reached = len(queue.order) - 1
    if any(each.waiting == reached and _is_later(each) for each in queue.rule.overflow):
        _look_at_all(group, queue)


def staff_moved(group: Group) -> None:
    """Agents of some queues came or went, so that everybody there waits longer, or less."""
    for name in list(group.staffed):
        queue = group.queues.get(name)
        if queue and any(each.estimate_ns is not None for each in queue.rule.overflow):
            _look_at_all(group, queue)


def _look_at_all(group: Group, queue: QueueState) -> None:
    """Whoever waits, and is neither rung for nor held, leaves if it is time."""
    for key in list(queue.order):
        call = key[3]
        if call.ring is None and call.spot is not None:
            overdue(group, call)


def _is_later(rule: Overflow) -> bool:
    """Whether a rule is also for those who wait already."""
    return rule.waited_ns is not None or rule.estimate_ns is not None or bool(rule.free_in)


def _holds(group: Group, call: Call, rule: Overflow, *, joins: bool) -> bool:
    """Whether all conditions hold that are written.

    Decision: a rule that asks for nothing but `waiting` turns away who joins; it never throws out
    somebody who waits already, since the number says nothing about that caller.
    """
    if not joins and not _is_later(rule):
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
