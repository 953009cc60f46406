"""Offers: who is rung up for whom, and the one agent who gets the caller (acd-cti.md 5).

A *ring group* is all that is rung up for one caller at one time: one agent, or more for ring_all
and ring_progressive. Its first answer wins; the others are withdrawn and keep their idle time. What
nobody answers goes back to its exact place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd import agents, forecast, places
from ivr.acd.callers import counting, tallies
from ivr.acd.classes import demand_of, line_up, step_out
from ivr.acd.state import (
    AVAILABLE,
    DIALING,
    NOT_RESPONDING,
    RESERVED,
    RINGING,
    TALKING,
    Offer,
    Place,
    Ring,
)
from ivr.acd.strategies import MANY, pick, stand_anew
from ivr.acd.why import record
from ivr.acd.words import Alarm, Offered, Settled, Withdrawn
from ivr.domain.agent import may_answer_itself
from ivr.domain.call import CallId, Cause
from ivr.domain.queue import OfferEnd, OfferId, WaitEnd

if TYPE_CHECKING:
    from ivr.acd.state import Agent, Call, Group, Key
    from ivr.acd.words import OfferFailed

MOST_OFFERS = 2_000
"""Ended offers that are kept for late answers."""
COUNTED = frozenset({OfferEnd.NO_ANSWER, OfferEnd.DECLINED})
"""Only these are the agent's doing, and count as misses."""
LOST = frozenset({OfferEnd.CALLER_GONE, OfferEnd.ANSWERED_ELSEWHERE, OfferEnd.RETRACTED})
_CAUSES = {
    Cause.BUSY: OfferEnd.BUSY,
    Cause.NO_ANSWER: OfferEnd.NO_ANSWER,
    Cause.REJECTED: OfferEnd.DECLINED,
    Cause.UNREACHABLE: OfferEnd.UNREACHABLE,
    Cause.SIGNAL_LOST: OfferEnd.UNREACHABLE,
    Cause.CALLER_LEFT: OfferEnd.CALLER_GONE,
    Cause.ELSEWHERE: OfferEnd.ANSWERED_ELSEWHERE,
    Cause.SYSTEM_LOST: OfferEnd.RETRACTED,
}
_STATES = {
    OfferEnd.ACCEPTED: "accepted",
    OfferEnd.NO_ANSWER: "no_answer",
    OfferEnd.DECLINED: "declined",
    OfferEnd.BUSY: "failed",
    OfferEnd.UNREACHABLE: "failed",
    OfferEnd.SETUP: "failed",
    OfferEnd.EXPIRED: "expired",
}


def make(group: Group, call: Call, chosen: list[Agent], heads: list[Key]) -> None:
    """Ring these agents up for the caller. heads: other callers who might have been first."""
    for agent in chosen:
        record(group, call, agent, heads)
    step_out(group, call)
    kind = call.queue.rule.strategy
    group.rings_made += 1
    ring = Ring(
        name=f"r-{group.epoch}-{group.rings_made}",
        call=call,
        kind=kind if kind in MANY and call.sticky is None else "one",
        made_at=group.now,
    )
    call.ring = ring
    call.queue.ringing += 1
    forecast.offered(group, call)
    call.attempts += 1
    _ring_up(group, ring, chosen)


def _ring_up(group: Group, ring: Ring, chosen: list[Agent]) -> None:
    group.dirty[ring] = None
    group.dirty[ring.call] = None
    ring.live = True
    for agent in chosen:
        _offer(group, ring, agent)
    if ring.kind == "ring_all":
        group.rings[ring.name] = ring
    elif ring.kind == "ring_progressive":
        group.timers.set(ring, "add_at", group.now + ring.call.queue.rule.add_every_ns)


def _offer(group: Group, ring: Ring, agent: Agent) -> None:
    call, rule = ring.call, ring.call.queue.rule
    group.offers_made += 1
    name = OfferId(f"o-{group.epoch}-{group.offers_made}")
    address = agent.card.endpoints[call.reach]
    offer = Offer(name, ring, call, agent, address, group.now, rule.ring_ns)
    ring.offers[name] = group.offers[name] = offer
    if agent.profile.share is not None:
        counting.rung_up(agent.profile.share, offer)
    if agent.name not in ring.rung:
        ring.rung += (agent.name,)
    most = group.rules.misses.most_per_minute
    agent.offered = (*agent.offered, group.now)[-most:]
    agent.offer, agent.call, agent.queue = offer, call.call, rule.name
    agents.enter(group, agent, RESERVED)
    call.queue.cursor = agent.number
    group.dirty[offer] = None
    group.out.append(_offered(group, offer))


