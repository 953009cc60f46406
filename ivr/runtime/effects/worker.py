"""Commands taken out of the outbox of their steps and carried out, each at least once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from ivr.domain.commands import Command
from ivr.domain.errors import StoreError
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.domain.call import CallId
    from ivr.runtime.ports import Clock, Outbox
    from ivr.runtime.sealing import CallCodec

C = TypeVar("C", bound=Command)
LOOK = timedelta(seconds=0.5)
LATER = timedelta(hours=1)
"""When something that cannot be read is tried again: a newer program may understand it."""
MOST = 100
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[C]):
    """A durable command, the call that wants it, and a key that is the same when it is taken out
    a second time, after a crash in between."""

    key: str
    call: CallId
    command: C


@dataclass(frozen=True, slots=True)
class Effects(Generic[C]):
    """Looks for what calls left of one kind. carry_out: does it; a second time it changes nothing.

    carry_out raises StoreError where it could not yet.
    """

    outbox: Outbox
    kind: type[C]
    carry_out: Callable[[Wanted[C]], Awaitable[object]]
    codec: CallCodec
    clock: Clock

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self.clock, LOOK), "effects_wait_for_store", MOST)

    async def look(self) -> int:
        """Carry out what is due now; how many there were."""
        found = await self.outbox.due(self.clock.now(), MOST, kind=self.kind.__name__)
        for effect in found:
            try:
                command = self.codec.loads_as(self.kind, effect.body, b"")
                await self.carry_out(Wanted(effect.effect_id, effect.call, command))
                await self.outbox.done(effect.effect_id)
            except StoreError:
                raise
            except Exception as error:  # one that cannot be read keeps no other from leaving
                facts = {"effect": effect.effect_id, "kind": effect.kind}
                _LOG.exception("effect_not_carried_out", extra={"facts": facts})
                later = self.clock.now() + LATER
                await self.outbox.failed(effect.effect_id, later, type(error).__name__)
        return len(found)
