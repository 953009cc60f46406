"""What happens to callers who wait: they enter, get older, change their priority, and leave.

The key (lane, v, seq) is given at entry and stays, whatever happens; only a change of the priority
makes a new one, from the same moment of entry and the same number (acd-cti.md 4.1). Steps are
absolute ages of the caller.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from ivr.acd import forecast, leaving, offers, places, rows, why
from ivr.acd.classes import (
    TooManyClassesError,
    demand_of,
    line_up,
    rate_of,
    stand,
    step_out,
)
from ivr.acd.settings import OWNERS, SECOND, Priority
from ivr.acd.state import Call, Place
from ivr.acd.words import Alarm
from ivr.domain.queue import HELD_S, OfferEnd, WaitEnd

if TYPE_CHECKING:
    from ivr.acd.state import Agent, Demand, Group, QueueState
    from ivr.acd.words import (
        CallbackDeclined,
        CallGone,
        CallHeld,
        CallPriority,
        CallQueued,
        NewsAsked,
    )
    from ivr.domain.agent import Wanted
    from ivr.domain.queue import Ticket

HELD_AT_MOST = round(HELD_S * SECOND)
HIGHEST = 10


def queued(group: Group, event: CallQueued) -> None:
    """A caller wants an agent; one who waits already only has another turn."""
    known = group.calls.get(event.ticket)
    if known is not None:
        known.turn, known.agent_first = event.turn, event.agent_first
        _hold(group, known, event.held_until)
        offers.tell_again(group, known)
        return
    queue = group.queues.get(event.queue)
    if queue is None:
        group.out.append(Alarm(name="unknown_queue", facts={"queue": event.queue}))
        leaving.refuse(group, event, WaitEnd.NOBODY)
        return
    queue.counts.offered += 1
    place = _taken_over(group, event.keep_from)
    end, demand = _may_join(group, event, queue)
    if demand is None:
        queue.counts.count(end, 0, queue.rule)
        group.out.append(rows.refused(event, end, group.now))
        leaving.refuse(group, event, end)
        return
    before = places.cut_off(group, event) if place is None else None
    call = _join(group, event, demand, place or _taken_over(group, before) or _new(group, event))
    call.rejoined = before or ""
    leaving.grown(group, queue)


def _taken_over(group: Group, before: Ticket | None) -> Place | None:
    """The place of the wait of before, which ends now if it has not yet."""
    if before is None:
        return None
    call = group.calls.get(before)
    if call is not None:
        offers.withdraw(group, call, OfferEnd.RETRACTED)
        offers.end_wait(group, call, WaitEnd.OVERFLOW)
    return places.taken_over(group, before)


def _new(group: Group, event: CallQueued) -> Place:
    """A place at the end, or as old as the caller has waited elsewhere."""
    group.last_seq += 1
    since = group.now if event.enqueued_at is None else min(event.enqueued_at, group.now)
    return Place(event.ticket, since, group.last_seq)


def _may_join(group: Group, event: CallQueued, queue: QueueState) -> tuple[WaitEnd, Demand | None]:
    rule = queue.rule
    if len(queue.order) >= rule.max_waiting or len(group.calls) >= group.rules.max_waiting:
        return WaitEnd.FULL, None
    try:
        demand = demand_of(group, queue, event.skills, event.language, event.reach)
    except TooManyClassesError:
        group.out.append(Alarm(name="too_many_classes", facts={"queue": rule.name}))
        return WaitEnd.FULL, None
    if leaving.is_empty(group, demand, rule.nobody.join, demand.steps[0][1].max_tier):
        return WaitEnd.NOBODY, None
    return WaitEnd.ANSWERED, demand


def _join(group: Group, event: CallQueued, demand: Demand, place: Place) -> Call:
    call = _call_of(group, event, demand, place)
    line_up(group, call)
    _step_up(group, call)
    _stick(group, call)
    set_due(group, call)
    group.entered.append(call)
    group.dirty[call] = None
    if demand.calls == 1:
        leaving.look(group, demand)
    if event.held_until is not None:
        _hold(group, call, event.held_until)
    return call


def _call_of(group: Group, event: CallQueued, demand: Demand, place: Place) -> Call:
    queue = demand.queue
    longest = queue.rule.longest_ns
    if event.longest_ns is not None:
        longest = min(longest, event.longest_ns)
    priority = event.priority or queue.rule.priority
    lane, v = key_of(group, queue, priority, place.enqueued_at)
    return Call(
        ticket=event.ticket,
        call=event.call,
        turn=event.turn,
        queue=queue,
        demand=demand,
        cls=demand.steps[0][1],
        reach=event.reach,
        priority=priority,
        enqueued_at=place.enqueued_at,
        joined_at=group.now,
        seq=place.seq,
        lane=lane,
        v=v,
        leave_at=group.now + longest,
        skills=event.skills,
        language=event.language,
        wanted=_wanted_here(group, queue, event.wanted),
        identity=event.identity,
        attested=event.attested,
        proved=event.proved,
        agent_first=event.agent_first,
    )


def key_of(group: Group, queue: QueueState, name: str, enqueued_at: int) -> tuple[int, int]:
    """(lane, v) of a caller with this priority; a full strict lane gives the largest head start."""
    step = group.rules.priority_step_ns
    if name.isdecimal():
        head = (min(int(name), HIGHEST) - HIGHEST // 2) * step
    else:
        priority = group.rules.priorities.get(name, Priority())
        if priority.strict and queue.strict < priority.max_waiting:
            return 0, enqueued_at
        head = priority.head_start_ns
        if priority.strict:
            head = max(
                HIGHEST // 2 * step,
                *(each.head_start_ns for each in group.rules.priorities.values()),
            )
            group.out.append(Alarm(name="strict_lane_full", facts={"queue": queue.rule.name}))
    return 1, enqueued_at - head * 1000 // rate_of(queue.rule)


def _wanted_here(group: Group, queue: QueueState, wanted: tuple[Wanted, ...]) -> tuple[Wanted, ...]:
    """Without owners who are no agents of this queue: another source may have a better one."""

    def serves(one: Wanted) -> bool:
        agent = group.agents.get(one.agent)
        return agent is not None and agent.profile in queue.profiles

    return tuple(one for one in wanted if one.source not in OWNERS or serves(one))


def _stick(group: Group, call: Call) -> None:
    """Promise the caller to an agent who knows him, if that is wanted and the agent is there."""
    sticky = call.queue.rule.sticky
    if not sticky.sources:
        return
    for wanted in call.wanted:
        agent = group.agents.get(wanted.agent)
        if agent is None or call.reach not in agent.card.endpoints:
            continue
        waits = sticky.mode == "wait" and agent.state not in leaving.STAYS_AWAY
        if agent.stamp or waits:
            call.sticky = agent
            call.sticky_until = group.now + (sticky.longest_ns if waits else 0)
            return


def unstick(group: Group) -> None:
    """Agents went away: who was promised to them joins the ordinary class with the same key."""
    for agent in group.unstuck:
        spot = agent.direct
        for entry in spot.heap.first(spot.waiting, _all) if spot is not None else ():
            _let_go(group, entry[3], agent)
    group.unstuck.clear()


def _all(entry: tuple[int, int, int, Call]) -> bool:
    return entry[3].key is entry and entry[3].spot is not None


def _let_go(group: Group, call: Call, agent: Agent) -> None:
    if call.sticky is agent:
        call.sticky = None
        group.entered.append(call)
        group.dirty[call] = None
        set_due(group, call)


def ask_anew(group: Group, call: Call) -> None:
    """The rules of the queue have changed for those who wait already, too; keys are kept."""
    call.demand.calls -= 1
    try:
        call.demand = demand_of(group, call.queue, call.skills, call.language, call.reach)
    except TooManyClassesError:
        group.out.append(Alarm(name="too_many_classes", facts={"queue": call.queue.rule.name}))
    call.demand.calls += 1
    step_out(group, call)
    call.step, call.cls = 0, call.demand.steps[0][1]
    _step_up(group, call)
    set_due(group, call)
    group.dirty[call] = None


# time


def _step_up(group: Group, call: Call) -> bool:
    """Go to the class of the caller's age; whether it is another one."""
    steps, age, old = call.demand.steps, group.now - call.enqueued_at, call.cls
    while call.step + 1 < len(steps) and steps[call.step + 1][0] <= age:
        call.step += 1
    call.cls = steps[call.step][1]
    return call.cls is not old


