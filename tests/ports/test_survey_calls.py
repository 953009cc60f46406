"""Calls of planned surveys on every database: whom to call, one at a time, and the day's sum."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.asking.calls import Day, LiveCallRow
from ivr.runtime.ports.asking.texts import Change, Invited
from ivr.store.surveys.by_text import SqlSurveyTexts
from ivr.store.surveys.changing import Hand
from ivr.store.waves.calls import SqlSurveyCalls
from ivr.surveys.invitations import State
from ivr.surveys.planned.tries import Over, Result, Try
from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ENGINES = ("sqlite", "postgres")
"""Calls are kept in a database."""


@pytest.fixture
async def house(address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    made = WaveHouse(store)
    made.flow_hash = "f00d"
    yield made
    await store.close()


def calls_of(house: WaveHouse) -> SqlSurveyCalls:
    return SqlSurveyCalls(house.store.database)


def rows_of(house: WaveHouse) -> SqlSurveyTexts:
    return SqlSurveyTexts(house.store.database, Hand(house.new_id, house.texts.queue_in))


async def drawn(house: WaveHouse, people: int, media: str = "voice", **plan: object) -> list[str]:
    """So many who are to be called; their invitations."""
    await house.people(people)
    await house.publish(media=media.split(), **plan)
    await house.round(days=7)
    return [row["public_id"] for row in await house.rows_of("survey_invitation")]


async def begin(house: WaveHouse, invitation: str, call: str) -> None:
    await rows_of(house).change(invitation, lambda _it: Change(call=call), house.clock.now())


async def settle(house: WaveHouse, invitation: str, over: Over) -> None:
    await rows_of(house).change(invitation, lambda _it: Change(over=over), house.clock.now())


async def test_who_is_to_be_called_is_not_written_to(house: WaveHouse) -> None:
    ids = await drawn(house, 2, "voice sms")
    now = house.clock.now()
    assert await calls_of(house).due(now, 9) == ids
    assert await calls_of(house).due(now - timedelta(days=1), 9) == []
    assert await house.deliver() == []
    found = await rows_of(house).get(ids[0])
    assert found is not None
    assert (found.medium, found.flow_hash, found.tries) == ("voice", "f00d", ())


async def test_whoever_is_being_called_is_due_no_more_until_his_call_is_settled(
    house: WaveHouse,
) -> None:
    one, other = await drawn(house, 2)
    await begin(house, one, "CALL1")
    now = house.clock.now()
    assert await calls_of(house).due(now, 9) == [other]
    assert await calls_of(house).live() == [LiveCallRow(one, "CALL1", State.SCHEDULED)]
    later = now + timedelta(hours=4)
    over = Over("CALL1", Result.BUSY)
    await rows_of(house).change(one, lambda _it: Change(over=over, due_at=later), now)
    assert await calls_of(house).live() == []
    assert await calls_of(house).due(now, 9) == [other]
    assert await calls_of(house).due(later, 9) == [other, one]
    found = await rows_of(house).get(one)
    assert found is not None
    assert found.tries == (Try("CALL1", now, now, "busy"),)


async def test_a_call_is_settled_once(house: WaveHouse) -> None:
    [one] = await drawn(house, 1)
    await begin(house, one, "CALL1")
    for result in (Result.ANSWERED, Result.BUSY):
        over = Over("CALL1", result, answered=result is Result.ANSWERED)
        await settle(house, one, over)
    assert [row["result"] for row in await house.rows_of("survey_call")] == ["answered"]


async def test_of_two_servers_one_begins_the_call(house: WaveHouse) -> None:
    [one] = await drawn(house, 1)
    begun: list[str] = []

    def decide(it: Invited, call: str) -> Change | None:
        if any(each.ended_at is None for each in it.tries):
            return None
        begun.append(call)
        return Change(call=call)

    now = house.clock.now()
    servers = [partial(decide, call=f"C{n}") for n in range(2)]
    await asyncio.gather(*(rows_of(house).change(one, each, now) for each in servers))
    assert [row["call"] for row in await house.rows_of("survey_call")] == begun[-1:]


async def test_a_number_that_rings_is_open_for_nobody_else(house: WaveHouse) -> None:
    [one] = await drawn(house, 1)
    await begin(house, one, "CALL1")
    [asked] = await house.rows_of("survey_invitation")
    other = await house.missed(await house.plan(), asked["value_norm"])
    found = await rows_of(house).get(other)
    assert found is not None
    assert found.open_elsewhere


async def test_whose_telephone_rings_holds_a_place_in_his_quota(house: WaveHouse) -> None:
    one, other = await drawn(house, 2, quota={"segment": {"corporate": "1"}})
    await begin(house, one, "CALL1")
    found = await rows_of(house).get(other)
    assert found is not None
    [held] = found.standing.filled
    assert (held.state, held.number) == (State.OFFERED, 1)


async def test_the_day_counts_what_was_answered_and_what_nobody_served(house: WaveHouse) -> None:
    begun = house.clock.now()
    for n, invitation in enumerate(await drawn(house, 3)):
        await begin(house, invitation, f"CALL{n}")
        over = Over(f"CALL{n}", Result.ANSWERED, answered=n > 0, abandoned=n > 1)
        await settle(house, invitation, over)
    assert await calls_of(house).day(begun) == Day(answered=2, abandoned=1)
    assert await calls_of(house).day(house.clock.now() + timedelta(seconds=1)) == Day()
    [wave] = await house.waves.list()
    assert wave.calls == {"answered": 3}


async def test_a_stopped_wave_is_known_to_its_invitations(house: WaveHouse) -> None:
    [one] = await drawn(house, 1)
    [wave] = await house.waves.list()
    await house.waves.stop(wave.id, "admin", house.clock.now())
    found = await rows_of(house).get(one)
    assert found is not None
    assert (found.state, found.wave_stopped) == (State.SUPPRESSED, True)
    assert await calls_of(house).due(house.clock.now(), 9) == []
