"""The loop that looks at the clocks of tickets: once a second, by one look at an index.

It notes what is late, fires what escalates and closes what was solved long enough ago. A store that
cannot be reached costs time, never the loop; what came due meanwhile is done when it is back.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.tickets import Tickets

LOOK_S = 1.0
"""A promise that is made now may be due before all others, so nobody sleeps longer than this."""
LONGEST_PAUSE_S = 30.0
"""Between tries while the store fails."""
_LOG = logging.getLogger(__name__)


class TicketTimes:
    """Keeps the times of tickets. One of it runs in an installation; a second one does no harm."""

    def __init__(self, tickets: Tickets, clock: Clock) -> None:
        self._tickets = tickets
        self._clock = clock
        self._failed = 0

    async def run(self) -> None:
        """Look for ever; ends only by being cancelled."""
        while True:
            pause_s = await self.turn()
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause_s))

    async def turn(self) -> float:
        """Look once and do what is due; gives the seconds until the next look."""
        try:
            due = await self._tickets.next_due()
            if due is not None and due <= self._clock.now():
                await self._do(self._clock.now())
                due = None
        except PortError as error:
            return self._pause(error)
        except Exception:
            _LOG.exception("ticket_times_failed")
            return LONGEST_PAUSE_S
        if self._failed:
            _LOG.info("ticket_times_back", extra={"failed": self._failed})
        self._failed = 0
        return self._until(due)

    async def _do(self, now: datetime) -> None:
        ticked = await self._tickets.tick(now)
        closed = await self._tickets.close_due(now)
        for number, metric in ticked.breached:
            _LOG.warning("ticket_late", extra={"ticket": number, "metric": metric})
        if closed:
            _LOG.info("tickets_closed", extra={"count": len(closed)})

    def _until(self, due: datetime | None) -> float:
        if due is None:
            return LOOK_S
        return min(LOOK_S, max((due - self._clock.now()).total_seconds(), 0.0))

    def _pause(self, error: PortError) -> float:
        if not self._failed:
            _LOG.warning("ticket_times_wait_for_store", extra={"reason": str(error)})
        self._failed += 1
        tries = min(self._failed - 1, 10)
        return min(LOOK_S * float(1 << tries), LONGEST_PAUSE_S)
