"""A bell for work that is looked for now and then: whoever knows that there is some rings it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime, timedelta
    from typing import Any

    from ivr.runtime.ports import Clock


class Bell:
    """Wakes one who waits. Rung while nobody waits, it ends the next wait at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There is work."""
        self._rung.set()

    def every(self, clock: Clock, span: timedelta) -> Callable[[], Coroutine[Any, Any, None]]:
        """A pause of so long, which the bell ends."""
        return lambda: self.wait(clock, clock.now() + span)

    async def wait(self, clock: Clock, until: datetime) -> None:
        """Until it is rung, or that moment has come."""
        waits = {
            asyncio.ensure_future(self._rung.wait()),
            asyncio.ensure_future(clock.sleep_until(until)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._rung.clear()
