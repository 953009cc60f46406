"""What a step wants of a simulated call reaches the leg it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, LegId, Prompt, Turn
from ivr.domain.commands import HangUp, Play
from ivr.domain.events import PromptEnded
from tests.fakes.simulated import Floor, offer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AGENT = LegId(2)
WHISPER = Prompt("whisper", "en", "A call for cards.", 1.0)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A trunk without telephones yet."""
    made = Floor()
    await made.house.open()
    yield made
    await made.house.close()


async def test_an_announcement_to_the_agent_is_not_heard_by_the_caller(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann"))
    await ann.answer()
    before = len(floor.messages)
    await floor.do(call, Play(leg=AGENT, turn=Turn(8), prompts=(WHISPER,)))
    assert ann.told("hears")[0][0]["text"] == "A call for cards."
    await floor.house.clock.advance(1.1)
    assert floor.events[-1] == PromptEnded(leg=AGENT, turn=Turn(8))
    assert len(floor.messages) == before


async def test_commands_for_legs_that_are_gone_do_nothing(floor: Floor) -> None:
    call = await floor.idle()
    before = len(floor.messages)
    play = Play(leg=LegId(9), turn=Turn(8), prompts=(WHISPER,))
    await floor.do(call, play, HangUp(leg=LegId(9)), HangUp(leg=CALLER))
    assert (len(floor.messages), floor.events) == (before, [])
