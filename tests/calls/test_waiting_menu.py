"""Callers do something while they wait and keep their place; the agent sees what they told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

COMFORT = """\
flow: comfort
version: 1
languages: [tr, en]
start: ask
inputs: {position: number?}
outputs: {about: text?}
exits: [message]
nodes:
  ask:
    - say: comfort_place
      only: known(position)
    - menu: comfort_ask
      keys: {"1": card, "2": exit.message, "3": lost}
      giveup: exit.done
  card:
    - set: {about: kart}
    - go: exit.done
  lost:
    - set: {about: '=text(1 / (1 - 1))'}
    - go: exit.done
"""
PROMPTS = """
comfort_place: {tr: "{position|ordinal} sıradasınız.", en: "You are number {position|number}."}
comfort_ask:
  tr: "Kart için 1'i, mesaj için 2'yi, saat için 3'ü tuşlayın."
  en: "Press 1 for cards, 2 for a message, 3 for the time."
"""
BEFORE = "{queue: general, longest: 10m"
AFTER = "{queue: general, wait: {flow: comfort, every: 30s, message: voicemail}, longest: 10m"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    shipped(tmp_path)
    bank, prompts = tmp_path / "flows/bank.yaml", tmp_path / "flows/prompts.yaml"
    text = bank.read_text(encoding="utf-8")
    assert BEFORE in text
    text = text.replace(BEFORE, AFTER).replace("flows: [identify]", "flows: [identify, comfort]")
    bank.write_text(text, encoding="utf-8")
    prompts.write_text(prompts.read_text(encoding="utf-8") + PROMPTS, encoding="utf-8")
    (tmp_path / "flows/comfort.yaml").write_text(COMFORT, encoding="utf-8")
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def busy(centre: CallCentre) -> None:
    """The only agent talks to somebody else."""
    await centre.works("ayse")
    await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)


async def free(centre: CallCentre) -> None:
    """She does not any more."""
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(1)
    await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    await centre.clock.advance(1)


async def test_what_is_told_while_waiting_stands_on_the_agents_screen(centre: CallCentre) -> None:
    await busy(centre)
    call = await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(call, "1")
    await centre.clock.advance(5)
    await free(centre)
    shown = [one.body for one in await centre.served.server.streams.recent("ayse")]
    assert any('"about":"kart"' in body.replace(" ", "") and call in body for body in shown)


async def test_an_agent_gets_a_caller_who_is_in_the_middle_of_it(centre: CallCentre) -> None:
    await busy(centre)
    call = await centre.waits()
    await centre.clock.advance(1)
    live = centre.served.server.switch.calls[call]
    assert [frame.flow for frame in live.known.frames] == ["bank", "comfort"]
    await free(centre)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.phones["ayse"].talks
    assert [frame.flow for frame in live.known.frames] == ["bank"]
    await centre.leaves(call)
    assert (await centre.record(call)).outcome == "handled"


async def test_an_exit_of_it_leads_to_where_the_flow_says(centre: CallCentre) -> None:
    await busy(centre)
    call = await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(call, "2")
    await centre.clock.advance(1)
    assert centre.served.server.switch.calls[call].known.path[-1] == "voicemail"
    assert not centre.floor.waiting("general")


async def test_a_fault_in_it_leaves_the_caller_where_he_was(centre: CallCentre) -> None:
    await busy(centre)
    first, second = await centre.waits(), await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(first, "3")
    await centre.clock.advance(5)
    assert [one["call"] for one in centre.floor.waiting("general")] == [first, second]
