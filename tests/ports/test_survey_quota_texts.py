"""A quota after calls where callers are written to: judged once more before the first text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.fresh_store import open_fresh
from tests.fakes.survey_house import SurveyHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ONE, OTHER, THIRD = "+905321110001", "+905321110002", "+905321110003"
FIRST = "Puan? 1 kötü 5 iyi IPTAL"
CELL = '{"segment": "corporate"}'
QUOTA = {"segment": {"corporate": "1"}}
ENGINES = ("sqlite", "postgres")
"""Texts are kept in databases only."""


@pytest.fixture
async def house(address: str) -> AsyncIterator[SurveyHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    found = SurveyHouse(store)
    for number in (ONE, OTHER, THIRD):
        await found.agreed(number)
    yield found
    await store.close()


async def left(house: SurveyHouse, plan: tuple[int, int], number: str, **more: Any) -> str:  # noqa: ANN401
    """Somebody of the limited segment left before he was asked."""
    return await house.missed(plan, number, **{"cell": CELL, **more})


async def test_of_those_who_were_missed_as_many_are_written_to_as_are_wanted(
    house: SurveyHouse,
) -> None:
    plan = await house.plan(quota=QUOTA)
    first = await left(house, plan, ONE)
    await house.look()
    second = await left(house, plan, OTHER)
    await house.look()
    await house.look(minutes=5)
    assert await house.deliver() == [FIRST], "the one who is due first gives way"
    found = [await house.state(each) for each in (first, second)]
    assert sorted(found) == [("sent", ""), ("suppressed", "quota_full")]


async def test_whoever_holds_the_place_is_written_to(house: SurveyHouse) -> None:
    plan = await house.plan(quota=QUOTA)
    mine = await left(house, plan, ONE)
    other = await left(house, plan, OTHER, cell='{"segment": "private"}')
    free = await house.missed(plan, THIRD)
    await house.look()
    await house.look(minutes=5)
    assert await house.deliver() == [FIRST] * 3
    assert [await house.state(each) for each in (mine, other, free)] == [("sent", "")] * 3


async def test_a_place_that_an_answer_has_filled_since_is_given_to_nobody_else(
    house: SurveyHouse,
) -> None:
    plan = await house.plan(quota=QUOTA)
    mine = await left(house, plan, ONE)
    await house.look()
    await left(house, plan, OTHER, state="completed", reason="")
    await house.look(minutes=5)
    assert await house.deliver() == []
    assert await house.state(mine) == ("suppressed", "quota_full")


async def test_one_who_could_not_be_written_to_in_time_is_expired_and_leaves_his_place(
    house: SurveyHouse,
) -> None:
    plan = await house.plan(quota=QUOTA)
    late = await left(house, plan, ONE)
    await house.look()
    await house.set(late, expires_at=house.clock.now())
    await house.look(minutes=5)
    assert await house.state(late) == ("expired", "")
    next_one = await left(house, plan, OTHER)
    await house.look()
    await house.look(minutes=5)
    assert await house.state(next_one) == ("sent", "")
