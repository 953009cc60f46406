"""What agents say of how callers were served, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ivr.runtime.ports import Interactions
    from ivr.runtime.ports.asking.agent_scores import AgentScore


class MemoryAgentScores:
    """The port `AgentScores` in a dict. interactions: the contacts that are known."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._rows: dict[tuple[str, str], AgentScore] = {}

    async def keep(self, score: AgentScore, at: datetime, new_id: Callable[[], str]) -> None:
        """Keep it, in the place of his earlier one."""
        del new_id
        if at.tzinfo is None:
            raise ValueError("naive datetime")
        if await self._interactions.get(CallId(score.call)) is None:
            raise NotFoundError("there is no such contact")
        self._rows[score.call, score.agent] = score

    async def take_back(self, call: str, agent: str) -> None:
        """Forget it."""
        self._rows.pop((call, agent), None)

    async def of(self, call: str, agent: str) -> AgentScore | None:
        """What this agent said of this contact."""
        return self._rows.get((call, agent))
