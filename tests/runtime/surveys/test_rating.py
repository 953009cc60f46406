"""Small queues are asked more often, from each midnight on, the same on every server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.surveys.rating import Groups, Rating, grouped
from ivr.store.surveys.rates import SqlGroupRates
from tests.fakes.fresh_store import open_fresh
from tests.fakes.opinions import Opinions
from tests.fakes.ticket_house import ISTANBUL
from tests.surveys.files.house import changed, loaded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.surveys.sampling import Rates

SURVEY = loaded(
    changed("    rate: 50%\n", "    rate: 10%\n    strata: [queue]\n    min_invited: 10\n")
)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


@dataclass
class House:
    """Four weeks of contacts, and the job that looks at them."""

    book: Opinions
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))
    told: list[Rates] = field(default_factory=list)

    def rating(self) -> Rating:
        """The job of one server."""
        known = {"support": SURVEY}
        rates = SqlGroupRates(self.book.database)
        groups = Groups(rates, lambda: known, self.clock, lambda: ISTANBUL, self.told.append)
        return Rating(groups)

    async def contacts(self, plan: int, queue: str, many: int, weeks_ago: float = 1) -> None:
        """So many of them in a week, asked or not."""
        for number in range(many):
            state, reason = ("armed", "") if number % 10 == 0 else ("suppressed", "not_sampled")
            at = NOW - WEEK * weeks_ago + timedelta(minutes=number)
            await self.book.invite(plan, state, reason, queue=queue, created_at=at)


@pytest.fixture
async def house(address: str) -> AsyncIterator[House]:
    store = open_fresh(address, create=True)
    yield House(Opinions(store.database, at=NOW))
    await store.close()


async def test_a_queue_with_forty_contacts_a_week_is_asked_at_a_quarter(house: House) -> None:
    plan = await house.book.plan()
    for weeks_ago in (0.5, 1.5, 2.5, 3.5):
        await house.contacts(plan, "cards", 40, weeks_ago)
    await house.contacts(plan, "loans", 8, 0.5)
    await house.book.invite(plan, "suppressed", "not_matching", queue="general", created_at=NOW)
    await house.rating().look()
    assert house.told == [{("support", "after_call"): {"queue=cards": 0.25, "queue=loans": 1.0}}]


async def test_the_rates_of_a_day_stay_and_are_the_same_on_every_server(house: House) -> None:
    plan = await house.book.plan()
    await house.contacts(plan, "cards", 40)
    await house.rating().look()
    await house.contacts(plan, "cards", 120, 0.3)
    await house.clock.advance(3600)
    await house.rating().look()
    assert house.told[0] == house.told[1] == {("support", "after_call"): {"queue=cards": 0.25}}
    await house.clock.advance(timedelta(days=1).total_seconds())
    await house.rating().look()
    assert house.told[2] == {("support", "after_call"): {"queue=cards": 0.125}}


async def test_without_contacts_the_rate_is_that_of_the_plan(house: House) -> None:
    await house.book.plan()
    await house.rating().look()
    assert house.told == [{("support", "after_call"): {}}]


def test_plans_that_want_none_of_each_group_are_left_alone() -> None:
    assert [plan.name for _survey, plan in grouped({"support": SURVEY})] == ["after_call"]
    assert list(grouped({"support": loaded()})) == []
