"""How many calls of each queue an agent has had today, and how long they took (`Agent.tally`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.acd.state import Agent, Group


def won(group: Group, agent: Agent) -> None:
    """The agent has answered a call of the queue that the agent is now busy for."""
    _count(group, agent, 1, 0)


def talked(group: Group, agent: Agent) -> None:
    """The talk of a call from a queue is over: it counts for `least_talk`."""
    if agent.contact == "queue":
        _count(group, agent, 0, group.now - agent.talk_since)


def _count(group: Group, agent: Agent, calls: int, talk_ns: int) -> None:
    if agent.day != group.day:
        agent.day, agent.tally = group.day, {}
    old = agent.tally.get(agent.queue, (0, 0))
    agent.tally[agent.queue] = (old[0] + calls, old[1] + talk_ns)


def taken_back(group: Group, agent: Agent, queue: str) -> bool:
    """The agent did not get the call after all. Whether that is one of today."""
    calls, talk_ns = agent.tally.get(queue, (0, 0))
    if agent.day != group.day or not calls:
        return False
    agent.tally[queue] = (calls - 1, talk_ns)
    group.dirty[agent] = None
    return True
