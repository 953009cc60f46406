"""A caller on a Twilio number enters something while he waits, and nobody breaks into that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import AYSE, CALLER
from tests.fakes.twilio_legs import Habit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.twilio_floor import Centre, Open
    from tests.fakes.twilio_legs import Leg

COMFORT = """\
flow: comfort
version: 1
languages: [en, tr]
start: offer
outputs: {number: digits?}
nodes:
  offer:
    - menu: stay
      first: 50s
      tries: 1
      keys: {"1": card}
      giveup: exit.done
  card:
    - ask: other
      into: number
      digits: 4
      first: 25s
      tries: 3
      giveup: exit.done
      unbroken: true
    - go: exit.done
"""
CHANGES = {
    "uses: {queues": "uses: {flows: [comfort], queues",
    "wait: {say: [stay], every: 40s, first: 40s}": "wait: {flow: comfort}",
}


@pytest.fixture
async def centre(opened: Open, tmp_path: Path) -> Centre:
    """One agent, at lunch."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "comfort.yaml").write_text(COMFORT, encoding="utf-8")
    made = await opened("ayse", changes=CHANGES)
    await made.at_lunch("ayse")
    return made


async def in_menu(centre: Centre) -> Leg:
    """A caller who waits and hears the menu."""
    caller = await centre.ring()
    await centre.run(8)
    return caller


async def in_question(centre: Centre) -> Leg:
    """A caller who waits and is about to enter a number."""
    caller = await in_menu(centre)
    await caller.press("1")
    await centre.run(2)
    return caller


async def back(centre: Centre) -> None:
    """The agent is free again."""
    await centre.server.floor.ask("ayse", "set_available", by="ayse")
    await centre.run(6)


def held(centre: Centre) -> list[str]:
    """What the wallboard says of those who wait."""
    return [row["state"] for row in centre.server.floor.waiting("help")]


async def test_he_enters_it_to_its_end_and_is_put_through_then(centre: Centre) -> None:
    caller = await in_question(centre)
    await back(centre)
    assert (centre.exchange.rung(AYSE), held(centre)) == (0, ["held"])
    await caller.press("1234")
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_he_is_put_through_all_the_same_when_he_enters_nothing(centre: Centre) -> None:
    await in_question(centre)
    await back(centre)
    await centre.run(21)
    assert centre.exchange.rung(AYSE) == 0
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_a_telephone_that_rings_falls_silent_and_rings_again_after_it(
    centre: Centre,
) -> None:
    centre.habit(AYSE, Habit(answers_s=5.0))
    caller = await in_menu(centre)
    await centre.server.floor.ask("ayse", "set_available", by="ayse")
    await centre.run(1)
    assert centre.exchange.rung(AYSE) == 1
    await caller.press("1")
    await centre.run(10)
    assert centre.exchange.agent(AYSE).status == "canceled"
    assert centre.agent("ayse") == "available"
    await caller.press("1234")
    await centre.run(8)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_it_holds_after_a_restart(centre: Centre) -> None:
    caller = await in_question(centre)
    await centre.restart()
    await centre.run(2)
    await back(centre)
    assert (centre.exchange.rung(AYSE), held(centre)) == (0, ["held"])
    await caller.press("1234")
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, AYSE}]
