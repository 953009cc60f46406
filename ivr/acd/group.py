"""The queue machine: one event in, commands out, for one routing group.

`decide` changes the group in place and returns what has to be stored (`Row`, `Decided`) and, once
that is durable, done. The same events give the same commands. Only `Tick` looks at what is due.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.acd import agents, desk, forecast, leaving, matching, offers, rows, views, waiting
from ivr.acd.callers import counting
from ivr.acd.shares.share import Share
from ivr.acd.state import (
    AVAILABLE,
    OFFLINE,
    WRAPUP,
    Agent,
    Call,
    Demand,
    Group,
    Profile,
    QueueState,
    Ring,
)
from ivr.acd.strategies import COUNT_BUSY, STRATEGIES
from ivr.acd.telling.counts import Counts, day_of
from ivr.acd.words import (
    AgentChanged,
    AgentEvent,
    Alarm,
    CallbackDeclined,
    CallGone,
    CallHeld,
    CallPriority,
    CallQueued,
    NewsAsked,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    RulesChanged,
    Tick,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ivr.acd.settings import Queue, Rules
    from ivr.acd.words import AgentCard, Command, Event, Row

__all__ = ["Group", "counts_restored", "decide", "restore"]


def decide(group: Group, event: Event) -> tuple[Command, ...]:
    """What follows from one event. Time that goes back is taken as standing still."""
    begin(group, event.at, type(event).__name__)
    _HANDLERS[type(event)](group, event)
    return finish(group)


def begin(group: Group, at: int, trigger: str) -> None:
    """A new event: its number, its time, its day."""
    group.now = max(group.now, at)
    group.events += 1
    group.trigger = trigger
    if group.now >= group.day_ends:
        _set_day(group)


def _set_day(group: Group) -> None:
    """Which local day it is, and until when that holds."""
    day = day_of(group.rules.day_offsets, group.now)
    group.day_ends = day.ends
    if day.number != group.day:
        group.day = day.number
        for queue in group.queues.values():
            queue.counts = Counts()
        counting.count_again(group)


def finish(group: Group) -> tuple[Command, ...]:
    """Make every match that is possible now, and collect what has changed."""
    if group.unstuck:
        waiting.unstick(group)
    matching.settle(group)
    while group.recheck:
        leaving.watch(group)
    if group.staffed:
        leaving.staff_moved(group)
        forecast.tell_staff(group)
    stored: list[Command] = []
    shown: list[Command] = []
    for thing in group.dirty:
        stored.append(rows.row_of(group, thing))
        if isinstance(thing, Agent):
            shown.append(AgentChanged(thing.name, views.row_of(group, thing)))
    out = (*stored, *shown, *group.out)
    group.dirty.clear()
    group.out.clear()
    return out


# rules and agents


def _rules_changed(group: Group, event: RulesChanged) -> None:
    set_rules(group, event.rules, event.agents)


def set_rules(group: Group, rules: Rules, cards: tuple[AgentCard, ...]) -> None:
    """Take over new rules and the whole list of agents."""
    group.rules = rules
    _set_queues(group, rules)
    _set_agents(group, cards)
    _set_day(group)
    matching.match_all(group, [agent.card for agent in group.agents.values()])
    for call in group.calls.values():
        if call.queue.rule.live_edit:
            waiting.ask_anew(group, call)
    for demand in group.demands:
        if demand.calls:
            leaving.look(group, demand)


def _set_queues(group: Group, rules: Rules) -> None:
    for name, rule in sorted(rules.queues.items()):
        if rule.strategy not in STRATEGIES:
            facts = {"queue": name, "strategy": rule.strategy}
            group.out.append(Alarm(name="unknown_strategy", facts=facts))
        if name in group.queues:
            group.queues[name].rule = rule
        else:
            group.queues[name] = QueueState(rule=rule)
    for name in [name for name in group.queues if name not in rules.queues]:
        queue = group.queues[name]
        queue.rule = replace(queue.rule, teams={}, overflow=())
        if not queue.order:
            del group.queues[name]
    group.shares = {team: Share(team, share) for team, share in rules.share.items()}
    _sum_up(group, list(rules.queues.values()))


def _sum_up(group: Group, queues: list[Queue]) -> None:
    """What holds for all queues together; it saves work at each event."""
    members = [member for rule in queues for member in rule.teams.values()]
    group.even = len({rule.ageing for rule in queues}) <= 1
    offsets = any(member.offset_ns for member in members)
    group.same_order = group.even and not offsets and not group.shares
    group.counts_busy = any(rule.strategy in COUNT_BUSY for rule in queues)
    own = [group.rules.misses_in(rule) for rule in queues]
    group.offers_kept = max(rule.of for rule in (group.rules.misses, *own))
    group.watchers = {}
    for rule in queues:
        for name in dict.fromkeys(each.free_in for each in rule.overflow if each.free_in):
            group.watchers.setdefault(name, []).append(group.queues[rule.name])


def _set_agents(group: Group, cards: tuple[AgentCard, ...]) -> None:
    listed = {card.agent: card for card in cards}
    for name in [name for name in group.agents if name not in listed]:
        _remove(group, group.agents[name])
    for name, card in listed.items():
        agent = group.agents.get(name)
        if agent is None:
            nothing = Profile(0, 0, {}, {}, (), [])
            group.agents[name] = Agent(card, nothing, name, card.number, since=group.now)
        else:
            _new_card(group, agent, card)


def _remove(group: Group, agent: Agent) -> None:
    """No longer in the list: out at once, or when the call is over."""
    agent.gone = True
    agent.card = replace(agent.card, teams=())
    if agent.state in agents.BUSY or agent.state == WRAPUP:
        agent.next, agent.next_reason = OFFLINE, "removed"
        agents.changed(group, agent)
        return
    if agent.state != OFFLINE:
        agents.go(group, agent, OFFLINE)
    del group.agents[agent.name]


def _new_card(group: Group, agent: Agent, card: AgentCard) -> None:
    agents.leave_idle(group, agent)
    agent.gone = False
    for address in agent.card.endpoints.values():
        if group.holders.get(address) is agent:
            del group.holders[address]
    agent.card, agent.number = card, card.number
    if agent.state != OFFLINE:
        for address in card.endpoints.values():
            group.holders.setdefault(address, agent)


def restore(
    group: Group, rules: Rules, cards: tuple[AgentCard, ...], stored: Iterable[Row], at: int = 0
) -> None:
    """Build a new group from its stored rows; the next event makes what matches are possible.

    at: the routing clock now, since when agents without a row are offline. Rows of agents that are
    no longer listed are left out.
    """
    found = list(stored)
    group.now = max((rows.latest(row) for row in found), default=0)
    begin(group, group.now, "restore")
    set_rules(group, rules, cards)
    rows.load(group, found)
    matching.match_all(group, [agent.card for agent in group.agents.values()])
    for call in group.calls.values():
        waiting.set_due(group, call)
    known = {row.key for row in found if row.kind == "agent_state"}
    for agent in group.agents.values():
        if agent.name not in known:
            agent.since = max(at, group.now)
    group.out, group.dirty = [], {}


def counts_restored(group: Group, counts: Mapping[str, Any], at: int) -> None:
    """Go on counting where the group of before had come. at: an instant of the day meant."""
    group.now = max(group.now, at)
    if group.now >= group.day_ends:
        _set_day(group)
    for name, queue in group.queues.items():
        queue.counts = Counts(**counts.get(name, {}))
        queue.counts.offered += len(queue.order)


# time


def _tick(group: Group, event: Tick) -> None:
    """Everything that is due by now, in the order in which it became due."""
    while (found := group.timers.pop_due(event.at)) is not None:
        thing, field = found
        _DUE[type(thing), field](group, thing)


def _cool(group: Group, agent: Agent) -> None:
    group.dirty[agent] = None
    if agent.state == AVAILABLE and not agent.stamp:
        agents.become_idle(group, agent)


def _add(group: Group, ring: Ring) -> None:
    if ring.live:
        offers.add(group, ring)


_DUE: dict[tuple[type, str], Callable[[Group, Any], None]] = {
    (Agent, "deadline"): desk.deadline,
    (Agent, "cool_until"): _cool,
    (Agent, "ends_at"): matching.change_profile,
    (Call, "due"): waiting.due,
    (Ring, "add_at"): _add,
    (Demand, "empty_due"): leaving.grace_over,
}
_HANDLERS: dict[type[Event], Callable[[Group, Any], None]] = {
    RulesChanged: _rules_changed,
    CallQueued: waiting.queued,
    CallGone: waiting.gone,
    CallPriority: waiting.prioritised,
    CallHeld: waiting.held,
    CallbackDeclined: waiting.declined,
    NewsAsked: waiting.asked_news,
    AgentEvent: desk.agent_event,
    OfferRinging: lambda group, event: offers.ringing(group, event.offer),
    OfferAnswered: lambda group, event: offers.answered(group, event.offer),
    OfferFailed: desk.offer_failed,
    Tick: _tick,
}
