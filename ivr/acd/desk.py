"""What agents, their telephones and supervisors do, and what is due in an agent's state.

A request that carries an old version, or that the table in `acd/agents.py` does not have for the
agent's state, is refused and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd import agents, offers, waiting
from ivr.acd.callers import tallies
from ivr.acd.settings import SECOND
from ivr.acd.state import (
    AVAILABLE,
    BREAK,
    DIALING,
    DIRECT,
    HOLDING,
    NOT_RESPONDING,
    OFFLINE,
    RESERVED,
    RINGING,
    TALKING,
    WRAPUP,
)
from ivr.acd.views import agent_row
from ivr.acd.words import Alarm, Refused
from ivr.domain.queue import OfferEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.acd.state import Agent, Group
    from ivr.acd.words import AgentEvent, OfferFailed

    Effect = Callable[[Group, Agent, AgentEvent], None]

REST = (AVAILABLE, BREAK, OFFLINE)
MAY_END = ("requested", "skippable", "until_done")
ILLEGAL = "illegal-transition"


def agent_event(group: Group, event: AgentEvent) -> None:
    """Do what the table says, or refuse."""
    agent = group.agents.get(event.agent)
    if agent is None:
        text = f"there is no agent {event.agent}"
        group.out.append(Refused(agent=event.agent, code="unknown-agent", message=text))
        return
    refused = _refused(group, agent, event)
    if refused:
        code, message = refused
        row = agent_row(group, agent.name)
        group.out.append(Refused(agent=agent.name, code=code, message=message, row=row))
        return
    move = agents.LEGAL[event.what, agent.state]
    _EFFECTS.get(event.what if move.to != "later" else "later", _plain)(group, agent, event)


def _refused(group: Group, agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    """(code, message) of a refusal, None if the event is legal now."""
    if event.version is not None and event.version != agent.version:
        return "stale-version", f"{agent.name} is at version {agent.version}"
    legal = (event.what, agent.state) in agents.LEGAL and event.what not in agents.INSIDE
    known = event.what == "dial" or event.offer in _offers_of(agent)
    late = event.offer is not None and not known
    if not legal or late:
        kind = "late event" if event.version is None else "illegal"
        return ILLEGAL, f"{kind}: {event.what} while {agent.state}"
    for guard in _GUARDS.get(event.what, ()):
        refused = guard(group, agent, event)
        if refused:
            return refused
    return None


def _offers_of(agent: Agent) -> tuple[str | None, ...]:
    return agent.won, agent.offer.name if agent.offer else None


# guards


def _endpoint(group: Group, agent: Agent, _event: AgentEvent) -> tuple[str, str] | None:
    addresses = agent.card.endpoints.values()
    if not addresses or agent.gone:
        return "endpoint-unreachable", f"{agent.name} has no telephone"
    taken = [a for a in addresses if group.holders.get(a) not in {None, agent}]
    if taken:
        return "endpoint-taken", f"{taken[0]} is used by {group.holders[taken[0]].name}"
    return None


def _found_at_telephone(group: Group, agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    if agent.state != OFFLINE or event.to == OFFLINE:
        return None
    return _endpoint(group, agent, event)


def _reachable(_group: Group, agent: Agent, _event: AgentEvent) -> tuple[str, str] | None:
    if agent.state in {BREAK, NOT_RESPONDING} and not agent.reachable:
        return "endpoint-unreachable", f"the telephone of {agent.name} does not answer"
    return None


def _break_reason(group: Group, _agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    if (event.what == "set_break" or event.to == BREAK) and event.reason not in group.rules.breaks:
        return "unknown-reason", f"{event.reason!r} is no reason for a break"
    return None


def _rest_state(_group: Group, _agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    allowed = REST if event.what == "force" else (None, AVAILABLE, BREAK)
    if event.to not in allowed:
        return ILLEGAL, f"{event.what} cannot lead to {event.to}"
    return None


def _why(_group: Group, _agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    return None if event.reason else ("unknown-reason", "a reason must be given")


def _wrapup_ends(_group: Group, agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    if agent.state != WRAPUP or agent.wrap is None:
        return None
    if agent.wrap.mode not in MAY_END:
        return ILLEGAL, f"{event.what} while wrapup: this wrap-up lasts to its end"
    if agent.wrap.mandatory and not (event.code or agent.code):
        return "wrapup-code-required", "say first what came of the call"
    return None


def _extends(_group: Group, agent: Agent, event: AgentEvent) -> tuple[str, str] | None:
    if agent.state != WRAPUP:
        asked = agent.wrap is not None and agent.wrap.mode == "requested"
        return None if asked else (ILLEGAL, f"wrapup_extend while {agent.state}")
    return None if event.seconds > 0 else (ILLEGAL, "a wrap-up only gets longer")


_GUARDS: dict[str, tuple[Callable[..., tuple[str, str] | None], ...]] = {
    "login": (_rest_state, _break_reason, _endpoint),
    "logout": (_wrapup_ends,),
    "set_break": (_break_reason, _wrapup_ends),
    "set_available": (_reachable, _wrapup_ends),
    "wrapup_done": (_wrapup_ends,),
    "wrapup_extend": (_extends,),
    "force": (_rest_state, _why),
    "recovered": (_found_at_telephone,),
    "dial": (_reachable,),
}


# effects


def _plain(group: Group, agent: Agent, event: AgentEvent) -> None:
    agents.enter(group, agent, agents.LEGAL[event.what, agent.state].to)


def _later(group: Group, agent: Agent, event: AgentEvent) -> None:
    wish = {"logout": OFFLINE, "set_break": BREAK}.get(event.what)
    agent.next = str(event.to) if event.what == "force" and event.to else wish
    agent.next_reason = event.reason if agent.next is not None else ""
    agents.changed(group, agent)


def _login(group: Group, agent: Agent, event: AgentEvent) -> None:
    for address in agent.card.endpoints.values():
        group.holders[address] = agent
    agent.reachable, agent.idle_since = True, group.now
    agents.go(group, agent, str(event.to or AVAILABLE), event.reason if event.to == BREAK else "")


def _leave_for(group: Group, agent: Agent, event: AgentEvent) -> None:
    """logout, set_available and set_break at rest or from a wrap-up that may end."""
    state = {"logout": OFFLINE, "set_break": BREAK}.get(event.what, AVAILABLE)
    if agent.state == WRAPUP:
        agent.next, agent.next_reason = state, event.reason
        _wrapup_over(group, agent)
        return
    if state == AVAILABLE:
        _rested(group, agent)
    agents.go(group, agent, state, event.reason)


def _rested(group: Group, agent: Agent) -> None:
    agent.misses = ()
    if agent.state != BREAK or group.rules.break_resets_idle:
        agent.idle_since = group.now


def _force(group: Group, agent: Agent, event: AgentEvent) -> None:
    state = str(event.to)
    if agent.state == WRAPUP:
        agent.next, agent.next_reason = state, event.reason
        _wrapup_over(group, agent)
        return
    if state == AVAILABLE:
        agent.misses, agent.idle_since = (), group.now
    agents.go(group, agent, state, event.reason)


def _talks_on(group: Group, agent: Agent, _event: AgentEvent) -> None:
    """Whom the agent rang up is there."""
    agent.talk_since = group.now
    agents.enter(group, agent, TALKING)


def _after(group: Group, agent: Agent, _event: AgentEvent) -> None:
    """The agent's part in the call is over."""
    end_contact(group, agent)


