"""A caller walks a sub-flow while he waits: the provider holds him in its listens, and we fetch him
out of them when an agent has the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.twilio_floor import CALLER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.twilio_floor import Centre, Open

COMFORT = """\
flow: comfort
version: 1
languages: [en, tr]
start: ask
exits: [away]
nodes:
  ask:
    - menu: stay
      first: 50s
      tries: 1
      keys: {"1": more, "2": exit.away}
      giveup: exit.done
  more:
    - say: other
    - go: exit.done
"""
CHANGES = {
    "uses: {queues": "uses: {flows: [comfort], queues",
    "wait: {say: [stay], every: 40s, first: 40s}": "wait: {flow: comfort, away: other}",
}


async def waiting(opened: Open, folder: Path, *, at_lunch: bool) -> Centre:
    """One agent; a caller is about to ring in."""
    (folder / "flows").mkdir()
    (folder / "flows" / "comfort.yaml").write_text(COMFORT, encoding="utf-8")
    centre = await opened("ayse", changes=CHANGES)
    if at_lunch:
        await centre.at_lunch("ayse")
    return centre


async def test_an_agent_gets_a_caller_out_of_a_listen_of_50_s_at_once(
    opened: Open, tmp_path: Path
) -> None:
    centre = await waiting(opened, tmp_path, at_lunch=False)
    caller = await centre.ring()
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, "+905551000001"}]
    assert sum(b"<Conference" in document for document in caller.documents) == 1


async def test_a_key_is_answered_in_the_flow_and_then_there_is_music(
    opened: Open, tmp_path: Path
) -> None:
    centre = await waiting(opened, tmp_path, at_lunch=True)
    caller = await centre.ring()
    await centre.run(8)
    assert caller.words == ["Hello.", "Please stay."]
    await caller.press("1")
    await centre.run(6)
    assert caller.words == ["Hello.", "Please stay.", "The other way."]
    assert [sound.kind for sound in caller.heard][-1] == "Play"
    assert [kind for kind, _path, _fields in centre.rest.asked if kind == "move"] == []
    await centre.run(40)
    assert caller.words[3] == "Please stay."


async def test_an_exit_leads_out_of_the_wait(opened: Open, tmp_path: Path) -> None:
    centre = await waiting(opened, tmp_path, at_lunch=True)
    caller = await centre.ring()
    await centre.run(8)
    await caller.press("2")
    await centre.run(8)
    assert caller.words[-2:] == ["The other way.", "Goodbye."]
    assert caller.is_over


async def test_after_a_restart_an_agent_gets_him_out_as_well(opened: Open, tmp_path: Path) -> None:
    centre = await waiting(opened, tmp_path, at_lunch=True)
    await centre.ring()
    await centre.run(8)
    await centre.restart()
    await centre.run(2)
    await centre.server.floor.ask("ayse", "set_available", by="ayse")
    await centre.run(8)
    assert centre.exchange.together() == [{CALLER, "+905551000001"}]
