"""What the list of agents promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StaleVersionError, StoreError
from ivr.runtime.ports.desk import AgentRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

AYSE = AgentRow(
    "ayse",
    teams=("cards", "loans"),
    skills={"english": 80, "kredi kartı": 100},
    certificates={"insurance": "2027-01-31"},
    endpoints={"sip": "ayse", "twilio": "+905321112233"},
)


async def test_an_agent_comes_back_as_saved_with_a_number(store: Store) -> None:
    saved = await store.agents.save(AYSE)
    assert saved == replace(AYSE, number=1, version=1)
    assert await store.agents.get("ayse") == saved
    assert await store.agents.get("veli") is None


async def test_numbers_are_given_in_order_and_agents_come_by_number(store: Store) -> None:
    names = ["zoe", "ali", "mert"]
    given = [(await store.agents.save(AgentRow(name))).number for name in names]
    assert given == [1, 2, 3]
    assert [one.name for one in await store.agents.all()] == names


async def test_many_new_agents_at_once_get_numbers_of_their_own(store: Store) -> None:
    saved = await asyncio.gather(*(store.agents.save(AgentRow(f"a{n}")) for n in range(8)))
    assert [one.number for one in saved] == list(range(1, 9))


async def test_a_number_may_be_chosen_and_the_next_one_is_higher(store: Store) -> None:
    assert (await store.agents.save(replace(AYSE, number=100))).number == 100
    assert (await store.agents.save(AgentRow("veli"))).number == 101


async def test_the_number_of_somebody_else_is_refused(store: Store) -> None:
    await store.agents.save(AYSE)
    veli = await store.agents.save(AgentRow("veli"))
    for odd in (AgentRow("ali", number=1), replace(veli, number=1)):
        with pytest.raises(StoreError, match="number 1"):
            await store.agents.save(odd)
    assert [one.name for one in await store.agents.all()] == ["ayse", "veli"]


async def test_a_change_keeps_the_number_unless_another_one_is_asked_for(store: Store) -> None:
    first = await store.agents.save(AYSE)
    second = await store.agents.save(replace(first, number=0, skills={}))
    assert (second.number, second.version) == (1, 2)
    third = await store.agents.save(replace(second, number=7))
    assert (third.number, third.version) == (7, 3)
    assert await store.agents.get("ayse") == third


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_who_has_not_seen_the_newest_version_changes_nothing(
    store: Store, version: int
) -> None:
    newest = await store.agents.save(await store.agents.save(AYSE))
    with pytest.raises(StaleVersionError):
        await store.agents.save(replace(AYSE, teams=(), version=version))
    assert await store.agents.get("ayse") == newest


async def test_the_number_of_a_removed_agent_is_not_given_again(store: Store) -> None:
    await store.agents.save(AYSE)
    assert await store.agents.remove("ayse")
    assert not await store.agents.remove("ayse")
    assert await store.agents.get("ayse") is None
    assert await store.agents.all() == []
    with pytest.raises(StoreError, match="number 1"):
        await store.agents.save(AgentRow("veli", number=1))
    with pytest.raises(StaleVersionError):
        await store.agents.save(replace(AYSE, version=1))
    assert (await store.agents.save(AYSE)).number == 2


async def test_what_was_saved_does_not_change_with_the_mapping(store: Store) -> None:
    skills = {"english": 80}
    await store.agents.save(replace(AYSE, skills=skills))
    skills["english"] = 0
    found = await store.agents.get("ayse")
    assert found is not None
    assert found.skills == {"english": 80}
