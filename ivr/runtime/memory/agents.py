"""The list of agents in memory, gone with the process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.errors import StaleVersionError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import AgentRow


class MemoryAgents:
    """The port `Agents` in a dict. numbers: who has each, "" for somebody removed."""

    def __init__(self) -> None:
        self._agents: dict[str, AgentRow] = {}
        self._numbers: dict[int, str] = {}

    async def get(self, name: str) -> AgentRow | None:
        """One agent."""
        found = self._agents.get(name)
        return None if found is None else _apart(found)

    async def all(self) -> Sequence[AgentRow]:
        """All, by number."""
        return [_apart(one) for one in sorted(self._agents.values(), key=lambda one: one.number)]

    async def save(self, agent: AgentRow) -> AgentRow:
        """Store a new one, or the next version of a known one; number 0 keeps or gives one."""
        known = self._agents.get(agent.name)
        if agent.version != (0 if known is None else known.version):
            raise StaleVersionError(f"agent {agent.name} is not at version {agent.version}")
        number = agent.number or (known.number if known is not None else self._next())
        if self._numbers.get(number, agent.name) != agent.name:
            raise StoreError(f"the number {number} is or was another agent's")
        if known is not None:
            del self._numbers[known.number]
        self._numbers[number] = agent.name
        saved = replace(_apart(agent), number=number, version=agent.version + 1)
        self._agents[agent.name] = saved
        return _apart(saved)

    async def remove(self, name: str) -> bool:
        """Forget an agent; the number is not given again."""
        known = self._agents.pop(name, None)
        if known is not None:
            self._numbers[known.number] = ""
        return known is not None

    def _next(self) -> int:
        return max(self._numbers, default=0) + 1


def _apart(agent: AgentRow) -> AgentRow:
    """A copy, so that no later change of a mapping gets in or out."""
    return replace(
        agent,
        skills=dict(agent.skills),
        certificates=dict(agent.certificates),
        endpoints=dict(agent.endpoints),
    )
