"""Looks promises up anew when new rules are published, and adds all clocks up once a day."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.tickets import Rules, TicketRules, Tickets

_LOG = logging.getLogger(__name__)
LOOK = timedelta(seconds=5)
DRIFT_EVERY = timedelta(days=1)


class Reviewing:
    """Keeps the clocks of tickets true to the rules in force."""

    def __init__(self, tickets: Tickets, clock: Clock, rules: Rules) -> None:
        self._tickets = tickets
        self._clock = clock
        self._rules = rules
        self._seen: TicketRules | None = None
        self._added_up: datetime | None = None

    async def run(self) -> None:
        """For ever. What fails is tried again at the next look."""
        await look_again(
            lambda: self.look(self._clock.now()), every(self._clock, LOOK), "tickets_not_reviewed"
        )

    async def look(self, now: datetime) -> None:
        """Review if the rules are others than at the last look; the first look always does, since
        they may have been published while the server stood still."""
        rules = self._rules()
        if self._seen is None or _differ(rules, self._seen):
            changed = await self._tickets.review(now)
            self._seen = rules
            _LOG.info("tickets_reviewed", extra={"changed": changed})
        if self._added_up is None or now - self._added_up >= DRIFT_EVERY:
            self._added_up = now
            for number in await self._tickets.drift():
                _LOG.error("ticket_clocks_drifted", extra={"ticket": number})


def _differ(one: TicketRules, other: TicketRules) -> bool:
    return one is not other and (
        one.catalogue.hash != other.catalogue.hash or one.calendars != other.calendars
    )
