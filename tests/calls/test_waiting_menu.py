"""Callers do something while they wait and keep their place; the agent sees what they told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.call_centre import CallCentre, walking_meanwhile

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
WAIT = "flow: comfort, every: 30s, message: voicemail"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    walking_meanwhile(tmp_path, WAIT, COMFORT, PROMPTS)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def test_what_is_told_while_waiting_stands_on_the_agents_screen(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    call = await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(call, "1")
    await centre.clock.advance(5)
    await centre.is_free_again("ayse")
    shown = [one.body for one in await centre.served.server.streams.recent("ayse")]
    assert any('"about":"kart"' in body.replace(" ", "") and call in body for body in shown)


async def test_an_agent_gets_a_caller_who_is_in_the_middle_of_it(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    call = await centre.waits()
    await centre.clock.advance(1)
    live = centre.served.server.switch.calls[call]
    assert [frame.flow for frame in live.known.frames] == ["bank", "comfort"]
    await centre.is_free_again("ayse")
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.phones["ayse"].talks
    assert [frame.flow for frame in live.known.frames] == ["bank"]
    await centre.leaves(call)
    assert (await centre.record(call)).outcome == "handled"


async def test_an_exit_of_it_leads_to_where_the_flow_says(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    call = await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(call, "2")
    await centre.clock.advance(1)
    assert centre.served.server.switch.calls[call].known.path[-1] == "voicemail"
    assert not centre.floor.waiting("general")


async def test_a_fault_in_it_leaves_the_caller_where_he_was(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    first, second = await centre.waits(), await centre.waits()
    await centre.clock.advance(1)
    await centre.trunk.press(first, "3")
    await centre.clock.advance(5)
    assert [one["call"] for one in centre.floor.waiting("general")] == [first, second]
