"""The stored rows of a group, and how it is built again from them.

Instants are whole ns UTC, everything else plain JSON. A row whose `live` is false is over.

    waiting      key = ticket: live call turn queue reach state(waiting|offered|held|ended) priority
                 enqueued_at joined_at seq lane v step leave_at skills language wanted identity
                 sticky sticky_until held_until missed attempts told end ended_at;
                 refused at the door: live call queue state(refused) enqueued_at joined_at seq end
                 ended_at
    ring_group   key = r-EPOCH-N: live call ticket kind winner reopened rung made_at add_at epoch
    offer        key = o-EPOCH-N: live group call ticket agent slot endpoint queue state end reason
                 made_at lease_until ended_at epoch
    agent_state  key = agent: state since reason next next_reason version reachable deadline warned
                 idle_since misses offered cool_until call queue offer won contact before
                 before_reason place wrap wrap_asked code talk_since busy busy_since busy_ns day
                 tally epoch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.acd import places
from ivr.acd.classes import demand_of, line_up
from ivr.acd.settings import LAST_AGENT, SECOND, Wrapup
from ivr.acd.state import (
    AVAILABLE,
    OFFLINE,
    RESERVED,
    RINGING,
    Agent,
    Call,
    Offer,
    Place,
    Ring,
)
from ivr.acd.telling.estimates import Said
from ivr.acd.telling.hears import Hears
from ivr.acd.telling.positions import ToldPlace
from ivr.acd.words import Row
from ivr.domain.agent import AgentId, Reach, Wanted
from ivr.domain.call import CallId
from ivr.domain.queue import OfferId, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.acd.state import Group
    from ivr.acd.words import CallQueued
    from ivr.domain.queue import WaitEnd

    Columns = Mapping[str, Any]

_PLAIN = {reach: reach.value for reach in Reach}
LEASE_OVER_RING = 5 * SECOND
REFUSED = "refused"


def row_of(group: Group, thing: Agent | Call | Ring | Offer) -> Row:
    """The row of anything that is stored, as it is now."""
    if isinstance(thing, Agent):
        return Row("agent_state", thing.name, _agent(group, thing))
    if isinstance(thing, Call):
        return Row("waiting", thing.ticket, _call(thing))
    if isinstance(thing, Offer):
        return Row("offer", thing.name, _offer(group, thing))
    return Row("ring_group", thing.name, _ring(group, thing))


def _call(call: Call) -> dict[str, Any]:
    state = "offered" if call.ring else "held" if call.held_until is not None else "waiting"
    return {
        "live": call.end is None,
        "call": call.call,
        "turn": call.turn,
        "queue": call.queue.rule.name,
        "reach": _PLAIN[call.reach],
        "state": state if call.end is None else "ended",
        "priority": call.priority,
        "enqueued_at": call.enqueued_at,
        "joined_at": call.joined_at,
        "seq": call.seq,
        "lane": call.lane,
        "v": call.v,
        "step": call.step,
        "leave_at": call.leave_at,
        "skills": list(call.skills),
        "language": call.language,
        "wanted": [[one.agent, one.source] for one in call.wanted],
        "identity": call.identity,
        "attested": call.attested,
        "proved": call.proved,
        "rejoined": call.rejoined,
        "sticky": call.sticky.name if call.sticky else None,
        "sticky_until": call.sticky_until,
        "held_until": call.held_until,
        "missed": dict(call.missed) if call.missed else {},
        "attempts": call.attempts,
        "told": _told(call),
        "end": call.end.value if call.end else None,
        "ended_at": call.ended_at,
    }


def refused(event: CallQueued, end: WaitEnd, now: int) -> Row:
    """The row of a wait that was over before it began: it counts, and had no place."""
    at = {"enqueued_at": now, "joined_at": now, "ended_at": now}
    columns = {"live": False, "call": event.call, "queue": event.queue, "state": REFUSED, "seq": 0}
    return Row("waiting", event.ticket, {**columns, **at, "end": end.value})


def _told(call: Call) -> list[list[float] | None]:
    """Place and time that the caller has heard: each [what, seconds], None = nothing yet."""
    hears = call.hears
    if hears is None:
        return []
    place, said = hears.next_place or hears.place, hears.next_said or hears.said
    return [
        None if place is None else [place.place, place.at_s],
        None if said is None else [said.minutes, said.at_s],
    ]


def _ring(group: Group, ring: Ring) -> dict[str, Any]:
    return {
        "live": ring.live,
        "call": ring.call.call,
        "ticket": ring.call.ticket,
        "kind": ring.kind,
        "winner": ring.winner,
        "reopened": ring.reopened,
        "rung": list(ring.rung),
        "made_at": ring.made_at,
        "add_at": ring.add_at,
        "epoch": group.epoch,
    }


def _offer(group: Group, offer: Offer) -> dict[str, Any]:
    return {
        "live": offer.end is None,
        "group": offer.ring.name,
        "call": offer.call.call,
        "ticket": offer.call.ticket,
        "agent": offer.agent.name,
        "slot": "voice",
        "endpoint": offer.address,
        "queue": offer.call.queue.rule.name,
        "state": offer.state,
        "end": offer.end.value if offer.end else None,
        "reason": offer.reason,
        "made_at": offer.made_at,
        "ring_ns": offer.ring_ns,
        "lease_until": offer.made_at + offer.ring_ns + LEASE_OVER_RING,
        "ended_at": offer.ended_at,
        "epoch": group.epoch,
    }


def _agent(group: Group, agent: Agent) -> dict[str, Any]:
    place, wrap = agent.place, agent.wrap
    return {
        "state": agent.state,
        "since": agent.since,
        "reason": agent.reason,
        "next": agent.next,
        "next_reason": agent.next_reason,
        "version": agent.version,
        "reachable": agent.reachable,
        "deadline": agent.deadline,
        "warned": agent.warned,
        "idle_since": agent.idle_since,
        "misses": list(agent.misses),
        "offered": list(agent.offered),
        "cool_until": agent.cool_until,
        "call": agent.call,
        "queue": agent.queue,
        "offer": agent.offer.name if agent.offer else None,
        "won": agent.won,
        "contact": agent.contact,
        "before": agent.before,
        "before_reason": agent.before_reason,
        "place": [place.ticket, place.enqueued_at, place.seq] if place else None,
        "wrap": [wrap.mode, wrap.time_ns, wrap.mandatory] if wrap else None,
        "wrap_asked": agent.wrap_asked,
        "code": agent.code,
        "talk_since": agent.talk_since,
        "busy": [list(each) for each in agent.busy],
        "busy_since": agent.busy_since,
        "busy_ns": agent.busy_ns,
        "day": agent.day,
        "tally": {queue: list(done) for queue, done in agent.tally.items()},
        "epoch": group.epoch,
    }


# and back


def latest(row: Row) -> int:
    """The latest instant of a row that is certainly past: the clock never goes behind it."""
    names = ("since", "made_at", "joined_at", "ended_at", "idle_since")
    return max((row.columns.get(name) or 0 for name in names), default=0)


def load(group: Group, stored: Iterable[Row]) -> None:
    """Put agents, waiting callers, live offers and places back; queues and cards are there."""
    kinds: dict[str, list[Row]] = {"agent_state": [], "waiting": [], "ring_group": [], "offer": []}
    waits = []
    for row in stored:
        if row.kind == "waiting" and row.columns.get("state") != REFUSED:
            waits.append(row)
        if row.columns.get("live", True):
            kinds.setdefault(row.kind, []).append(row)
    places.load(group, waits)
    for row in kinds["agent_state"]:
        _load_agent(group, row)
    for row in sorted(kinds["waiting"], key=lambda row: int(row.columns["seq"])):
        if row.columns["queue"] in group.queues:
            _load_call(group, Ticket(row.key), row.columns)
    rings = {row.key: ring for row in kinds["ring_group"] if (ring := _load_ring(group, row))}
    for row in kinds["offer"]:
        _load_offer(group, rings.get(row.columns["group"]), row)
    _mend(group, rings)


_AS_WRITTEN = (
    *("state", "since", "reason", "next", "next_reason", "version", "reachable", "warned"),
    *("idle_since", "call", "queue", "won", "contact", "before", "before_reason"),
    *("wrap_asked", "code", "talk_since", "busy_since", "busy_ns", "day"),
)
"""Columns of an agent that are stored as they are."""


def _load_agent(group: Group, row: Row) -> None:
    agent, columns = group.agents.get(AgentId(row.key)), row.columns
    if agent is None:
        return
    for name in _AS_WRITTEN:
        setattr(agent, name, columns[name])
    agent.misses, agent.offered = tuple(columns["misses"]), tuple(columns["offered"])
    agent.busy = tuple((begin, end) for begin, end in columns["busy"])
    agent.tally = {queue: (done[0], done[1]) for queue, done in columns["tally"].items()}
    if columns["place"]:
        ticket, at, seq = columns["place"]
        agent.place = group.places[ticket] = Place(ticket, at, seq)
        group.last_seq = max(group.last_seq, seq)
    if columns["wrap"]:
        agent.wrap = Wrapup(*columns["wrap"])
    group.timers.set(agent, "deadline", columns["deadline"])
    group.timers.set(agent, "cool_until", columns["cool_until"])
    if agent.state != OFFLINE:
        for address in agent.card.endpoints.values():
            group.holders.setdefault(address, agent)


def _wanted(stored: str | list[str]) -> Wanted:
    """Whom a caller wants; a name alone was written when only the last agents were looked for."""
    agent, source = (stored, LAST_AGENT) if isinstance(stored, str) else stored
    return Wanted(AgentId(agent), source)


def _load_call(group: Group, ticket: Ticket, columns: Columns) -> None:
    call = _stored_call(group, ticket, columns)
    if columns.get("told"):
        place, said = columns["told"]
        call.hears = Hears(place and ToldPlace(*place), said and Said(*said))
    if call.held_until is not None:
        group.held[call] = None
    group.last_seq = max(group.last_seq, call.seq)
    line_up(group, call)


def _stored_call(group: Group, ticket: Ticket, columns: Columns) -> Call:
    queue = group.queues[columns["queue"]]
    skills, language = tuple(columns["skills"]), columns["language"]
    reach = Reach(columns["reach"])
    demand = demand_of(group, queue, skills, language, reach)
    step = min(columns["step"], len(demand.steps) - 1)
    sticky = group.agents.get(columns["sticky"]) if columns["sticky"] else None
    return Call(
        ticket=ticket,
        call=CallId(columns["call"]),
        turn=columns["turn"],
        queue=queue,
        demand=demand,
        cls=demand.steps[step][1],
        reach=reach,
        priority=columns["priority"],
        enqueued_at=columns["enqueued_at"],
        joined_at=columns["joined_at"],
        seq=columns["seq"],
        lane=columns["lane"],
        v=columns["v"],
        leave_at=columns["leave_at"],
        skills=skills,
        language=language,
        wanted=tuple(map(_wanted, columns["wanted"])),
        identity=columns["identity"],
        attested=columns.get("attested", False),
        proved=columns.get("proved", ""),
        rejoined=Ticket(columns["rejoined"]) if columns.get("rejoined") else "",
        step=step,
        sticky=sticky,
        sticky_until=columns["sticky_until"],
        held_until=columns["held_until"],
        missed=dict(columns["missed"]) or None,
        attempts=columns["attempts"],
    )


def _load_ring(group: Group, row: Row) -> Ring | None:
    columns = row.columns
    call = group.calls.get(columns["ticket"])
    if call is None or columns["winner"]:
        return None
    ring = Ring(row.key, call, columns["kind"], columns["made_at"])
    ring.reopened, ring.rung = columns["reopened"], tuple(columns["rung"])
    call.ring = ring
    call.queue.ringing += 1
    group.timers.set(ring, "add_at", columns["add_at"])
    if ring.kind == "ring_all":
        group.rings[ring.name] = ring
    return ring


def _load_offer(group: Group, ring: Ring | None, row: Row) -> None:
    columns = row.columns
    agent = group.agents.get(AgentId(columns["agent"]))
    if ring is None or agent is None:
        return
    made_at, ring_ns = columns["made_at"], columns["ring_ns"]
    offer = Offer(OfferId(row.key), ring, ring.call, agent, columns["endpoint"], made_at, ring_ns)
    offer.state = columns["state"]
    ring.offers[offer.name] = group.offers[offer.name] = offer
    agent.offer = offer


def _mend(group: Group, rings: Mapping[str, Ring]) -> None:
    """What an agent or a ring group is missing does not hold up the rest."""
    for ring in rings.values():
        if not ring.offers:
            ring.live, ring.call.ring = False, None
            ring.call.queue.ringing -= 1
            group.rings.pop(ring.name, None)
            group.timers.set(ring, "add_at", None)
    for agent in group.agents.values():
        if agent.state in {RESERVED, RINGING} and agent.offer is None:
            agent.state, agent.call, agent.queue = AVAILABLE, None, ""
            group.timers.set(agent, "deadline", None)
