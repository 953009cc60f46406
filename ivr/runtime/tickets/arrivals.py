"""Whose call it is: looked up just after it has begun, beside the call and never in its way."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError
from ivr.tickets.identity.trust import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Callers
    from ivr.runtime.tasks import Tasks

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

    def __call__(self, call: LiveCall) -> None:
        """Look the caller up in the background."""
        self._tasks.start(self._look_up(call), "whose call it is")

    async def _look_up(self, call: LiveCall) -> None:
        arrival = Arrival(trusted=self._is_attested(call.trunk))
        try:
            await self._callers.arrived(call.id, arrival, self._clock.now())
        except PortError as error:
            _LOG.warning("caller_not_looked_up", extra={"call": call.id, "why": str(error)})