def _offered(group: Group, offer: Offer) -> Offered:
    call, rule = offer.call, offer.call.queue.rule
    return Offered(
        ticket=call.ticket,
        call=call.call,
        turn=call.turn,
        offer=offer.name,
        agent=offer.agent.name,
        address=offer.address,
        ring_ns=offer.ring_ns,
        queue=rule.name,
        waited_ns=max(0, group.now - call.enqueued_at),
        whisper=rule.whisper,
        answers_itself=rule.answers_itself and may_answer_itself(call.reach, offer.address),
        agent_first=call.agent_first,
        sticky=call.kept_by,
    )


def tell_again(group: Group, call: Call) -> None:
    """The caller has a new turn: say its live offers again, with that turn."""
    if call.ring is not None:
        group.out += [_offered(group, offer) for offer in call.ring.offers.values()]


def add(group: Group, ring: Ring) -> None:
    """More agents may serve the caller who is ringing already: ring them up too."""
    call = ring.call
    chosen = pick(group, call)
    for agent in chosen:
        record(group, call, agent, [])
    _ring_up(group, ring, chosen)


# what the telephone says


def ringing(group: Group, name: OfferId) -> None:
    """The agent's telephone rings; anything but the first report is late and means nothing."""
    offer = group.offers.get(name)
    if offer is None or offer.state != "created":
        return
    offer.state = "ringing"
    group.dirty[offer] = None
    agents.enter(group, offer.agent, RINGING)


def answered(group: Group, name: OfferId) -> None:
    """The agent has answered: the first one of the ring group gets the caller."""
    offer = group.offers.get(name)
    if offer is None or not offer.ring.live or offer.ring.winner is not None:
        past = group.past.get(name)
        about = past.call.call if past else CallId("")
        won = past is not None and past.ring.winner == name
        group.out.append(Settled(call=about, offer=name, won=won))
        return
    ring, call = offer.ring, offer.call
    ring.winner = name
    group.out.append(Settled(call=call.call, offer=name, won=True))
    _close(group, offer, OfferEnd.ACCEPTED, told=False)
    _talk(group, offer)
    for other in list(ring.offers.values()):
        lose(group, other, OfferEnd.ANSWERED_ELSEWHERE)
    _end_ring(group, ring)
    end_wait(group, call, WaitEnd.ANSWERED)


def _talk(group: Group, offer: Offer) -> None:
    agent, call = offer.agent, offer.call
    rule = call.queue.rule
    agent.misses = (*agent.misses, False)[-group.offers_kept :]
    agent.won, agent.wrap, agent.contact = offer.name, rule.wrapup, "queue"
    agent.place, agent.talk_since = Place(call.ticket, call.enqueued_at, call.seq), group.now
    tallies.won(group, agent)
    agents.enter(group, agent, DIALING if call.agent_first else TALKING)


def failed(group: Group, event: OfferFailed) -> None:
    """The agent's telephone said no. Of an offer that had won: its group opens again, once."""
    end = OfferEnd.DECLINED if event.declined else _CAUSES.get(event.cause, OfferEnd.SETUP)
    offer = group.offers.get(event.offer)
    if offer is not None:
        offer.reason = event.reason
        if end in LOST:
            lose(group, offer, end, told=False)
        else:
            miss(group, offer, end, told=False)
        after(group, offer.ring)


def reopen(group: Group, offer: Offer, event: OfferFailed) -> bool:
    """The winner is gone before the two were connected: the caller waits again, at the old place.

    The others of the ring group who are still free are rung up again, once; the offer that had won
    has failed, so that another one of the group may win. False if the caller waits elsewhere by
    now.
    """
    ring, call = offer.ring, offer.call
    known = group.queues.get(call.queue.rule.name) is call.queue
    # A new wait of the ticket, or another one that has taken the place over.
    moved = call.ticket in group.calls or call.ticket not in group.places
    if moved or call.end is not WaitEnd.ANSWERED or not known:
        return False
    _not_won(group, offer, event.reason)
    _wait_again(group, call, offer.agent)
    others = [group.agents[name] for name in ring.rung if name in group.agents]
    free = [each for each in others if each.stamp and each is not offer.agent]
    if ring.reopened or not free:
        group.entered.append(call)
        return True
    ring.reopened, call.ring = True, ring
    call.queue.ringing += 1
    for agent in free:
        record(group, call, agent, [])
    _ring_up(group, ring, free)
    return True


def _not_won(group: Group, offer: Offer, reason: str) -> None:
    """Take the win back: the stored row must give up its place before another offer takes it."""
    offer.state, offer.end, offer.reason = "failed", OfferEnd.UNREACHABLE, reason
    offer.ended_at = group.now
    offer.ring.winner = None
    if offer.agent.profile.share is not None:
        counting.not_given(group, offer.agent.profile.share, offer)
    group.dirty[offer] = None
    group.dirty[offer.ring] = None


