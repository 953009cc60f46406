"""Who has an item: one alone, for a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.intake import (
    CLAIMED,
    NEW,
    AlreadyClaimedError,
    ItemFilter,
    NotClaimedError,
)
from ivr.store import open_store
from tests.fakes.intake import Pool


@pytest.mark.unmeasured
async def test_of_two_agents_one_wins_each_time(pool: Pool, address: str) -> None:
    turns = 10 if address.startswith("sqlite") else 2  # a turn there takes ten times as long
    other = open_store(address, synchronous="NORMAL")  # a second way in, as that of another process
    desks = (pool, Pool(other))
    items = [(await pool.arrive()).id for _ in range(100)]
    winners: list[str] = []
    for _turn in range(turns):
        tries = [
            desk.intake.claim(item, pool.act(f"{n}"))
            for item in items
            for n, desk in enumerate(desks)
        ]
        found = await asyncio.gather(*tries, return_exceptions=True)
        for pair in zip(found[::2], found[1::2], strict=True):
            [row] = [each for each in pair if not isinstance(each, BaseException)]
            [lost] = [each for each in pair if isinstance(each, AlreadyClaimedError)]
            assert lost.holder == row.claimed_by
            winners.append(row.claimed_by)
        assert await pool.intake.expire(pool.at + timedelta(days=1)) == 100
    assert len(winners) == turns * 100
    await other.close()


async def test_the_open_page_renews_the_lease(pool: Pool) -> None:
    item = (await pool.arrive()).id
    first = await pool.intake.claim(item, pool.act())
    pool.later(minutes=10)
    again = await pool.intake.claim(item, pool.act())
    assert (first.state, first.claimed_by) == (CLAIMED, "ayşe")
    assert (again.claim_expires_at - first.claim_expires_at).total_seconds() == 600
    assert again.claimed_at == first.claimed_at


async def test_what_nobody_looks_at_is_new_again(pool: Pool) -> None:
    item = (await pool.arrive()).id
    await pool.intake.claim(item, pool.act())
    assert await pool.intake.expire(pool.later(minutes=14).at) == 0
    assert await pool.intake.expire(pool.later(minutes=1).at) == 1
    row = await pool.intake.get(item)
    assert (row.state, row.claimed_by, row.claim_expires_at) == (NEW, "", None)


async def test_a_lease_that_is_over_can_be_taken_at_once(pool: Pool) -> None:
    item = (await pool.arrive()).id
    await pool.intake.claim(item, pool.act())
    pool.later(minutes=15)
    assert (await pool.intake.claim(item, pool.act("mehmet"))).claimed_by == "mehmet"
    with pytest.raises(AlreadyClaimedError, match="mehmet has it"):
        await pool.intake.release(item, pool.act())


async def test_only_who_has_it_gives_it_back(pool: Pool) -> None:
    item = (await pool.arrive()).id
    with pytest.raises(NotClaimedError):
        await pool.intake.release(item, pool.act())
    await pool.intake.claim(item, pool.act())
    assert (await pool.intake.release(item, pool.act())).state == NEW
    for ask in (pool.intake.claim, pool.intake.release):
        with pytest.raises(NotFoundError):
            await ask("0" * 26, pool.act())


async def test_an_assigned_item_is_refused_with_a_reason(pool: Pool) -> None:
    item = (await pool.arrive()).id
    row = await pool.intake.assign(item, "mehmet", pool.act("sule"))
    assert (row.state, row.claimed_by, row.assigned_by) == (CLAIMED, "mehmet", "sule")
    assert await pool.intake.expire(pool.later(minutes=16).at) == 0
    with pytest.raises(NotValidError, match="reason"):
        await pool.intake.release(item, pool.act("mehmet"))
    back = await pool.intake.release(item, pool.act("mehmet", "mine is the other team"))
    assert (back.state, back.reason) == (NEW, "mine is the other team")


async def test_a_settled_item_is_nobodys(pool: Pool) -> None:
    item = (await pool.arrive()).id
    await pool.convert(item)
    for ask in (
        pool.intake.claim(item, pool.act("mehmet")),
        pool.intake.assign(item, "mehmet", pool.act("sule")),
        pool.intake.reject(item, pool.act("mehmet", "no")),
    ):
        with pytest.raises(AlreadyClaimedError, match="converted already"):
            await ask


async def test_items_go_to_who_has_fewest(pool: Pool) -> None:
    kept = [(await pool.arrive(received_at=pool.later(seconds=1).at)).id for _ in range(3)]
    for item in kept[:2]:
        await pool.intake.claim(item, pool.act("ali"))
    more = [await pool.arrive() for _ in range(3)]
    people = {"ali": (), "banu": (), "can": ()}
    given = await pool.intake.distribute(people, ItemFilter(), pool.act("sule"))
    assert [row.claimed_by for row in given] == ["banu", "can", "banu", "can"]
    assert [row.id for row in given] == [kept[2], *(each.id for each in more)]


async def test_items_of_a_team_go_to_its_people(pool: Pool) -> None:
    for team in ("billing", "cards", "loans"):
        await pool.arrive(team=team)
    people = {"ali": ("billing",), "banu": ("cards",)}
    given = await pool.intake.distribute(people, ItemFilter(teams=("billing", "cards")), pool.act())
    assert [(row.team, row.claimed_by) for row in given] == [("billing", "ali"), ("cards", "banu")]
    assert await pool.intake.distribute(people, ItemFilter(), pool.act()) == []


async def test_a_list_shows_what_is_asked_for_page_by_page(pool: Pool) -> None:
    made = [await pool.arrive(team=team) for team in ("", "billing", "cards")]
    await pool.intake.claim(made[1].id, pool.act())
    which = ItemFilter(teams=("billing",))
    first = await pool.intake.list(which, limit=1)
    second = await pool.intake.list(which, limit=1, cursor=first.next)
    assert [row.id for row in (*first.rows, *second.rows)] == [made[0].id, made[1].id]
    assert second.next == ""
    mine = await pool.intake.list(ItemFilter(states=(CLAIMED,), holder="ayşe", media=("email",)))
    assert [row.id for row in mine.rows] == [made[1].id]
    assert not (await pool.intake.list(ItemFilter(account="other"))).rows
    with pytest.raises(NotValidError):
        await pool.intake.list(ItemFilter(), cursor="x")