def end_contact(group: Group, agent: Agent) -> None:
    """Wrap-up if the queue has one, else free or what was wished for."""
    tallies.talked(group, agent)
    wrap = agent.wrap
    asked = wrap is not None and (wrap.mode != "requested" or agent.wrap_asked)
    if wrap is not None and asked and wrap.mode != "none":
        agent.code = ""
        agents.enter(group, agent, WRAPUP)
    else:
        _idle_again(group, agent)
        agents.slot_empty(group, agent)


def _idle_again(group: Group, agent: Agent) -> None:
    """The end of a contact starts the idle time, if this kind of contact counts."""
    counts = {
        "queue_contact": ("queue",),
        "inbound": ("queue", "direct"),
    }.get(group.rules.idle_basis, ("queue", "direct", "dialed"))
    if agent.contact in counts:
        agent.idle_since = group.now


def _wrapup_over(group: Group, agent: Agent) -> None:
    _idle_again(group, agent)
    agents.slot_empty(group, agent)


def _wrapup_done(group: Group, agent: Agent, _event: AgentEvent) -> None:
    _wrapup_over(group, agent)


def _wrapup_extend(group: Group, agent: Agent, event: AgentEvent) -> None:
    if agent.state != WRAPUP:
        agent.wrap_asked = True
    else:
        now_due = agent.deadline or group.now
        most = agent.since + group.rules.wrapup_most_ns
        group.timers.set(
            agent, "deadline", max(now_due, min(now_due + event.seconds * SECOND, most))
        )
    agents.changed(group, agent)


def _dial(group: Group, agent: Agent, event: AgentEvent) -> None:
    agent.before, agent.before_reason, agent.contact = agent.state, agent.reason, "dialed"
    agent.won, agent.call, agent.wrap = event.offer, event.call, group.rules.dial_wrapup
    agents.enter(group, agent, DIALING)


def _back_to_before(group: Group, agent: Agent, _event: AgentEvent) -> None:
    if agent.state == DIRECT:
        _idle_again(group, agent)
    agents.slot_empty(group, agent, agent.before or AVAILABLE, agent.before_reason)


