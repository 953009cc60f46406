"""What all pyVoIP trunks of a server share: prompts as sound, and their beginning and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.speech.fixed import fixed_prompts, live_texts

if TYPE_CHECKING:
    from ivr.channels.pyvoip.post import Post
    from ivr.channels.pyvoip.trunk import PyVoipTrunk
    from ivr.runtime.speech.prompts import Sounds
    from ivr.runtime.speech.shelf import Shelf
    from ivr.runtime.speech.workshop import Workshop
    from ivr.runtime.switch import Switch

ROUND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Speech:
    """How prompts become sound, and what must be opened and closed for it."""

    sounds: Sounds
    shelf: Shelf
    workshop: Workshop


@dataclass(slots=True)
class House:
    """Implements `Running`. posts: the processes, by trunk."""

    switch: Switch
    speech: Speech
    trunks: dict[str, PyVoipTrunk] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    async def start(self) -> None:
        """Register every extension. Raises MediaError if prompts can be kept nowhere."""
        await self.speech.shelf.open()
        self.switch.ports.tasks.start(self._prepare(), "prompts for pyvoip")
        for post in self.posts.values():
            post.start()

    def drain(self) -> None:
        """Nothing: a call that comes now is refused, pyVoIP cannot say so before."""

    async def close(self) -> None:
        """End the calls, take the registrations away, and let the processes go."""
        for trunk in self.trunks.values():
            for call in trunk.live:
                await self.switch.lose(call)
        for post in self.posts.values():
            await post.close()
        await self.speech.workshop.close()

    async def _prepare(self) -> None:
        """Make what every caller hears before the first of them comes, and after each new flow."""
        books, clock = self.switch.ports.books, self.switch.ports.clock
        made: object = None
        while True:
            live = dict(books.current().live)
            if live != made:
                made = live
                await self.speech.sounds.preload(fixed_prompts(live_texts(books.current())))
            await clock.sleep_until(clock.now() + ROUND)
