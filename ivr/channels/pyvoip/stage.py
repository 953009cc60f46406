"""Where a pyVoIP trunk's prompts become sound: files from the shelf, orders to the process."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.pyvoip.wire.messages import HangUp, Play
from ivr.domain import commands as wished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.pyvoip.post import Post
    from ivr.channels.pyvoip.wire.messages import Order
    from ivr.domain.call import Prompt
    from ivr.domain.commands import Command
    from ivr.runtime.speech.prompts import Sounds

Sounding: TypeAlias = wished.Play | wished.Collect
WAY_S = 0.06
"""How long sound needs until it is on the wire, by far: it counts as so much longer."""
SLOW = 1.01
"""pyVoIP sends a frame every 20.1 to 20.2 ms (measured, one to four calls)."""


class Stage:
    """The sound of all calls of a trunk. A call is the process's number of it, 0 = gone there."""

    def __init__(self, post: Post, sounds: Sounds) -> None:
        self._post = post
        self._sounds = sounds

    def order(self, call: int, order: Order) -> None:
        """An order for a call, if it is still there. Raises MediaError if it is too long."""
        if call:
            self._post.send(order)

    def hang_up(self, call: int) -> None:
        """End a call, or refuse it."""
        self.order(call, HangUp(call))

    def missing(self, command: Command) -> list[Prompt]:
        """The prompts of a command whose sound must be made first."""
        if not isinstance(command, Sounding):
            return []
        return [prompt for prompt in command.prompts if self._sounds.ready(prompt) is None]

    async def make(self, prompts: Sequence[Prompt]) -> None:
        """Make the sound of prompts. Raises MediaError if nobody can say one of them."""
        await asyncio.gather(*(self._sounds.sound(prompt) for prompt in prompts))

    def timed(self, command: Command) -> Command:
        """A command whose prompts last as long as their sound does on this wire."""
        if not isinstance(command, Sounding):
            return command
        sounds = [self._sounds.ready(prompt) for prompt in command.prompts]
        lengths = [sound.seconds * SLOW if sound else 0.0 for sound in sounds]
        if lengths:
            lengths[-1] += WAY_S
        timed = zip(command.prompts, lengths, strict=True)
        prompts = tuple(replace(prompt, seconds=length) for prompt, length in timed)
        return replace(command, prompts=prompts)

    def play(self, call: int, prompts: Sequence[Prompt]) -> None:
        """Play prompts, one after another. Raises MediaError if they are too many."""
        found = (self._sounds.ready(prompt) for prompt in prompts)
        files = tuple(str(sound.ulaw.absolute()) for sound in found if sound)
        self.order(call, Play(call, files))