def _direct(group: Group, agent: Agent, _event: AgentEvent) -> None:
    if agent.offer is not None:
        offers.end_offer(group, agent.offer, OfferEnd.BUSY)
        if agent.state == OFFLINE:  # the wish that was kept; the call goes on without us
            return
    agent.before, agent.before_reason, agent.contact = agent.state, agent.reason, "direct"
    agents.enter(group, agent, DIRECT)


def _lost(group: Group, agent: Agent, _event: AgentEvent) -> None:
    agent.reachable = False
    if agent.offer is not None:
        offers.end_offer(group, agent.offer, OfferEnd.UNREACHABLE)
    elif agent.state == AVAILABLE:
        agents.go(group, agent, NOT_RESPONDING, agents.UNREACHABLE)
    else:
        agents.changed(group, agent)


def _back(group: Group, agent: Agent, _event: AgentEvent) -> None:
    agent.reachable = True
    if agent.state == NOT_RESPONDING and agent.reason == agents.UNREACHABLE:
        agents.go(group, agent, AVAILABLE)
    else:
        agents.changed(group, agent)


def _recovered(group: Group, agent: Agent, event: AgentEvent) -> None:
    """After a restart: the agent is found to be in this state."""
    if agent.offer is not None:
        offer = agent.offer
        offers.lose(group, offer, OfferEnd.RETRACTED)
        offers.after(group, offer.ring)
    state = str(event.to or AVAILABLE)
    if state in {RESERVED, RINGING}:
        state = AVAILABLE
    if agent.state == OFFLINE and state != OFFLINE:
        agent.reachable = True
        for address in agent.card.endpoints.values():
            group.holders[address] = agent
    agent.next, agent.next_reason = None, ""
    if state in {AVAILABLE, BREAK, OFFLINE, NOT_RESPONDING}:
        agents.slot_empty(group, agent, state, event.reason)
    else:
        agents.enter(group, agent, state, event.reason)


_EFFECTS: dict[str, Effect] = {
    "login": _login,
    "logout": _leave_for,
    "set_break": _leave_for,
    "set_available": _leave_for,
    "later": _later,
    "force": _force,
    "call_ended": _after,
    "consult_complete": _after,
    "wrapup_done": _wrapup_done,
    "wrapup_extend": _wrapup_extend,
    "dial": _dial,
    "dial_answered": _talks_on,
    "dial_failed": _back_to_before,
    "direct_started": _direct,
    "direct_ended": _back_to_before,
    "endpoint_lost": _lost,
    "endpoint_back": _back,
    "recovered": _recovered,
}


def offer_failed(group: Group, event: OfferFailed) -> None:
    """The agent's telephone said no. If that offer had won, the ring group opens again, once."""
    past = group.past.get(event.offer)
    if event.offer in group.offers or past is None:
        offers.failed(group, event)
    elif past.agent.won == past.name and past.agent.state in agents.IN_TALK:
        end_contact(group, past.agent)
        if offers.reopen(group, past, event):
            waiting.due(group, past.call)


# deadlines


def deadline(group: Group, agent: Agent) -> None:
    """The time of the agent's state is up (acd-cti.md 2.1)."""
    if agent.offer is not None:
        end = OfferEnd.SETUP if agent.state == RESERVED else OfferEnd.NO_ANSWER
        offers.end_offer(group, agent.offer, end)
    elif agent.state == WRAPUP:
        if agent.wrap is not None and agent.wrap.mandatory and not agent.code:
            agent.code = "uncoded"
            group.out.append(Alarm(name="wrapup_uncoded", facts=_facts(agent)))
        _wrapup_over(group, agent)
    elif agent.state == DIALING:
        agents.slot_empty(group, agent, agent.before or AVAILABLE, agent.before_reason)
    elif agent.state == BREAK and agent.warned:
        agents.go(group, agent, OFFLINE, "break_overrun")
    elif agent.state == NOT_RESPONDING:
        group.out.append(Alarm(name="agent_logged_out", facts=_facts(agent)))
        agents.go(group, agent, OFFLINE, agent.reason)
    else:
        _warn(group, agent)


def _warn(group: Group, agent: Agent) -> None:
    """Somebody must look; ask again after the same time, and end a break after 12 h."""
    names = {BREAK: "break_overrun", HOLDING: "long_hold"}
    group.out.append(Alarm(name=names.get(agent.state, "long_call"), facts=_facts(agent)))
    agent.warned = True
    lasts = {BREAK: agents.LONGEST_BREAK, HOLDING: agents.HELD_FOR}
    due = agent.since + lasts.get(agent.state, 0)
    if due <= group.now:
        due = group.now + lasts.get(agent.state, agents.LONGEST_CALL)
    group.timers.set(agent, "deadline", due)
    group.dirty[agent] = None


def _facts(agent: Agent) -> dict[str, object]:
    return {"agent": agent.name, "state": agent.state, "reason": agent.reason}
