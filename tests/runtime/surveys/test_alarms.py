"""The nightly run on both databases: one alarm and one ticket, and they end by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.surveys.alarms import AlarmRun, Watch
from ivr.store.surveyed.alarms import SqlAlarms
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.tables import METADATA
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from tests.fakes.fresh_store import open_fresh
from tests.fakes.opinions import Opinions, published
from tests.fakes.ticket_house import RULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.ports.alarms import Alarms

DAY = timedelta(days=1)
BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)


@dataclass(slots=True)
class Night:
    """A database whose days are filled one by one."""

    book: Opinions
    run: AlarmRun
    clock: VirtualClock
    tickets: SqlTickets
    opinions: SqlOpinions

    async def day(self, good: int, bad: int, queue: str = "cards") -> None:
        """A day with so many good and bad scores, and the run of the night after it."""
        at = self.clock.now()
        scores = [5] * good + [1] * bad
        more = {"created_at": at, "queue": queue, "category": ""}
        await self.book.crowd(self.book.first_plan, scores, [9] * len(scores), **more)
        await self.clock.advance(DAY.total_seconds())
        await self.run.look()


@pytest.fixture
async def night(address: str) -> AsyncIterator[Night]:
    """A house with a published survey, at the first of September."""
    store = open_fresh(address, create=True)
    clock = VirtualClock(BEGIN)
    book = await published(store.database, BEGIN)
    tickets = SqlTickets(Jobs(store.database, lambda: RULES))
    opinions = SqlOpinions(store.database)
    watch = Watch(
        SqlAlarms(store.database), opinions, tickets, lambda: RULES, clock,
        lambda queue: queue, Ulids(clock).new,
    )  # fmt: skip
    yield Night(book, AlarmRun(watch), clock, tickets, opinions)
    await store.close()


async def test_a_fallen_score_becomes_one_ticket_and_closes_itself(night: Night) -> None:
    for _ in range(9):
        await night.day(20, 5)
    assert await night.opinions.alarms() == []
    await night.day(10, 15)
    raised = await night.opinions.alarms(only_open=True)
    assert {(each.rule, each.dims) for each in raised} >= {
        ("beyond_3s", ""), ("beyond_3s", "queue=cards"),
    }  # fmt: skip
    by_series = {each.dims: each.ticket for each in raised}
    assert len(set(by_series.values())) == len(by_series) == 2, "one ticket for each series"
    one = next(each for each in raised if each.dims == "queue=cards")
    assert (one.value, one.n, round(one.level, 2), one.level_n) == (0.4, 25, 0.8, 200)
    ticket = await night.tickets.get(one.ticket)
    assert ticket is not None
    assert (ticket.kind, ticket.team) == ("task", "cards")
    assert ticket.description.count("CSAT 1 · ") == 10
    count = len(raised)
    await night.run.look()
    assert len(await night.opinions.alarms()) == count, "the same night again finds the same"
    for _ in range(8):
        await night.day(20, 5)
    assert await night.opinions.alarms(only_open=True) == []
    notes = await night.tickets.articles(one.ticket)
    assert any("olağan" in note.body for note in notes)


async def test_the_contacts_of_its_ticket_are_those_that_were_counted(night: Night) -> None:
    for _ in range(9):
        await night.day(20, 5)
    answered = night.clock.now()
    asked = answered - 2 * DAY
    plan = night.book.first_plan
    late = await night.book.answered(
        plan, ("csat", 1), queue="cards", category="", created_at=asked
    )
    table = METADATA.tables["survey_response"]
    change = table.update().where(table.c.id == late).values(started_at=answered)
    await night.book.database.change(lambda it: it.execute(change))
    scores = [5] * 10 + [2] * 14
    more = {"created_at": answered, "queue": "cards", "category": ""}
    await night.book.crowd(plan, scores, [9] * len(scores), **more)
    await night.clock.advance(DAY.total_seconds())
    await night.run.look()
    [one, *_] = await night.opinions.alarms(only_open=True)
    ticket = await night.tickets.get(one.ticket)
    assert ticket is not None
    listed = [line for line in ticket.description.splitlines() if "CSAT " in line and " · " in line]
    assert [listed[0].count("CSAT 1 · "), len(listed)] == [1, 10], "asked before, answered now"
    assert all("CSAT 2 · " in line for line in listed[1:]), "none of the bad ones of other days"
    assert all(f"{answered:%Y-%m-%d}" in line for line in listed)


async def test_a_run_that_dies_while_it_closes_notes_the_end_once(night: Night) -> None:
    for _ in range(9):
        await night.day(20, 5)
    await night.day(10, 15)
    [one, *_] = await night.opinions.alarms(only_open=True)
    alarms = night.run._it.alarms
    dead = replace(night.run._it, alarms=Dying(alarms))  # type: ignore[arg-type]
    for _ in range(7):
        await night.day(20, 5)
    night.run._it = dead
    with pytest.raises(StoreError):
        await night.day(20, 5)
    night.run._it = replace(dead, alarms=alarms)
    await night.run.look()
    assert await night.opinions.alarms(only_open=True) == []
    notes = [each for each in await night.tickets.articles(one.ticket) if "olağan" in each.body]
    assert len(notes) == 1


class Dying:
    """Alarms of a database that goes away when one is to be closed."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms

    def __getattr__(self, name: str) -> object:
        return getattr(self._alarms, name)

    async def close(self, alarm: str, at: datetime) -> None:
        """The server is killed."""
        raise StoreError("gone", retryable=True)


async def test_usual_days_and_anonymous_answers_raise_nothing(night: Night) -> None:
    hidden = await night.book.plan("staff", anonymous=True)
    for n in range(12):
        good = 20 + n % 3 - 1
        at = night.clock.now()
        await night.book.crowd(hidden, [1 if n > 8 else 5] * 25, [9] * 25, created_at=at)
        await night.day(good, 25 - good)
    assert await night.opinions.alarms() == []


async def test_it_runs_each_night_at_three_by_the_clock_of_the_house(night: Night) -> None:
    assert night.run._next().astimezone(RULES.zone).hour == 3
    assert BEGIN < night.run._next() <= BEGIN + DAY
