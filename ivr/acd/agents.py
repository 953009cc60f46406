"""What agents may do when: the one table of states and events, and how a state is entered.

`TABLE` is code and documentation at once: a pair of event and state that is not in it is refused
without any change (acd-cti.md 2.2). `to` is a state, or says how the state is found:

    same    nothing but facts change       later        kept as `next` until the slot is empty
    asked   what the event asks for        next         `next`, else available
    before  `next`, else the state before  missed       `next`, available or not_responding
    after   wrap-up, else as `next`        unreachable  not_responding, for that reason
    back    available if the telephone was the only reason
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.acd import forecast
from ivr.acd.settings import MINUTE, SECOND
from ivr.acd.state import (
    AVAILABLE,
    BREAK,
    CONSULTING,
    DIALING,
    DIRECT,
    HOLDING,
    NOT_RESPONDING,
    OFFLINE,
    RESERVED,
    RINGING,
    STATES,
    TALKING,
    WRAPUP,
)
from ivr.acd.strategies import set_free, set_taken

if TYPE_CHECKING:
    from ivr.acd.state import Agent, Group

BUSY = (RESERVED, RINGING, TALKING, HOLDING, CONSULTING, DIALING, DIRECT)
"""The voice slot is taken: a wish for another state waits."""
IN_TALK = (TALKING, HOLDING, CONSULTING)
UNREACHABLE = "unreachable"
LONGEST_CALL = 4 * 60 * MINUTE
LONGEST_BREAK = 12 * 60 * MINUTE
NOT_RESPONDING_FOR = 15 * MINUTE
HELD_FOR = 5 * MINUTE
DIALING_FOR = 60 * SECOND
HOUR = 60 * MINUTE
RATE_WINDOW = 60 * SECOND
_LASTS = {
    NOT_RESPONDING: NOT_RESPONDING_FOR,
    TALKING: LONGEST_CALL,
    CONSULTING: LONGEST_CALL,
    DIRECT: LONGEST_CALL,
    HOLDING: HELD_FOR,
    DIALING: DIALING_FOR,
}
_NO_BUSY = (OFFLINE, AVAILABLE, BREAK, NOT_RESPONDING)


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table."""

    event: str
    froms: tuple[str, ...]
    to: str
    says: str


TABLE: tuple[Move, ...] = (
    Move("login", (OFFLINE,), "asked", "available or break; endpoint there and not another's"),
    Move("logout", (AVAILABLE, BREAK, NOT_RESPONDING), OFFLINE, "endpoint free again"),
    Move("logout", (WRAPUP,), OFFLINE, "only if the wrap-up may end"),
    Move("logout", BUSY, "later", "offline when the slot is empty"),
    Move("set_break", BUSY, "later", "break when the slot is empty; reason configured"),
    Move("set_available", BUSY, "later", "takes the wish back"),
    Move("set_available", (BREAK, NOT_RESPONDING), AVAILABLE, "clears misses; idle from now"),
    Move("set_break", (AVAILABLE, NOT_RESPONDING), BREAK, "reason configured"),
    Move("set_available", (WRAPUP,), AVAILABLE, "as wrapup_done"),
    Move("set_break", (WRAPUP,), BREAK, "as wrapup_done"),
    Move("offer_made", (AVAILABLE,), RESERVED, "from the matcher, once the offer is committed"),
    Move("offer_ringing", (RESERVED,), RINGING, "first report that the telephone rings"),
    Move("offer_won", (RESERVED, RINGING), TALKING, "first of the ring group; or dialing"),
    Move("offer_lost", (RESERVED, RINGING), "next", "caller gone, other agent, retracted"),
    Move("offer_missed", (RESERVED, RINGING), "missed", "k of m misses: not responding"),
    Move("offer_unreachable", (RESERVED, RINGING), UNREACHABLE, "no way to the telephone"),
    Move("hold", (TALKING,), HOLDING, "timed"),
    Move("resume", (HOLDING,), TALKING, "timed"),
    Move("consult_start", (TALKING, HOLDING), CONSULTING, "the caller is put on hold first"),
    Move("consult_cancel", (CONSULTING,), TALKING, "also when the third party fails or leaves"),
    Move("consult_complete", (CONSULTING,), "after", "the third party keeps the caller"),
    Move("merge", (CONSULTING,), TALKING, "conference"),
    Move("call_ended", IN_TALK, "after", "also blind transfer and transfer to a queue"),
    Move("wrapup_extend", (WRAPUP,), "same", "deadline only forward, at most 900 s in all"),
    Move("wrapup_extend", IN_TALK, "same", "mode requested: there shall be a wrap-up"),
    Move("wrapup_done", (WRAPUP,), "next", "if the mode lets it end; code if it must be given"),
    Move("wrapup_expired", (WRAPUP,), "next", "a code that had to be given is `uncoded`"),
    Move("dial", (AVAILABLE, BREAK), DIALING, "a call that the agent makes"),
    Move("dial_answered", (DIALING,), TALKING, ""),
    Move("dial_failed", (DIALING,), "before", "cause shown on the desk"),
    Move("direct_started", (AVAILABLE, BREAK, NOT_RESPONDING), DIRECT, "call beside the queues"),
    Move("direct_started", (RESERVED, RINGING), DIRECT, "the offer fails as busy, no miss"),
    Move("direct_ended", (DIRECT,), "before", "idle since then by idle_basis"),
    Move("endpoint_lost", (AVAILABLE, RESERVED, RINGING), UNREACHABLE, "a live offer fails"),
    Move(
        "endpoint_lost",
        (TALKING, HOLDING, CONSULTING, DIALING, DIRECT, BREAK, WRAPUP, NOT_RESPONDING),
        "same",
        "flag only; the media node says when a leg is gone",
    ),
    Move("endpoint_back", (NOT_RESPONDING,), "back", "available if it was lost, else flag only"),
    Move(
        "endpoint_back",
        (TALKING, HOLDING, CONSULTING, DIALING, DIRECT, BREAK, WRAPUP),
        "same",
        "flag only",
    ),
    Move("force", (AVAILABLE, BREAK, NOT_RESPONDING, WRAPUP), "asked", "supervisor, with a reason"),
    Move("force", BUSY, "later", "supervisor, with a reason"),
    Move("recovered", STATES, "asked", "only after a restart: what was found"),
)
LEGAL = {(move.event, state): move for move in TABLE for state in move.froms}
EVENTS = tuple(dict.fromkeys(move.event for move in TABLE))
INSIDE = frozenset(
    {
        *("offer_made", "offer_ringing", "offer_won", "offer_lost", "offer_missed"),
        *("offer_unreachable", "wrapup_expired"),
    }
)
"""Events that the machine makes itself; nobody may send them."""


