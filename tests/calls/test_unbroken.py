"""Whoever enters something while he waits is left in peace, keeps his place, and has an agent
then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.call_centre import CallCentre, walking_meanwhile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId

COMFORT = """\
flow: comfort
version: 1
languages: [tr, en]
start: offer
outputs: {number: number?}
nodes:
  offer:
    - menu: comfort_offer
      first: 60s
      keys: {"1": card}
      giveup: exit.done
  card:
    - ask: comfort_number
      into: number
      digits: 4
      first: 60s
      giveup: exit.done
      unbroken: true
    - menu: comfort_offer
      first: 60s
      keys: {"1": card}
      giveup: exit.done
"""
PROMPTS = """
comfort_offer: {tr: "Numaranız için 1'i tuşlayın.", en: "Press 1 to enter your number."}
comfort_number: {tr: "Numaranız?", en: "Your number?"}
"""
WAIT = "flow: comfort, every: 30s"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    """Two agents, of whom nobody is at work yet."""
    monkeypatch.chdir(tmp_path)
    walking_meanwhile(tmp_path, WAIT, COMFORT, PROMPTS)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def in_menu(centre: CallCentre) -> CallId:
    """A caller waits and hears the menu."""
    call = await centre.waits()
    await centre.clock.advance(1)
    return call


async def in_question(centre: CallCentre) -> CallId:
    """A caller waits and is about to enter a number."""
    call = await in_menu(centre)
    await centre.trunk.press(call, "1")
    await centre.clock.advance(1)
    return call


async def enters(centre: CallCentre, call: CallId) -> None:
    """The whole number, key by key."""
    for key in "1234":
        await centre.trunk.press(call, key)
    await centre.clock.advance(1)


def rows(centre: CallCentre) -> list[tuple[str, int, str]]:
    """Who waits at which place, and what is said of it."""
    waiting = centre.floor.waiting("general")
    return [(one["call"], one["position"], one["state"]) for one in waiting]


async def test_nobody_is_rung_up_until_the_number_is_entered(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    call = await in_question(centre)
    assert rows(centre) == [(call, 1, "held")]
    await centre.is_free_again("ayse")
    assert (centre.phones["ayse"].rang, centre.state("ayse")) == (1, "available")
    await enters(centre, call)
    assert centre.phones["ayse"].rings
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.phones["ayse"].talks
    await centre.leaves(call)
    assert (await centre.record(call)).outcome == "handled"


async def test_those_behind_are_served_meanwhile_and_he_comes_next(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    first = await in_question(centre)
    second, third = await in_menu(centre), await in_menu(centre)
    await centre.is_free_again("ayse")
    assert [one for one in rows(centre) if one[2] == "offered"] == [(second, 2, "offered")]
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    await enters(centre, first)
    assert rows(centre) == [(first, 1, "waiting"), (third, 2, "waiting")]
    await centre.works("can")
    await centre.clock.advance(1)
    assert rows(centre)[0] == (first, 1, "offered")


async def test_who_enters_nothing_is_put_through_after_30_s(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    await in_question(centre)
    await centre.is_free_again("ayse")
    await centre.clock.advance(25)
    assert centre.phones["ayse"].rang == 1
    await centre.clock.advance(4)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.phones["ayse"].talks, "out of the step, like out of any other"


async def test_a_telephone_that_rings_falls_silent_and_has_missed_nothing(
    centre: CallCentre,
) -> None:
    await centre.is_busy("ayse")
    call = await in_menu(centre)
    await centre.is_free_again("ayse")
    assert centre.phones["ayse"].rings
    await centre.trunk.press(call, "1")
    await centre.clock.advance(1)
    assert not centre.phones["ayse"].rings
    row = centre.floor.agent("ayse")
    assert row is not None
    assert (row["state"], row["misses"]) == ("available", 0)
    await enters(centre, call)
    assert centre.phones["ayse"].rings


async def test_where_somebody_is_free_the_flow_does_not_get_in_the_way(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    call = await in_menu(centre)
    assert centre.phones["ayse"].rings
    live = centre.served.server.switch.calls[call]
    assert [frame.flow for frame in live.known.frames] == ["bank"]
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(3)
    assert [frame.flow for frame in live.known.frames] == ["bank", "comfort"]


async def test_who_hangs_up_in_the_middle_of_it_has_abandoned(centre: CallCentre) -> None:
    await centre.is_busy("ayse")
    call = await in_question(centre)
    await centre.leaves(call)
    assert rows(centre) == []
    assert (await centre.record(call)).outcome == "abandoned"
