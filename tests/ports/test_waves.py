"""Waves of planned surveys on every database: drawn once, sent through the gate, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FIRST = "Puan? 1 kötü 5 iyi IPTAL"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """Waves are kept in a database."""
    found: str = request.getfixturevalue(f"{request.param}_address")
    return found


@pytest.fixture
async def house(address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    yield WaveHouse(store)
    await store.close()


async def test_a_wave_asks_its_segment_and_keeps_what_is_answered(house: WaveHouse) -> None:
    [number] = await house.people(1)
    await house.people(1, segment="private")
    await house.publish()
    await house.round(days=7)
    assert await house.deliver() == [FIRST]
    assert await house.writes("5", number)
    assert await house.states() == {("completed", ""): 1}
    [response] = await house.rows_of("survey_response")
    assert (response["medium"], response["score"]) == ("sms", 5)
    [wave] = await house.waves.list()
    assert (wave.key, wave.looked_at, wave.eligible, wave.selected) == ("2026-11-30T10:00", 2, 1, 1)
    assert (wave.state, wave.placed, wave.rate) == ("open", 1, 1.0)
    assert wave.reasons == {"not_matching": 1}
    assert wave.states == {("completed", ""): 1}