def set_due(group: Group, call: Call) -> None:
    """Wake up for what happens to the caller next by itself."""
    steps = call.demand.steps
    due = [call.leave_at]
    if call.step + 1 < len(steps):
        due.append(call.enqueued_at + steps[call.step + 1][0])
    if call.sticky is not None:
        due.append(call.sticky_until)
    if call.held_until is not None:
        due.append(call.held_until)
    if call.asked_until is not None:
        due.append(call.asked_until)
    due += [
        call.enqueued_at + rule.waited_ns
        for rule in call.queue.rule.overflow
        if rule.waited_ns is not None
    ]
    later = [at for at in due if at > group.now]
    group.timers.set(call, "due", min(later, default=None))


def due(group: Group, call: Call) -> None:
    """An instant of the caller has come: a step, the end of a promise, of holding, of the wait."""
    if call.held_until is not None and call.held_until <= group.now:
        call.held_until = None
        group.held.pop(call, None)
    if call.sticky is not None and call.sticky_until <= group.now:
        call.sticky = None
    wider = _step_up(group, call)
    set_due(group, call)
    group.dirty[call] = None
    if call.ring is None:
        group.entered.append(call)
    elif wider and call.ring.kind != "one":
        offers.add(group, call.ring)


# what the caller or a supervisor does


