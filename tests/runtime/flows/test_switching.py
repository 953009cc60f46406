"""Switches that are set by hand: told at once, kept over a restart, ended by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.memory.switches import MemorySwitches
from ivr.runtime.ports.supervision.switches import HandSwitch
from ivr.runtime.tasks import Tasks
from tests.fakes.flow_shelf import switches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.flows.switching import Switches

HOUR = timedelta(hours=1)
FIRE = HandSwitch("emergency", True, "sule", "fire", START)


class AwaySwitches(MemorySwitches):
    """A store that can be away."""

    away = False

    async def put(self, switch: HandSwitch) -> None:
        self._must_be_there()
        await super().put(switch)

    async def remove(self, name: str) -> bool:
        self._must_be_there()
        return await super().remove(name)

    def _must_be_there(self) -> None:
        if self.away:
            raise StoreError("away", retryable=True)


class House:
    """Switches with a clock of their own; told: what new calls are handed now."""

    def __init__(self, kept: AwaySwitches | None = None) -> None:
        self.clock = VirtualClock()
        self.kept = kept or AwaySwitches()
        self.told: dict[str, bool] = {}
        self.configured: dict[str, bool] = {}
        self.board: Switches = switches(self.kept, self.clock, self.tell)
        self.tasks = Tasks()

    def tell(self, facts: dict[str, bool]) -> None:
        self.told = facts

    async def start(self) -> None:
        await self.board.load()
        self.tasks.start(self.board.run(), "switches")
        await settle()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.start()
    yield made
    await made.tasks.close()


async def test_new_calls_are_told_at_once(house: House) -> None:
    assert house.told == {"switch.emergency": False, "switch.branch": False}
    now = await house.board.put(FIRE)
    assert (now.on, now.configured, now.hand) == (True, False, FIRE)
    assert house.told == {"switch.emergency": True, "switch.branch": False}
    await house.board.take_back("emergency")
    assert house.told["switch.emergency"] is False


async def test_what_is_set_by_hand_outlives_a_restart(house: House) -> None:
    await house.board.put(FIRE)
    later = House(house.kept)
    await later.board.load()
    assert later.told["switch.emergency"]


async def test_a_hand_beats_the_configuration_both_ways(house: House) -> None:
    board = switches(house.kept, house.clock, house.tell, emergency=True)
    await board.load()
    assert house.told["switch.emergency"]
    await board.put(HandSwitch("emergency", False, "sule", "over", START))
    board.apply()
    assert house.told["switch.emergency"] is False
    await board.take_back("emergency")
    assert house.told["switch.emergency"]


async def test_what_was_set_for_a_time_ends_by_itself(house: House) -> None:
    until = house.clock.now() + 2 * HOUR
    await house.board.put(HandSwitch("emergency", True, "sule", "fire", START, until))
    await house.clock.advance(7199)
    assert house.told["switch.emergency"]
    await house.clock.advance(1)
    assert house.told["switch.emergency"] is False
    assert await house.kept.all() == []


async def test_it_ends_for_callers_although_the_store_is_away(house: House) -> None:
    until = house.clock.now() + HOUR
    await house.board.put(HandSwitch("emergency", True, "sule", "fire", START, until))
    house.kept.away = True
    await house.clock.advance(3600)
    assert house.told["switch.emergency"] is False
    assert house.board.one("emergency").hand is None
    house.kept.away = False
    await house.clock.advance(3)
    assert await house.kept.all() == []


async def test_what_cannot_be_stored_is_not_set(house: House) -> None:
    house.kept.away = True
    with pytest.raises(StoreError):
        await house.board.put(FIRE)
    assert house.told["switch.emergency"] is False


async def test_a_switch_that_nothing_names_is_not_there(house: House) -> None:
    with pytest.raises(NotFoundError):
        await house.board.put(HandSwitch("branhc", True, "sule", "typo", START))
    assert [each.name for each in house.board.all()] == ["emergency", "branch"]
