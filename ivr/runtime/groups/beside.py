"""Agents whose telephones are in a call that no queue gave them: a colleague asks them, or has
handed them a caller. While that lasts they get no other call (state `direct`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.engine.party import Leg
    from ivr.engine.state import State

IsAgent = Callable[[str], bool]


class Beside:
    """is_agent: whether somebody of this name is an agent. happened: tells the queues, `what`."""

    def __init__(self, is_agent: IsAgent, happened: Callable[[str, str], None]) -> None:
        self._is_agent = is_agent
        self._happened = happened
        self._there: dict[CallId, set[AgentId]] = {}

    def look(self, state: State) -> None:
        """A call has made a step."""
        before = self._there.pop(state.call, set())
        now = {AgentId(leg.detail) for leg in state.legs if is_beside(leg, self._is_agent)}
        if now:
            self._there[state.call] = now
        for agent in sorted(now - before):
            self._happened(agent, "direct_started")
        for agent in sorted(before - now):
            self._happened(agent, "direct_ended")


def is_beside(leg: Leg, is_agent: IsAgent) -> bool:
    """Whether an agent is on this leg to whom no queue has offered the call."""
    return leg.id != CALLER and not leg.agent and bool(leg.detail) and is_agent(leg.detail)
