"""What pages and other programs are shown of a group: agents, queues and who waits."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from ivr.acd import forecast
from ivr.acd.callers.lately import of_today, with_late
from ivr.acd.settings import MINUTE, SECOND
from ivr.acd.state import STATES, WRAPUP, text_of
from ivr.acd.telling.levels import service_level

if TYPE_CHECKING:
    from ivr.acd.callers.lately import Lately
    from ivr.acd.settings import Queue
    from ivr.acd.state import Agent, Group, QueueState
    from ivr.acd.telling.levels import Ends
    from ivr.domain.agent import AgentId

LATELY_NS = 30 * MINUTE
"""What the wallboard means by lately."""


def agent_row(group: Group, agent: AgentId) -> dict[str, Any]:
    """An agent as the desk sees it (AGENT of the live messages); {} if there is none."""
    found = group.agents.get(agent)
    return row_of(group, found) if found is not None else {}


def row_of(group: Group, agent: Agent) -> dict[str, Any]:
    """AGENT, made from the agent itself. calls: answered of queues today."""
    due = agent.deadline
    today = agent.tally.values() if agent.day == group.day else ()
    return {
        "agent": agent.name,
        "number": agent.number,
        "state": agent.state,
        "since": text_of(agent.since),
        "reason": agent.reason,
        "next": agent.next,
        "next_reason": agent.next_reason,
        "version": agent.version,
        "endpoint": agent.offer.address if agent.offer else _endpoint(agent),
        "reachable": agent.reachable,
        "deadline": None if due is None else text_of(due),
        "misses": sum(agent.misses),
        "calls": sum(calls for calls, _talked_ns in today),
        "queues": agent.profile.queues,
        "teams": list(agent.card.teams),
        "call": agent.call,
        "offer": agent.offer.name if agent.offer else agent.won,
        "wrapup": _wrapup(agent) if agent.state == WRAPUP else None,
    }


def _endpoint(agent: Agent) -> str:
    return next(iter(agent.card.endpoints.values()), "")


def _wrapup(agent: Agent) -> dict[str, Any] | None:
    wrap = agent.wrap
    if wrap is None:
        return None
    return {
        "mode": wrap.mode,
        "code_mandatory": wrap.mandatory,
        "deadline": None if agent.deadline is None else text_of(agent.deadline),
        "may_end": wrap.mode != "fixed",
    }


def queue_figures(group: Group, queue: str, now: int, lately: Lately) -> dict[str, Any]:
    """A queue as it is now (QUEUE of the live messages). {} if there is none."""
    found = group.queues.get(queue)
    if found is None:
        return {}
    rule = found.rule
    oldest = min((key[3].enqueued_at for key in found.order), default=now)
    figure = forecast.of_queue(found, now)
    agents = dict.fromkeys(STATES, 0)
    for profile in found.profiles:
        for state, count in profile.counts.items():
            agents[state] += count
    counts = of_today(group, found, now)
    return {
        "queue": queue,
        "title": queue,
        "waiting": len(found.order),
        "oldest_s": max(0, now - oldest) // SECOND,
        "estimate_min": None if figure.quantile_s is None else ceil(figure.quantile_s / 60),
        "estimate_n": figure.n,
        "coverage": figure.coverage,
        "service_level": _service_level(rule, counts.ends),
        "service_level_lately": _lately(found, lately.within(queue, now, LATELY_NS), now),
        "answered": counts.answered,
        "abandoned": counts.abandoned,
        "overflowed": counts.overflowed,
        "agents": agents,
        "threshold_s": rule.service_level_ns // SECOND,
    }


def _service_level(rule: Queue, ends: Ends) -> dict[str, Any]:
    """By the queue's own formula; of all waits that are over. target: percent aimed at.
    counted: the denominator of F8, which each queue has its own of.
    """
    variant, counted = rule.service_level, rule.service_counted
    num, den = service_level(variant, ends, counted)
    shown = {"variant": variant, "num": num, "den": den, "target": rule.service_target}
    return shown | ({"counted": counted.denominator} if variant == "F8" else {})


def _lately(queue: QueueState, ends: Ends, now: int) -> dict[str, Any]:
    """The same of the last half hour. Who waits for too long counts as not in time already, who
    waits less (open) not yet: nothing looks better because nobody answers."""
    limit = now - queue.rule.service_level_ns
    open_ = sum(key[3].enqueued_at >= limit for key in queue.order)
    level = _service_level(queue.rule, with_late(ends, queue, now))
    return {"num": level["num"], "den": level["den"], "open": open_}


def waiting(group: Group, queue: str) -> list[dict[str, Any]]:
    """Who waits in a queue, first to be served first."""
    found = group.queues.get(queue)
    return [
        {
            "ticket": key[3].ticket,
            "call": key[3].call,
            "position": place,
            "priority": key[3].priority,
            "since": text_of(key[3].enqueued_at),
            "waited_s": max(0, group.now - key[3].enqueued_at) // SECOND,
            "step": key[3].step,
            "state": _state(key[3]),
            "agent": key[3].sticky.name if key[3].sticky else None,
            "rejoined": bool(key[3].rejoined),
        }
        for place, key in enumerate(found.order if found else (), 1)
    ]


def _state(call: object) -> str:
    if getattr(call, "ring", None) is not None:
        return "offered"
    return "held" if getattr(call, "held_until", None) is not None else "waiting"
