"""Puts the question together that agents are asked about the calls they wind up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.runtime.ids import Ulids
from ivr.runtime.surveys.agent_asking import AgentAsking

if TYPE_CHECKING:
    from ivr.app.server import Server


def asking_of_agents(server: Server) -> AgentAsking | None:
    """Who asks them; None where there are no surveys."""
    ports, floor = server.switch.ports, server.floor
    if ports.surveyor is None:
        return None

    def queue(agent: str) -> str:
        found = floor.host.group.agents.get(AgentId(agent))
        return found.queue if found is not None else ""

    return AgentAsking(
        store=server.switch.store,
        knowing=ports.surveyor.knowing,
        known=ports.surveyor.known,
        agent=floor.agent,
        queue=queue,
        clock=ports.clock,
        new_id=Ulids(ports.clock).new,
    )
