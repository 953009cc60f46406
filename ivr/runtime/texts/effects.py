"""Texts that calls want sent: taken out of the outbox of their steps and queued, each once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError
from ivr.domain.filing import SendText
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.runtime.ports import Clock, Effect, Outbox
    from ivr.runtime.sealing import CallCodec

LOOK = timedelta(seconds=0.5)
LATER = timedelta(hours=1)
"""When something that cannot be read is tried again: a newer program may understand it."""
MOST = 100
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CallTexts:
    """Looks for what the verb `sms` left. send: has a text sent, once for each origin_key."""

    outbox: Outbox
    send: Callable[[TextNew], Awaitable[object]]
    codec: CallCodec
    clock: Clock

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self.clock, LOOK), "texts_wait_for_store", MOST)

    async def look(self) -> int:
        """Queue what is due now; how many there were."""
        found = await self.outbox.due(self.clock.now(), MOST, kind=SendText.__name__)
        for effect in found:
            try:
                await self._queue(effect)
            except StoreError:
                raise
            except Exception as error:  # one that cannot be read keeps no other from leaving
                _LOG.exception("text_not_queued", extra={"facts": {"effect": effect.effect_id}})
                later = self.clock.now() + LATER
                await self.outbox.failed(effect.effect_id, later, type(error).__name__)
        return len(found)

    async def _queue(self, effect: Effect) -> None:
        """A second time, after a crash in between, finds the text there."""
        wanted = self.codec.loads_as(SendText, effect.body, b"")
        new = TextNew(
            to=wanted.to,
            body=wanted.text,
            origin_key=f"call:{effect.effect_id}",
            at=self.clock.now(),
            purpose=wanted.purpose,
            sender=wanted.sender,
        )
        await self.send(new)
        await self.outbox.done(effect.effect_id)
