"""Whose call it is: looked up just after it has begun, beside the call and never in its way."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError
from ivr.tickets.identity.trust import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.call import CallId
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Callers
    from ivr.runtime.tasks import Tasks

KNOWN_WITHIN_S = 0.2
"""Nobody waits longer for a look-up: a store that is so slow must not hold up a caller."""
_LOG = logging.getLogger(__name__)


class Arrivals:
    """Told of every call that begins. is_attested: whether a trunk's carrier vouches for numbers.

    A call whose look-up fails stays without a customer; a person can still say whose it is.
    """

    def __init__(
        self, callers: Callers, clock: Clock, tasks: Tasks, is_attested: Callable[[str], bool]
    ) -> None:
        self._callers = callers
        self._clock = clock
        self._tasks = tasks
        self._is_attested = is_attested
        self._looking: dict[CallId, asyncio.Task[None]] = {}

    def __call__(self, call: LiveCall) -> None:
        """Look the caller up in the background."""
        task = self._tasks.start(self._look_up(call), "whose call it is")
        self._looking[call.id] = task
        task.add_done_callback(lambda _task: self._looking.pop(call.id, None))

    async def known(self, call: CallId) -> None:
        """Wait for a look-up that is under way, but not for long."""
        task = self._looking.get(call)
        if task is not None:
            await asyncio.wait({task}, timeout=KNOWN_WITHIN_S)

    async def _look_up(self, call: LiveCall) -> None:
        arrival = Arrival(trusted=self._is_attested(call.trunk))
        try:
            await self._callers.arrived(call.id, call.known.ani, arrival, self._clock.now())
        except PortError as error:
            _LOG.warning("caller_not_looked_up", extra={"call": call.id, "why": str(error)})
