"""Waves in a running server over a year of weeks, in Berlin and in Istanbul."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.survey_waves.waving import LOOK, planned
from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import NOW, WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.ports.asking.waves import WaveNew


@pytest.fixture
async def house(sqlite_address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(sqlite_address, synchronous="NORMAL", create=True)
    yield WaveHouse(store)
    await store.close()


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("zone", "later", "hours"), [("Europe/Berlin", 2, {10, 11}), ("Europe/Istanbul", 0, {10})]
)
async def test_over_a_year_nobody_is_asked_more_often_than_the_plan_says(
    house: WaveHouse, zone: str, later: int, hours: set[int]
) -> None:
    house.zone = ZoneInfo(zone)
    numbers = await house.people(6)
    await house.person()  # never agreed
    await house.publish(gap="75d", year_cap="3", size="4")
    await house.clock.advance(later * 3600)
    for _ in range(53):
        await house.round(days=7)
        await house.deliver()
    waves = await house.waves.list(limit=200)
    assert len(waves) == 53
    assert {each.key[-5:] for each in waves} == {"10:00"}
    assert all(each.selected == 4 and each.eligible == 7 for each in waves)
    sent = [row for row in await house.rows_of("survey_invitation") if row["sent_at"]]
    assert {row["value_norm"] for row in sent} == set(numbers)
    assert {row["sent_at"].astimezone(house.zone).hour for row in sent} == hours
    year = [row for row in sent if row["sent_at"] < waves[-1].at + timedelta(days=365)]
    assert max(Counter(row["value_norm"] for row in year).values()) == 3
    for number in numbers:
        times = sorted(row["sent_at"] for row in sent if row["value_norm"] == number)
        assert all(b - a >= timedelta(days=75) for a, b in pairwise(times))


async def test_the_same_customers_are_drawn_on_another_server(
    house: WaveHouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("other")
    other = WaveHouse(open_fresh(f"sqlite:///{folder / 'o.db'}", synchronous="NORMAL", create=True))
    found = []
    for each in (house, other):
        await each.people(40)
        await each.publish(rate="30%")
        await each.round(days=7)
        found.append([row["value_norm"] for row in await each.rows_of("survey_invitation")])
    assert found[0] == found[1]
    assert 3 <= len(found[0]) <= 21
    await other.store.close()


async def test_only_planned_surveys_come_in_waves(house: WaveHouse) -> None:
    survey = await house.publish()
    assert [plan.name for _, plan in planned({"s": survey})] == [NOW]
    await house.clock.advance(1)
    await house.publish(when="post_call", every=None)
    await house.people(1)
    await house.round(days=7)
    assert await house.waves.list() == []


async def test_a_store_that_fails_is_asked_again(
    house: WaveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.people(1)
    await house.publish()
    begin, failures = house.waves.begin, 1

    async def failing(new: WaveNew, at: object) -> bool:
        nonlocal failures
        if failures:
            failures -= 1
            raise StoreError("not now")
        return await begin(new, at)  # type: ignore[arg-type]

    monkeypatch.setattr(house.waves, "begin", failing)
    running = asyncio.ensure_future(house.waving.run())  # noqa: TID251 - a test
    async with asyncio.timeout(20):
        while not await house.waves.list():
            await house.clock.advance(LOOK.total_seconds() if failures < 1 else 3600)
    running.cancel()
    assert failures == 0
