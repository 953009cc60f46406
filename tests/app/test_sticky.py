"""A caller is given back to the agent who talked with this number last: the whole server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GENERAL = "    wait: {position: true}\nwrapup:"
STICKY = "    wait: {position: true}\n    sticky: {sources: [last_agent], mode: wait}\nwrapup:"


async def test_a_caller_waits_for_the_agent_of_the_last_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await CallCentre.open(tmp_path, changes={GENERAL: STICKY})
    await centre.works("ayse", "can")
    first = await centre.waits()
    assert centre.phones["ayse"].rings
    centre.phones["ayse"].answer()
    await centre.clock.advance(30)
    await centre.leaves(first)
    await centre.clock.advance(1)
    if centre.state("ayse") == "wrapup":
        await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    await centre.clock.advance(5)
    await centre.waits()
    await centre.clock.advance(1)
    rings = {name: phone.rings for name, phone in centre.phones.items()}
    assert rings == {"ayse": True, "can": False}, "can is idle for longer"
    await centre.close()
