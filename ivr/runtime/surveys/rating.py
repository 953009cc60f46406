"""Each night: small groups are asked at a higher rate, so that enough of each are invited.

The day's rates are written down before they are used; a restart and a second server find the same.
Source: surveys.md section 5.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.runtime.tasks import every, look_again
from ivr.surveys.arming import call_plans
from ivr.surveys.sampling import (
    QUEUE,
    WEEKS_OF_EXPECTATION,
    expected_contacts,
    nightly_rate,
    stratum_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.rates import GroupRates
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.sampling import Rates

LOOK = timedelta(minutes=5)
"""So soon a plan that was published has its rates."""
_WEEK = timedelta(days=7)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Groups:
    """What it stands on. known: the surveys in force. tell: takes the rates of today."""

    rates: GroupRates
    known: Callable[[], Mapping[str, Survey]]
    clock: Clock
    zone: Callable[[], tzinfo]
    tell: Callable[[Rates], None]


class Rating:
    """Works out what each group is asked at from midnight on."""

    def __init__(self, groups: Groups) -> None:
        self._it = groups

    async def run(self) -> None:
        """For ever; with a store that fails, yesterday's rates hold on."""
        await look_again(self.look, every(self._it.clock, LOOK), "rates_wait_for_store")

    async def look(self) -> None:
        """The rates of today, made if they are not there yet."""
        now = self._it.clock.now().astimezone(self._it.zone())
        midnight = datetime.combine(now.date(), time(), now.tzinfo)
        found: dict[tuple[str, str], Mapping[str, float]] = {}
        for survey, plan in grouped(self._it.known()):
            kept = await self._it.rates.kept(survey.code, plan.name, midnight)
            if not kept:
                kept = await self._make(survey, plan, midnight)
            found[survey.code, plan.name] = kept
        self._it.tell(found)

    async def _make(self, survey: Survey, plan: Plan, midnight: datetime) -> Mapping[str, float]:
        begins = [midnight - _WEEK * n for n in range(WEEKS_OF_EXPECTATION, 0, -1)]
        counted = await self._it.rates.contacts(survey.code, plan.name, begins, midnight)
        rates: dict[str, tuple[float, float]] = {}
        for queue, weeks in counted.items():
            expected = expected_contacts(weeks)
            rate = nightly_rate(plan.rate or 0.0, plan.min_invited, expected)
            rates[stratum_key(QUEUE, queue)] = rate, expected
        await self._it.rates.keep(survey.code, plan.name, midnight, rates)
        return await self._it.rates.kept(survey.code, plan.name, midnight)


def grouped(known: Mapping[str, Survey]) -> Iterator[tuple[Survey, Plan]]:
    """The plans that want so many invitations of each group."""
    for survey, plan in call_plans(known.values()):
        if plan.min_invited and QUEUE in plan.strata:
            yield survey, plan