def _wait_again(group: Group, call: Call, agent: Agent) -> None:
    queue, answered_at = call.queue, call.ended_at or group.now
    if tallies.taken_back(group, agent, queue.rule.name):
        queue.counts.take_back(answered_at - call.joined_at, queue.rule)
        stand_anew(group, agent)
    call.end = call.ended_at = None
    call.missed = (call.missed or {}) | {agent.name: group.now}
    call.demand = demand_of(group, queue, call.skills, call.language, call.reach)
    call.step = min(call.step, len(call.demand.steps) - 1)
    call.cls = call.demand.steps[call.step][1]
    group.places.pop(call.ticket, None)
    line_up(group, call)
    group.dirty[call] = None


def end_offer(group: Group, offer: Offer, end: OfferEnd) -> None:
    """The machine ends an offer by itself, for the agent's sake: deadline, telephone lost, busy."""
    miss(group, offer, end)
    after(group, offer.ring)


def after(group: Group, ring: Ring) -> None:
    """If nobody is rung up any more, the caller goes back to the old place."""
    if not ring.live or ring.offers:
        return
    _end_ring(group, ring)
    if ring.call.end is None:
        group.entered.append(ring.call)


def _end_ring(group: Group, ring: Ring) -> None:
    ring.live = False
    group.timers.set(ring, "add_at", None)
    group.rings.pop(ring.name, None)
    group.dirty[ring] = None
    ring.call.ring = None
    ring.call.queue.ringing -= 1
    group.dirty[ring.call] = None


def _close(group: Group, offer: Offer, end: OfferEnd, *, told: bool) -> None:
    del group.offers[offer.name]
    del offer.ring.offers[offer.name]
    offer.state, offer.end, offer.ended_at = _STATES.get(end, "cancelled"), end, group.now
    offer.agent.offer = None
    group.dirty[offer] = None
    places.remember(group.past, offer.name, offer, MOST_OFFERS)
    if offer.agent.profile.share is not None and end is not OfferEnd.ACCEPTED:
        counting.not_given(group, offer.agent.profile.share, offer)
    if told:
        call = offer.call
        group.out.append(
            Withdrawn(
                ticket=call.ticket,
                call=call.call,
                turn=call.turn,
                offer=offer.name,
                agent=offer.agent.name,
                end=end,
            )
        )


def lose(group: Group, offer: Offer, end: OfferEnd, *, told: bool = True) -> None:
    """The agent loses the offer without fault and is as free as before."""
    _close(group, offer, end, told=told)
    agents.slot_empty(group, offer.agent)


def miss(group: Group, offer: Offer, end: OfferEnd, *, told: bool = True) -> None:
    """The agent did not take the offer: the rule of its queue says what follows (5.5)."""
    agent, call = offer.agent, offer.call
    rule = group.rules.misses_in(call.queue.rule)
    _close(group, offer, end, told=told)
    call.missed = (call.missed or {}) | {agent.name: group.now}
    agent.misses = (*agent.misses, end in COUNTED)[-group.offers_kept :]
    if end is OfferEnd.UNREACHABLE:
        agent.reachable = False
        agents.slot_empty(group, agent, NOT_RESPONDING, agents.UNREACHABLE)
        return
    missed = sum(agent.misses[-rule.of :])
    many = end in COUNTED and missed >= rule.allow
    agent.cool_until = group.now + rule.cooldown_ns
    if many:
        facts = {"agent": agent.name, "reason": end.value, "misses": missed}
        group.out.append(Alarm(name="agent_not_responding", facts=facts))
    agents.slot_empty(
        group, agent, NOT_RESPONDING if many else AVAILABLE, end.value if many else ""
    )


# the caller


def withdraw(group: Group, call: Call, end: OfferEnd) -> None:
    """Stop ringing anybody up for this caller."""
    ring = call.ring
    if ring is None:
        return
    for offer in list(ring.offers.values()):
        lose(group, offer, end)
    _end_ring(group, ring)


def end_wait(group: Group, call: Call, end: WaitEnd) -> None:
    """The caller waits no longer; the place is remembered for a while."""
    call.end, call.ended_at = end, group.now
    forecast.ended(group, call, end)
    step_out(group, call)
    group.timers.set(call, "due", None)
    group.held.pop(call, None)
    del group.calls[call.ticket]
    queue = call.queue
    remove_key(call)
    queue.strict -= call.lane == 0
    call.demand.calls -= 1
    call.key = None
    places.keep(group, call, end)
    group.dirty[call] = None
    call.queue.counts.count(end, group.now - call.joined_at, call.queue.rule)


def remove_key(call: Call) -> None:
    """Take a caller out of the queue's order."""
    del call.queue.order[forecast.place_in(call)]
