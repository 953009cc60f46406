"""Who would be asked by the next wave: the same who are asked when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.compliance import VOICE
from ivr.runtime.survey_waves.previewing import Preview, Previewer
from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import NOW, WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def house(sqlite_address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(sqlite_address, synchronous="NORMAL", create=True)
    yield WaveHouse(store)
    await store.close()


async def ahead(house: WaveHouse, plan: str = NOW) -> Preview:
    calendar = house.calendar(house.waves)
    found = Previewer(
        *(calendar, house.store.surveys, house.consents, lambda _number: house.zone),
        can_call=lambda number: number.startswith("+90"),
    )
    return await found.of("support", plan)


async def test_what_is_foretold_comes_true(house: WaveHouse) -> None:
    numbers = await house.people(12)
    await house.agreed(numbers[0], "opt_out")
    await house.missed(await house.plan(), numbers[1])
    await house.look()
    await house.look(minutes=5)
    await house.deliver()
    await house.person()
    await house.publish(size="9")
    told = await ahead(house)
    assert told.wave.key == "2026-11-30T10:00"
    assert (told.drawn.eligible, len(told.people)) == (13, 9)
    await house.round(days=7)
    rows = [row for row in await house.rows_of("survey_invitation") if row["wave"]]
    came = {row["value_norm"]: row["reason"] for row in rows}
    assert {each.number: each.reason for each in told.people} == came
    assert told.asked == sum(not reason for reason in came.values())
    assert sum(told.refused.values()) == 9 - told.asked


async def test_looking_ahead_at_night_is_no_reason(house: WaveHouse) -> None:
    await house.people(1)
    await house.publish(every="FREQ=DAILY;BYHOUR=23")
    assert [each.reason for each in (await ahead(house)).people] == [""]


async def test_only_a_plan_that_comes_again_can_be_looked_ahead_at(house: WaveHouse) -> None:
    await house.publish(every=None, dates=["2026-11-01"])
    with pytest.raises(NotValidError, match="no more"):
        await ahead(house)
    with pytest.raises(NotFoundError):
        await ahead(house, "other")
    await house.clock.advance(1)
    await house.publish(every=None, when="post_call")
    with pytest.raises(NotValidError, match="only planned"):
        await ahead(house)


async def test_it_tells_by_which_medium_each_would_be_asked_first(house: WaveHouse) -> None:
    called, written, _neither = await house.people(3)
    landline = await house.person("+902122220000")
    abroad = await house.person("+4915123456789")
    for number in (called, landline, abroad):
        await house.agreed(number, medium=VOICE)
    await house.agreed(abroad)
    await house.agreed(_neither, "opt_out")
    await house.publish(media=["voice", "sms"])
    told = await ahead(house)
    assert {each.number: each.medium for each in told.people if each.medium} == {
        called: "voice",
        landline: "voice",
        abroad: "sms",
        written: "sms",
    }
    assert told.media == {"sms": 2, "voice": 2}
    assert told.refused == {"opted_out": 1}
