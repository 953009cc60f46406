"""Callers over the provider whom a queue sends on by its ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.twilio_floor import CALLER
from tests.fakes.twilio_legs import Habit

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Centre, Open

BOSS = "+902125550001"
NOBODY = "nobody: {join: [offline]}"


def overflowing(*ways: str) -> dict[str, str]:
    """Who has waited ten seconds goes by these ways, and nobody need be at work."""
    rules = ", ".join(f"{{when: {{waited: 10s}}, to: {{{way}}}}}" for way in ways)
    return {NOBODY: f"nobody: {{join: [], leave: []}}, overflow: [{rules}]"}


async def resting(opened: Open, changes: dict[str, str]) -> Centre:
    """An agent is there, but takes no calls."""
    centre = await opened("ayse", changes=changes)
    await centre.at_lunch("ayse")
    return centre


async def test_a_place_is_rung_up_and_talks_to_the_caller(opened: Open) -> None:
    centre = await resting(opened, changes=overflowing("number: boss"))
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(16)
    assert centre.exchange.together() == [{CALLER, BOSS}]
    await centre.exchange.hang_up(centre.exchange.agent(BOSS))
    await centre.run(5)
    assert caller.words == ["Hello.", "That was it.", "Goodbye."]
    assert (await centre.row(call)).outcome == "transferred"
    assert centre.exchange.longest_alone_ms <= 2000


async def test_a_place_that_does_not_answer_leads_to_the_exit_of_the_step(opened: Open) -> None:
    centre = await resting(opened, changes=overflowing("number: '+902125550001'", "exit: timeout"))
    centre.habit(BOSS, Habit(answers_s=None))
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(45)
    assert caller.words == ["Hello.", "Sorry."]
    assert (await centre.row(call)).outcome == "overflowed"


async def test_whoever_presses_the_key_is_promised_a_call(opened: Open) -> None:
    centre = await resting(opened, changes=overflowing("callback: help"))
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(14)
    assert caller.words == ["Hello.", "If you would rather be called back than wait, press 1."]
    await caller.press("1")
    await centre.run(8)
    assert caller.words[-1] == "We will call you back. Goodbye."
    assert (await centre.row(call)).outcome == "callback"


async def test_whoever_is_asked_chooses_when_by_a_key(opened: Open) -> None:
    ways = overflowing("callback: help")[NOBODY]
    centre = await resting(opened, {NOBODY: f"{ways}, callback: {{window: choose}}"})
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(14)
    await caller.press("1")
    await centre.run(4)
    (asked,) = [words for words in caller.words if words.startswith("To be called as soon as")]
    assert ". To be called tomorrow between eight a m and ten a m, press " in asked
    await caller.press("2")
    await centre.run(12)
    assert caller.words[-1].startswith("We will call you back to")
    (row,) = await centre.store.callbacks.recent()
    assert row.promise.waited_ns is not None
    assert (await centre.row(call)).outcome == "callback"
