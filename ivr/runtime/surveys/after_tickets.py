"""Asks after tickets were closed: each is looked at once, and whoever is chosen is written to.

Sending is that of all surveys by text: consent, frequency and hours are judged there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.tasks import every, look_again
from ivr.surveys.after_ticket import ticket_plans

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.closed_tickets import ClosedTickets
    from ivr.surveys.after_ticket import Closed
    from ivr.surveys.model import Plan, Survey

LOOK = timedelta(seconds=5)
LATEST = timedelta(days=2)
"""What was closed longer ago is asked about no more: the server was off."""
MOST = 200
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What it stands on. known: the surveys in force. since: since when a plan (survey, plan) has
    been in force, halted or not, None = it is not: tickets from before are none of its."""

    tickets: ClosedTickets
    known: Callable[[], Mapping[str, Survey]]
    since: Callable[[str, str], Awaitable[datetime | None]]
    clock: Clock
    new_id: Callable[[], str]


class AfterTickets:
    """Looks at closed tickets."""

    def __init__(self, standing: Standing) -> None:
        self._it = standing

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self._it.clock, LOOK), "tickets_wait_for_store")

    async def look(self) -> None:
        """Everything that was closed since the last look, or while the server was off."""
        it = self._it
        plans = await self._in_force()
        if not plans:
            return
        begin = max(min(plans.values()), it.clock.now() - LATEST)
        found: Sequence[Closed] = ()
        while not found or len(found) == MOST:
            found = await it.tickets.undecided(begin, MOST)
            done = [await self._decide(closed, plans) for closed in found]
            if not any(done):  # a plan was taken out meanwhile: the next look knows
                return

    async def _decide(self, closed: Closed, plans: Mapping[_Pair, datetime]) -> bool:
        mine = [self._named(pair) for pair, since in plans.items() if closed.closed_at >= since]
        plans_now = [each for each in mine if each is not None]
        at = self._it.clock.now()
        return await self._it.tickets.decide(closed, plans_now, at, self._it.new_id)

    async def _in_force(self) -> dict[_Pair, datetime]:
        """The plans, in order, and since when each is in force."""
        found: dict[_Pair, datetime] = {}
        for survey, plan in ticket_plans(self._it.known().values()):
            since = await self._it.since(survey.code, plan.name)
            if since is not None:
                found[survey.code, plan.name] = since
        return found

    def _named(self, pair: _Pair) -> tuple[Survey, Plan] | None:
        survey = self._it.known().get(pair[0])
        plan = survey.plans.get(pair[1]) if survey is not None else None
        return None if survey is None or plan is None else (survey, plan)


_Pair = tuple[str, str]
