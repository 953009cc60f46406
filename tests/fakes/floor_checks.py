"""What must always hold of a call centre, and what must be left of it when everybody has gone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId
from ivr.engine.party import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ivr.acd.state import Agent
    from ivr.engine.record.stretches import Stretch
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import InteractionRow
    from tests.fakes.call_centre import CallCentre

OFFERED, IN_TALK = ("reserved", "ringing"), ("talking", "holding", "consulting")
RESTING = ("available", "break", "not_responding", "offline", "wrapup")


def broken(centre: CallCentre) -> list[str]:
    """What does not hold now, in words; nothing if all is well."""
    return [
        *_calls(centre),
        *_agents(centre),
        *_telephones(centre),
        *_tables(centre),
    ]


def _live(centre: CallCentre) -> list[LiveCall]:
    return list(centre.served.server.switch.calls.values())


def _calls(centre: CallCentre) -> Iterator[str]:
    """One answerer for each call, one live leg for each agent."""
    legs: Counter[str] = Counter()
    for live in _live(centre):
        state = live.known
        won = [leg.agent for leg in state.legs if leg.won]
        if len(won) > 1:
            yield f"{live.id} has two answerers: {won}"
        for leg in state.legs:
            if leg.phase is Phase.UP and leg.agent:
                legs[leg.agent] += 1
                if leg.offer and leg.bridge and not leg.won:
                    yield f"{live.id}: {leg.agent} is bridged and has not won"
    for agent, count in legs.items():
        if count > 1:
            yield f"{agent} has {count} legs that are up"


def _agents(centre: CallCentre) -> Iterator[str]:
    """Who is rung up has a live offer, and the other way round; who talks has a live call."""
    group = centre.floor.host.group
    for agent in group.agents.values():
        offer = agent.offer
        rung = offer is not None and group.offers.get(offer.name) is offer
        if (agent.state in OFFERED) != rung:
            yield f"{agent.name} is {agent.state}, and his offer is {offer and offer.name}"
        if agent.state not in RESTING and agent.deadline is None:
            yield f"{agent.name} is {agent.state} without a deadline"
        yield from _in_call(centre, agent)
    for offer in group.offers.values():
        if offer.agent.offer is not offer:
            yield f"the offer {offer.name} is live, and {offer.agent.name} knows nothing of it"


def _in_call(centre: CallCentre, agent: Agent) -> Iterator[str]:
    """Whoever has a call has one that is there, and talks in it."""
    call = centre.served.server.switch.calls.get(CallId(agent.call or ""))
    if agent.state in OFFERED and call is None:
        yield f"{agent.name} is {agent.state} for the caller {agent.call}, who has gone"
    elif agent.state in IN_TALK:
        legs = [] if call is None else [leg.agent for leg in call.known.legs if leg.won]
        if agent.name not in legs:
            yield f"{agent.name} is {agent.state} in {agent.call}, where only {legs} talk"


def _telephones(centre: CallCentre) -> Iterator[str]:
    """Nothing rings or talks for a call that is not there or does not know of it."""
    calls = centre.served.server.switch.calls
    for name, telephone in centre.phones.items():
        phone = telephone.station.phone if telephone.station is not None else None
        if phone is None:
            continue
        found = calls.get(phone.call)
        if found is None:
            yield f"the telephone of {name} has a call that has ended"
        elif phone.leg not in [leg.id for leg in found.known.legs]:
            yield f"{phone.call} knows nothing of the telephone of {name}"


def _tables(centre: CallCentre) -> Iterator[str]:
    """Tables in memory hold nothing of calls that have ended."""
    server = centre.served.server
    calls, dispatch, seen = server.switch.calls, server.floor.dispatch, server.floor.board.seen
    pops: Any = dispatch.pops
    yield from (f"a wait of {call}" for call in dispatch.waits if call not in calls)
    yield from (f"{call} on a desk" for call in seen.calls if call not in calls)
    yield from (f"pop facts of {call}" for call in pops._calls if call not in calls)
    group = server.floor.host.group
    live = {str(offer) for offer in group.offers}
    gone = [call.ticket for call in group.calls.values() if call.call not in calls]
    yield from (f"{ticket} waits for nobody" for ticket in gone)
    waiting = {call.call for call in group.calls.values()}
    for one in calls.values():
        if one.known.wait is not None and one.id not in waiting:
            yield f"{one.id} believes to wait in {one.known.wait.queue}"
    yield from (f"the desk shows {name}, which is over" for name in seen.offers if name not in live)


def at_rest(centre: CallCentre) -> list[str]:
    """What is left over when everybody has hung up and wrapped up."""
    server = centre.served.server
    dispatch, group, pops = (
        server.floor.dispatch,
        server.floor.host.group,
        server.floor.dispatch.pops,
    )
    popper = pops.popper  # type: ignore[attr-defined]
    left: dict[str, Any] = {
        "calls": server.switch.calls,
        "waits": dispatch.waits,
        "offers": dispatch.offers,
        "settling": dispatch.settling,
        "calls seen": server.floor.board.seen.calls,
        "offers seen": server.floor.board.seen.offers,
        "facts": pops._calls,  # type: ignore[attr-defined]
        "pops": popper._open,
        "pop ids": popper._by_id,
        "questions": popper._questions._asked,
        "shown": pops._shown,  # type: ignore[attr-defined]
        "waiting": group.calls,
        "rings": group.rings,
        "live offers": group.offers,
        "timers": server.switch.carrier._timers._live,
        "phone timers": centre.trunk._timers._live,
        "talks": centre.trunk._talks,
        "rung": [one.name for one in centre.phones.values() if one.rings or one.talks],
    }
    found = [f"{name} left: {list(what)}" for name, what in left.items() if what]
    for agent in group.agents.values():
        if agent.state not in ("available", "wrapup", "offline", "break", "not_responding"):
            found.append(f"{agent.name} is still {agent.state}")
        if agent.call or agent.won:
            found.append(f"{agent.name} still has {agent.call} {agent.won}")
    names = Counter(task.get_name() for task in server.tasks._running)
    found += [f"{count} x {name} runs" for name, count in names.items() if name not in ALWAYS]
    return found


ALWAYS = (
    *("timers", "routing", "routing timers", "queue figures", "switches", "simulator browser"),
    *("queue alarms", "queue alarm post"),
    *("callbacks", "callback timers"),
)
"""Tasks that run as long as the server does."""


async def badly_recorded(centre: CallCentre, calls: Sequence[CallId]) -> list[str]:
    """What is wrong with the records of calls that have ended."""
    rows = Counter(row.public_id for row in await centre.served.rows())
    found = [f"{call} has {rows[call]} records" for call in calls if rows[call] != 1]
    for call in calls:
        found += _recorded(await centre.record(call))
    return found


def _recorded(row: InteractionRow) -> Iterator[str]:
    """One outcome, and segments that fit into the call and beside one another."""
    ended_at = row.ended_at
    if not row.outcome or ended_at is None:
        yield f"{row.public_id} ended as {row.outcome!r}"
        return
    for one in row.segments:
        if not row.started_at <= one.started_at <= one.ended_at <= ended_at:
            yield f"{row.public_id}: {one} is outside of the call"
    kinds = {one.kind for one in row.segments}
    talked = {"talk", "hold"} & kinds  # who is put on hold as soon as he is answered only holds
    if (row.outcome == "handled") != bool(talked):
        yield f"{row.public_id} is {row.outcome} with {sorted(kinds)}"
    apart = [one for one in row.segments if one.kind in ("ivr", "queue")]
    for before, after in pairwise(sorted(apart, key=_begin)):
        if after.started_at < before.ended_at:
            yield f"{row.public_id}: {before} and {after} overlap"


def _begin(segment: Stretch) -> tuple[datetime, datetime]:
    return segment.started_at, segment.ended_at
