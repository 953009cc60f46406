"""Prompts as files for the process, and how long they count as."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.pyvoip.stage import SLOW, WAY_S, Stage
from ivr.channels.pyvoip.wire.messages import HangUp, Order, Play, Stop
from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Close, Collect
from ivr.domain.commands import Play as Say
from ivr.domain.errors import MediaError
from ivr.runtime.speech.shelf import Sound

ONE, TWO = Prompt("one", "en", "One.", 9.0), Prompt("two", "en", "Two.", 9.0)
if TYPE_CHECKING:
    from collections.abc import Sequence


class Parts:
    """Sounds of a second each, but for those that are lacking; orders are written down."""

    def __init__(self, lacking: Sequence[str] = ()) -> None:
        self.lacking = list(lacking)
        self.orders: list[Order] = []

    def send(self, order: Order) -> None:
        """The post."""
        self.orders.append(order)

    def ready(self, prompt: Prompt) -> Sound | None:
        """The sounds."""
        return None if prompt.name in self.lacking else Sound(Path("s") / prompt.name, 50)

    async def sound(self, prompt: Prompt) -> None:
        """The sounds."""
        if prompt.name not in self.lacking:
            raise MediaError("made twice")
        self.lacking.remove(prompt.name)


def staged(parts: Any) -> Stage:  # noqa: ANN401 - post and sounds in one
    """A stage of these parts."""
    return Stage(parts, parts)


def test_prompts_last_as_long_as_their_sound_and_its_way() -> None:
    timed = staged(Parts()).timed(Say(turn=Turn(1), prompts=(ONE, TWO)))
    assert isinstance(timed, Say)
    assert [prompt.seconds for prompt in timed.prompts] == [SLOW, pytest.approx(SLOW + WAY_S)]


def test_a_question_without_prompts_and_other_commands_stay_as_they_are() -> None:
    stage = staged(Parts())
    for command in (Collect(turn=Turn(1), prompts=(), language="en"), Close(turn=Turn(1))):
        assert stage.timed(command) == command
        assert stage.missing(command) == []


def test_what_is_not_there_is_made() -> None:
    parts = Parts(["two"])
    stage = staged(parts)
    say = Say(turn=Turn(1), prompts=(ONE, TWO))
    missing = stage.missing(say)
    assert missing == [TWO]
    asyncio.run(stage.make(missing))
    assert stage.missing(say) == []


def test_whole_paths_are_played_and_what_is_gone_is_passed_over() -> None:
    parts = Parts(["one"])
    staged(parts).play(3, (ONE, TWO))
    assert parts.orders == [Play(3, (str(Path("s/two.ulaw").absolute()),))]


def test_nothing_is_ordered_for_a_call_that_is_gone() -> None:
    parts = Parts()
    stage = staged(parts)
    stage.order(0, Stop(0))
    stage.hang_up(0)
    stage.hang_up(2)
    assert parts.orders == [HangUp(2)]
