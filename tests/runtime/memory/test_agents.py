"""Agents in memory; what every store promises of them is in tests/ports/test_agents.py."""

from __future__ import annotations

from ivr.runtime.memory.agents import MemoryAgents
from ivr.runtime.ports.desk import AgentRow


async def test_what_is_handed_out_can_be_changed_without_harm() -> None:
    agents = MemoryAgents()
    saved = await agents.save(AgentRow("ayse", skills={"english": 80}))
    assert isinstance(saved.skills, dict)
    saved.skills["english"] = 0
    found = await agents.get("ayse")
    assert found is not None
    assert found.skills == {"english": 80}
