"""Waves that somebody begins by hand, on every database: one at a time, beside the planned ones."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.survey_waves.starting import start_now
from ivr.runtime.survey_waves.waving import next_begin
from ivr.runtime.surveys.pauses import Pauses
from ivr.surveys.files.loading import Surveys
from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import NOW, WaveHouse, asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.ports.asking.waves import WaveRow

FIRST = "Puan? 1 kötü 5 iyi IPTAL"
ENGINES = ("sqlite", "postgres")
"""Waves are kept in a database."""


@pytest.fixture
async def house(address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    yield WaveHouse(store)
    await store.close()


async def start(house: WaveHouse, plan: str = NOW) -> WaveRow:
    return await start_now(house.calendar(house.waves), "support", plan, "deniz")


async def test_it_asks_whom_the_plan_draws_now_and_names_who_began_it(house: WaveHouse) -> None:
    await house.people(2)
    await house.people(1, segment="private")
    await house.publish()
    wave = await start(house)
    assert (wave.key, wave.begun_by, wave.state) == ("2026-11-23T10:00:00", "deniz", "drawing")
    assert (wave.looked_at, wave.selected) == (3, 2)
    await house.round()
    assert await house.deliver() == [FIRST] * 2


async def test_the_planned_wave_comes_at_its_time_all_the_same(house: WaveHouse) -> None:
    await house.people(1)
    await house.publish()
    await house.look(days=3)
    by_hand = await start(house)
    await house.round()
    assert await house.deliver() == [FIRST]
    await house.round(days=4)
    planned, _ = await house.waves.list()
    assert (planned.key, planned.begun_by) == ("2026-11-30T10:00", "")
    assert planned.states == {("suppressed", "gap"): 1}, "asked four days ago, by hand"
    assert planned.at == by_hand.ends_at


async def test_it_keeps_its_wording_and_list_when_the_file_is_edited(house: WaveHouse) -> None:
    await house.people(3)
    await house.publish(size="2", every="FREQ=WEEKLY;BYDAY=TH")
    await start(house)
    await house.clock.advance(1)
    await house.publish(size="3", seed="other", every="FREQ=WEEKLY;BYDAY=TH")
    await house.round()
    assert await house.states() == {("sent", ""): 2}


async def test_one_of_a_plan_is_under_way_at_a_time(house: WaveHouse) -> None:
    [number] = await house.people(1)
    await house.publish(gap="0s")
    await start(house)
    for _drawn_then_asked in range(2):
        with pytest.raises(IllegalTransitionError):
            await start(house)
        await house.round(seconds=1)
    await house.deliver()
    assert await house.writes("5", number)
    assert (await start(house)).selected == 1, "everybody has answered"


async def test_two_who_begin_one_at_once_begin_one(house: WaveHouse) -> None:
    await house.people(2)
    await house.publish()
    found = await asyncio.gather(start(house), start(house), return_exceptions=True)
    refused = [each for each in found if isinstance(each, IllegalTransitionError)]
    assert len(refused) == 1
    assert len(await house.waves.list()) == 1


async def test_one_that_was_stopped_keeps_nobody_from_beginning_another(house: WaveHouse) -> None:
    await house.people(1)
    await house.publish()
    first = await start(house)
    await house.waves.stop(first.id, "deniz", house.clock.now())
    await house.clock.advance(1)
    assert (await start(house)).id != first.id


async def test_a_paused_plan_begins_nothing_and_a_wave_of_it_goes_on_when_it_does(
    house: WaveHouse,
) -> None:
    await house.people(2)
    await house.publish()
    await start(house)
    await house.pauses.halt("support", NOW, halted=True)
    with pytest.raises(IllegalTransitionError):
        await start(house)
    await house.round()
    await house.round(hours=2)
    assert await house.deliver() == []
    assert await house.states() == {("scheduled", ""): 2}
    again = Pauses(house.store.surveys)
    await again.load()  # a server that was restarted
    [plan] = again.applied(Surveys({"support": asked()})).surveys["support"].plans.values()
    assert not plan.active
    await house.pauses.halt("support", NOW, halted=False)
    await house.round(hours=1)
    assert await house.deliver() == [FIRST] * 2


async def test_a_wave_that_is_due_while_the_plan_is_paused_begins_up_to_two_days_later(
    house: WaveHouse,
) -> None:
    await house.people(1)
    await house.publish()
    await house.clock.advance(1)
    await house.pauses.halt("support", NOW, halted=True)
    await house.round(days=7)
    assert await house.waves.list() == []
    assert next_begin(house.calendar(house.waves), "support", NOW) is None
    await house.pauses.halt("support", NOW, halted=False)
    await house.round(days=1)
    [wave] = await house.waves.list()
    assert wave.key == "2026-11-30T10:00"


async def test_only_a_planned_survey_in_force_can_be_begun(house: WaveHouse) -> None:
    with pytest.raises(NotFoundError):
        await start(house)
    await house.publish(when="post_call", every=None, match=None)
    with pytest.raises(NotValidError):
        await start(house)
    with pytest.raises(NotFoundError):
        await house.waves.get("nothing")


async def test_where_nobody_can_be_asked_no_wave_is_drawn(house: WaveHouse) -> None:
    await house.publish()
    calendar = house.calendar(house.waves)
    mute = type(calendar)(
        *(calendar.waves, calendar.known, calendar.clock, calendar.zone, calendar.new_id),
        can_ask=lambda _plan: False,
    )
    with pytest.raises(NotValidError):
        await start_now(mute, "support", NOW, "deniz")
    assert await house.waves.list() == []
