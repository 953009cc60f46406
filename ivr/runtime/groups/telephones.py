"""Where the telephones of agents are, and whether they can be rung up now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.errors import EndpointUnreachableError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.agent import Reach
    from ivr.runtime.groups.host import Host


class Telephones:
    """reaches: by way, whether the telephone at an address can be rung up now."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.reaches: dict[Reach, Callable[[str], bool]] = {}

    def of(self, reach: Reach) -> dict[AgentId, str]:
        """Agent -> the address of his telephone by a way, "" if he has none."""
        agents = self._host.group.agents
        return {name: one.card.endpoints.get(reach, "") for name, one in agents.items()}

    def address(self, agent: str, reach: Reach) -> str:
        """Where a desk's request rings an agent up: a number is told apart from one he types."""
        found = self._host.group.agents.get(AgentId(agent))
        address = found.card.endpoints.get(reach, "") if found is not None else ""
        return f"tel:{address}" if address.startswith("+") else address

    def check(self, agent: str) -> None:
        """Raises NotFoundError, or EndpointUnreachableError if none of his telephones rings."""
        found = self._host.group.agents.get(AgentId(agent))
        if found is None:
            raise NotFoundError(f"there is no agent {agent!r}")
        ways = found.card.endpoints
        checks = [self.reaches[way](at) for way, at in ways.items() if way in self.reaches]
        if not any(checks):
            named = ", ".join(sorted(ways.values())) or "none is known"
            raise EndpointUnreachableError(f"the telephone of {agent} is not there: {named}")