def gone(group: Group, event: CallGone) -> None:
    """The caller waits no longer; who was rung up for that caller stops ringing in this event."""
    call = group.calls.get(event.ticket)
    if call is None:
        return
    reason = OfferEnd.CALLER_GONE
    offers.withdraw(group, call, reason)
    offers.end_wait(group, call, event.end)


def prioritised(group: Group, event: CallPriority) -> None:
    """A supervisor has changed the priority: a new key from the same moment and number."""
    call = group.calls.get(event.ticket)
    if call is None:
        return
    stands = call.spot is not None
    step_out(group, call)
    offers.remove_key(call)
    call.queue.strict -= call.lane == 0
    call.priority = event.priority
    call.lane, call.v = key_of(group, call.queue, event.priority, call.enqueued_at)
    call.queue.strict += call.lane == 0
    call.key, call.stood = (call.lane, call.v, call.seq, call), False
    insort(call.queue.order, call.key)
    if stands:
        stand(group, call)
    group.dirty[call] = None


def held(group: Group, event: CallHeld) -> None:
    """The caller must not be disturbed for at most 30 s, or may be again."""
    call = group.calls.get(event.ticket)
    if call is not None:
        _hold(group, call, event.until)


def _hold(group: Group, call: Call, until: int | None) -> None:
    """Hold a caller, or let go of one who is held.

    Decision: whose telephone rings already falls silent and is as free as before; only an agent who
    has answered has the caller, who then waits no longer.
    """
    before, call.held_until = call.held_until, _bounded(group, until)
    if call.held_until is not None:
        offers.withdraw(group, call, OfferEnd.RETRACTED)
        step_out(group, call)
        group.held[call] = None
        why.record(group, call, None, [])
    elif before is not None:
        del group.held[call]
        group.entered.append(call)
    set_due(group, call)
    group.dirty[call] = None


def _bounded(group: Group, until: int | None) -> int | None:
    """Until when a caller is held: not in the past, and nobody for ever."""
    if until is None or until <= group.now:
        return None
    return min(until, group.now + HELD_AT_MOST)


def declined(group: Group, event: CallbackDeclined) -> None:
    """The caller will not be called back: what else was open counts from now on."""
    call = group.calls.get(event.ticket)
    if call is None or call.asked_until is None or call.asked_until <= group.now:
        return
    call.asked_until = group.now
    set_due(group, call)
    if call.ring is None:
        group.entered.append(call)


def asked_news(group: Group, event: NewsAsked) -> None:
    """Tell the caller's place, which is those of the queue who are before and one, and the time."""
    call = group.calls.get(event.ticket)
    if call is not None:
        forecast.tell(group, call, cut=event.cut)
