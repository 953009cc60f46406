"""Tells calls what happened on their simulated phones, in the order it happened."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.domain.events import Event
    from ivr.runtime.switch import Switch


class News:
    """Events on their way to their calls; also while the store is away none overtakes another."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._waiting: dict[CallId, deque[Event]] = {}

    def tell(self, call: CallId, event: Event) -> None:
        """Something happened to a call."""
        waiting = self._waiting.setdefault(call, deque())
        waiting.append(event)
        if len(waiting) == 1:
            work = self._deliver(call, waiting)
            self._switch.ports.tasks.start(work, "simulator event")

    async def _deliver(self, call: CallId, waiting: deque[Event]) -> None:
        try:
            while waiting:
                await self._switch.carrier.deliver_surely(call, waiting[0])
                waiting.popleft()
        finally:
            del self._waiting[call]