def enter(group: Group, agent: Agent, state: str, reason: str = "") -> None:
    """The agent is in this state from now on: counts, deadline, version, free or not."""
    old, profile = agent.state, agent.profile
    profile.counts[old] -= 1
    profile.counts[state] += 1
    if (old in profile.away) != (state in profile.away):
        group.recheck[profile.number] = profile
    if (old in forecast.OFF_DUTY) != (state in forecast.OFF_DUTY):
        forecast.came_or_went(group, profile, 1 if old in forecast.OFF_DUTY else -1)
    if old == AVAILABLE:
        leave_idle(group, agent)
    if group.counts_busy:
        _count_busy(group, agent, old, state)
    agent.state, agent.reason, agent.since = state, reason, group.now
    agent.warned = False
    changed(group, agent)
    group.timers.set(agent, "deadline", _deadline(group, agent))
    if state == AVAILABLE:
        become_idle(group, agent)
    elif state in {OFFLINE, BREAK, NOT_RESPONDING} and agent.direct is not None:
        group.unstuck.append(agent)


def changed(group: Group, agent: Agent) -> None:
    """Something about the agent is new: a higher version, stored and shown."""
    agent.version += 1
    group.dirty[agent] = None


def _deadline(group: Group, agent: Agent) -> int | None:
    now, state = group.now, agent.state
    if state == WRAPUP:
        return now + _wrapup_ns(group, agent)
    if state in {RESERVED, RINGING}:
        return _offer_deadline(agent, now)
    if state == BREAK:
        reason = group.rules.breaks.get(agent.reason)
        return now + (reason.longest_ns if reason else 60 * MINUTE)
    lasts = _LASTS.get(state)
    return None if lasts is None else now + lasts


def _wrapup_ns(group: Group, agent: Agent) -> int:
    most = group.rules.wrapup_most_ns
    if agent.wrap is None or agent.wrap.mode == "until_done":
        return most
    return min(agent.wrap.time_ns, most)


def _offer_deadline(agent: Agent, now: int) -> int | None:
    if agent.offer is None:
        return None
    if agent.state == RINGING:
        return now + agent.offer.ring_ns
    return now + agent.offer.call.queue.rule.setup_ns


def become_idle(group: Group, agent: Agent) -> None:
    """Free for offers now, or when the cool-down and the most offers a minute allow it."""
    ready = agent.cool_until or 0
    most = group.rules.misses.most_per_minute
    if len(agent.offered) >= most:
        ready = max(ready, agent.offered[-most] + RATE_WINDOW)
    if ready > group.now:
        group.timers.set(agent, "cool_until", ready)
        return
    agent.cool_until = None
    set_free(group, agent)
    group.freed[agent.number] = agent


def leave_idle(group: Group, agent: Agent) -> None:
    """No longer free for offers."""
    set_taken(group, agent)
    group.freed.pop(agent.number, None)


def _count_busy(group: Group, agent: Agent, old: str, new: str) -> None:
    """Keep the busy stretches of the last hour, for `least_occupied`."""
    if old in _NO_BUSY and new not in _NO_BUSY:
        agent.busy_since = group.now
    elif agent.busy_since is not None and new in _NO_BUSY:
        agent.busy = (*agent.busy, (agent.busy_since, group.now))
        agent.busy_since = None
    if new == AVAILABLE:
        start = group.now - HOUR
        agent.busy = tuple(each for each in agent.busy if each[1] > start)
        agent.busy_ns = sum(end - max(begin, start) for begin, end in agent.busy)


def slot_empty(group: Group, agent: Agent, else_to: str = AVAILABLE, else_reason: str = "") -> None:
    """The voice slot is empty: the wish that was kept, else this state."""
    if agent.contact == "queue":
        forecast.handled(group, agent)
    state, reason = agent.next or else_to, agent.next_reason
    if agent.next is None:
        reason = else_reason
    agent.next, agent.next_reason = None, ""
    agent.call = agent.place = agent.wrap = agent.won = None
    agent.queue = agent.contact = agent.before = agent.before_reason = agent.code = ""
    agent.wrap_asked = False
    go(group, agent, state, reason)


def go(group: Group, agent: Agent, state: str, reason: str = "") -> None:
    """Enter a state of rest; without a telephone nobody becomes available."""
    if agent.gone:
        state, reason = OFFLINE, "removed"
    if state == AVAILABLE and not agent.reachable:
        state, reason = NOT_RESPONDING, UNREACHABLE
    if state == OFFLINE:
        release(group, agent)
    enter(group, agent, state, reason)


def release(group: Group, agent: Agent) -> None:
    """The agent's telephones are free for another name."""
    agent.reachable = False
    agent.misses, agent.cool_until = (), None
    for address in agent.card.endpoints.values():
        if group.holders.get(address) is agent:
            del group.holders[address]
