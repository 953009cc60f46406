"""Texts that calls want sent: queued as soon as the step that wants them is durable, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.runtime.ports.texts import TextNew

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.domain.filing import SendText
    from ivr.runtime.effects.worker import Wanted
    from ivr.runtime.ports import Clock


@dataclass(frozen=True, slots=True)
class CallTexts:
    """What the verb `sms` left. send: has a text sent, once for each origin_key."""

    send: Callable[[TextNew], Awaitable[object]]
    clock: Clock

    async def queue(self, wanted: Wanted[SendText]) -> None:
        """A second time it finds the text there. Raises StoreError."""
        text = wanted.command
        new = TextNew(
            to=text.to,
            body=text.text,
            origin_key=f"call:{wanted.key}",
            at=self.clock.now(),
            purpose=text.purpose,
            sender=text.sender,
        )
        await self.send(new)
