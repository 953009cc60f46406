"""What the machine learns from each wait, and what a waiting caller may be told of his own.

Every queue has an `Outlook`, which lives as long as the program: after a restart it learns anew,
and callers hear no times until 200 waits have been seen. Source: acd-cti.md 7.1, 7.2.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.acd.classes import bits
from ivr.acd.settings import SECOND
from ivr.acd.state import BREAK, NOT_RESPONDING, OFFLINE
from ivr.acd.telling.estimates import MORE_THAN_MIN, next_said
from ivr.acd.telling.hears import Hears
from ivr.acd.telling.outlook import Predicted
from ivr.acd.telling.positions import is_beyond, next_place
from ivr.acd.words import Told
from ivr.domain.queue import WaitEnd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.state import Agent, Call, DemandClass, Group, Profile, QueueState
    from ivr.acd.telling.estimates import Figure

OFF_DUTY = frozenset((OFFLINE, BREAK, NOT_RESPONDING))
STAFF_HOLDS = SECOND
"""So long the number of agents for a class is not counted again."""
LONGEST_TOLD_MIN = MORE_THAN_MIN - 1


def place_in(call: Call) -> int:
    """How many of the caller's queue are before this caller."""
    return bisect_left(call.queue.order, (call.lane, call.v, call.seq, call))


def _ahead(call: Call) -> int:
    """How many of those have no agent yet who is rung up for them."""
    return max(0, place_in(call) - call.queue.ringing)


# what is learned


def joined(group: Group, call: Call) -> None:
    """Nobody is free for a caller who has just come: how long is this wait going to be?"""
    if call.joined_at != group.now or call.attempts or call.sticky is not None:
        return
    queue = call.queue
    found = queue.outlook.predicted(group.now / SECOND, _ahead(call), _staff(group, call.cls))
    if found is not None:
        call.expected = _rounded(round(found.mean_s, 1), round(found.times, 2))


@lru_cache(maxsize=4096)
def _rounded(mean_s: float, times: float) -> Predicted:
    """One object for all callers of whom the same is expected: 100,000 may wait at once."""
    return Predicted(mean_s, times)


def offered(group: Group, call: Call) -> None:
    """The first offer for a caller: that is how long it took."""
    wait, call.expected = call.expected, None
    if wait is not None:
        call.queue.outlook.served(group.now / SECOND, call.joined_at / SECOND, wait)


def ended(group: Group, call: Call, end: WaitEnd) -> None:
    """A wait is over; of who gave up it shows later how long it would have been."""
    wait = call.expected
    if wait is None or end is not WaitEnd.ABANDONED:
        return
    queue = call.queue
    queue.outlook.gave_up(group.now / SECOND, call.joined_at / SECOND, wait, call.cls)
    group.gave_up[queue.rule.name] = None


def idle(group: Group, agent: Agent) -> None:
    """An agent is free and nobody waits for this agent: whoever gave up would be served by now."""
    for name in [name for name in group.gave_up if name in agent.profile.members]:
        outlook = group.queues[name].outlook
        outlook.agent_idle(group.now / SECOND, agent.profile.classes)
        if not outlook.gone:
            del group.gave_up[name]


def handled(group: Group, agent: Agent) -> None:
    """An agent has dealt with a call of a queue, wrap-up included."""
    took = group.now - agent.talk_since
    queue = group.queues.get(agent.queue)
    if queue is not None:
        queue.outlook.handled(group.now / SECOND, took / SECOND)
        agent.profile.given.handled(group.now, agent.queue, took)


# who is there


def came_or_went(group: Group, profile: Profile, count: int) -> None:
    """So many agents of a profile are there from now on, or (below 0) no longer."""
    for name in profile.queues:
        if name in group.queues:
            group.queues[name].on_duty += count
            group.staffed[name] = None


def count_again(group: Group) -> None:
    """Who serves what has been worked out anew."""
    for name, queue in group.queues.items():
        there = sum(_on_duty(profile) for profile in queue.profiles)
        if there != queue.on_duty:
            queue.on_duty = there
            group.staffed[name] = None
    for name in [name for name in group.gave_up if name not in group.queues]:
        del group.gave_up[name]


def tell_staff(group: Group) -> None:
    """How many agents the queues have at the end of this event."""
    for name in group.staffed:
        queue = group.queues.get(name)
        if queue is not None:
            queue.outlook.staffed(group.now / SECOND, queue.on_duty)
    group.staffed.clear()


def _on_duty(profile: Profile) -> int:
    counts = profile.counts
    return profile.agents - counts[OFFLINE] - counts[BREAK] - counts[NOT_RESPONDING]


def _staff(group: Group, cls: DemandClass) -> float:
    """Agents on duty for a class, each by the part of the time that goes to its queue."""
    if cls.staff_until <= group.now:
        profiles = [group.by_number[number] for number in bits(cls.mask)]
        cls.staff = _weighed(profiles, cls.queue, group.now)
        cls.staff_until = group.now + STAFF_HOLDS
    return cls.staff


def _weighed(profiles: Iterable[Profile], queue: str, now: int) -> float:
    total = 0.0
    for profile in profiles:
        there = _on_duty(profile)
        if there:
            total += there * profile.given.share(now, queue, len(profile.queues))
    return total


# what is shown and told


def of_queue(queue: QueueState, now: int) -> Figure:
    """What is known of the wait of the next caller of a queue; changes nothing. Whom an agent is
    free for, and nobody is before, does not wait: the estimate is of those who do."""
    agents = _weighed(queue.profiles, queue.rule.name, now)
    figure = queue.outlook.figure(now / SECOND, len(queue.order) - queue.ringing, agents)
    at_once = not queue.order and any(profile.idle for profile in queue.profiles)
    return replace(figure, quantile_s=0.0) if at_once else figure


def of_call(group: Group, call: Call) -> Figure:
    """What is known of the rest of a caller's wait."""
    return call.queue.outlook.figure(group.now / SECOND, _ahead(call), _staff(group, call.cls))


def tell(group: Group, call: Call, *, cut: bool) -> None:
    """What the caller may hear now. cut: what was told last was not heard to its end."""
    if call.hears is None:
        call.hears = Hears()
    if not cut:
        call.hears.heard()
    at_s, limit = group.now / SECOND, call.queue.rule.told_limit
    place = next_place(place_in(call) + 1, at_s, call.hears.place, limit)
    said = next_said(of_call(group, call), at_s, call.hears.said)
    call.hears.next_place, call.hears.next_said = place, said
    group.dirty[call] = None
    beyond = place is not None and is_beyond(place, limit)
    longer = said is not None and said.minutes > LONGEST_TOLD_MIN
    group.out.append(
        Told(
            ticket=call.ticket,
            call=call.call,
            turn=call.turn,
            position=place.place if place is not None and not beyond else None,
            more_than=limit if beyond else None,
            estimate_min=said.minutes if said is not None and not longer else None,
            longer_than_min=LONGEST_TOLD_MIN if longer else None,
        )
    )
