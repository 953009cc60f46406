"""What the record of the routing groups promises, and each place that only one may have."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from ivr.acd.words import Row
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.runtime.ports.desk import GroupBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports import Store

AT = 1_795_435_200_000_000_001


def waiting(ticket: str = "t1", *, live: bool = True, **more: object) -> Row:
    columns = {
        "ticket": ticket,
        "call": f"c-{ticket}",
        "queue": "cards",
        "live": live,
        "joined_at": AT,
        "ended_at": None if live else AT,
        "end": None if live else "answered",
        **more,
    }
    return Row(kind="waiting", key=ticket, columns=columns)


def ring_group(name: str = "g1", *, live: bool = True, **more: object) -> Row:
    columns = {"id": name, "call": f"c-{name}", "live": live, "winner": None, **more}
    return Row(kind="ring_group", key=name, columns=columns)


def offer(name: str = "o1", *, live: bool = True, **more: object) -> Row:
    columns = {
        "id": name,
        "group": f"g-{name}",
        "agent": f"a-{name}",
        "slot": 0,
        "endpoint": f"sip:{name}",
        "call": f"c-{name}",
        "state": "ringing" if live else "no_answer",
        "live": live,
        **more,
    }
    return Row(kind="offer", key=name, columns=columns)


def agent_state(agent: str = "ayse", version: int = 1, **more: object) -> Row:
    columns = {"agent": agent, "state": "available", "version": version, **more}
    return Row(kind="agent_state", key=agent, columns=columns)


def batch(seq: int, *rows: Row, count: int = 1, epoch: int = 1, group: str = "main") -> GroupBatch:
    """A batch of so many events."""
    events = [("CallQueued", AT + n, f'{{"n":  {n}, "ş": 1}}') for n in range(seq, seq + count)]
    return GroupBatch(group, epoch, seq, events, rows)


async def stored(store: Store, *batches: Sequence[Row]) -> None:
    """Claim the group and store one batch after the other."""
    epoch, last = await store.groups.claim("main")
    for number, rows in enumerate(batches, last + 1):
        await store.groups.append(batch(number, *rows, epoch=epoch))


async def loaded(store: Store) -> list[str]:
    return [row.key for row in await store.groups.load("main")]


async def test_the_waits_of_a_day_are_those_that_ended_since_the_last_first(store: Store) -> None:
    rows = [
        waiting("t1", live=False, ended_at=AT + 5, end="abandoned"),
        waiting("t2", live=False, ended_at=AT + 9),
        waiting("t3", live=False, ended_at=AT + 7, queue="loans"),
        waiting("t4", live=False, ended_at=AT + 4),
        waiting("t5"),
    ]
    await stored(store, rows)
    found = await store.groups.ended("main", AT + 5)
    assert [each.ticket for each in found] == ["t2", "t3", "t1"]
    assert found[2] == ("t1", "c-t1", "cards", AT, AT + 5, "abandoned")
    assert [each.ticket for each in await store.groups.ended("main", AT, "cards")] == [
        *("t2", "t1", "t4"),
    ]
    assert await store.groups.ended("other", AT) == []


async def test_a_wait_that_goes_on_after_all_has_not_ended(store: Store) -> None:
    await stored(store, [waiting("t1", live=False)], [waiting("t1")])
    assert await store.groups.ended("main", 0) == []


async def test_each_owner_has_a_higher_epoch_and_goes_on_at_the_last_number(store: Store) -> None:
    assert await store.groups.claim("main") == (1, 0)
    await store.groups.append(batch(1, count=3))
    await store.groups.append(batch(4))
    assert await store.groups.claim("main") == (2, 4)
    assert await store.groups.claim("other") == (1, 0)
    assert await store.groups.claim("main") == (3, 4)


async def test_rows_come_back_as_they_were_written(store: Store) -> None:
    nested: dict[str, Any] = {"key": [1, AT, "İ"], "deadline": None, "tally": {"cards": [2, 3.5]}}
    rows = [waiting(**nested), ring_group(), offer(note="\u0000\U0001f4de"), agent_state(**nested)]
    await stored(store, rows)
    assert await store.groups.load("main") == rows


async def test_rows_may_be_any_mapping(store: Store) -> None:
    frozen = MappingProxyType({**waiting().columns, "deep": MappingProxyType({"a": 1})})
    await stored(store, [waiting()._replace(columns=frozen)])
    assert await store.groups.load("main") == [waiting(deep={"a": 1})]


async def test_the_last_row_of_a_key_counts(store: Store) -> None:
    await stored(
        store,
        [waiting(step=1), waiting(step=2), agent_state(version=1)],
        [agent_state(version=3), agent_state(version=2), waiting(step=3)],
    )
    assert await store.groups.load("main") == [waiting(step=3), agent_state(version=2)]


async def test_what_is_over_is_not_loaded(store: Store) -> None:
    await stored(
        store,
        [waiting(), ring_group(), offer(), agent_state(), waiting("t2"), offer("o2")],
        [waiting(live=False), ring_group(live=False), offer(live=False)],
    )
    assert await loaded(store) == ["t2", "o2", "ayse"]


async def test_the_last_waits_that_are_over_come_first_if_they_are_asked_for(store: Store) -> None:
    await stored(
        store,
        [waiting("t1"), waiting("t2"), waiting("t3"), waiting("t4"), offer("o1", live=False)],
        [waiting("t3", live=False, end="key"), agent_state()],
        [waiting("t1", live=False, end="abandoned"), waiting("t2", live=False)],
    )
    rows = await store.groups.load("main", ended=2)
    assert [(row.key, row.columns["live"]) for row in rows[:3]] == [
        ("t2", False),
        ("t3", False),
        ("t4", True),
    ]
    assert rows[1] == waiting("t3", live=False, end="key")
    everything = await store.groups.load("main", ended=100)
    assert [row.key for row in everything] == ["t1", "t2", "t3", "t4", "ayse"]
    assert await store.groups.load("other", ended=100) == []


async def test_each_group_has_its_own_rows_also_of_the_same_key(store: Store) -> None:
    await store.groups.claim("main")
    await store.groups.claim("other")
    await store.groups.append(batch(1, waiting("t1"), agent_state(), offer("o1", state="accepted")))
    there = offer("o1", group="g-o1", agent="a9", endpoint="9", state="accepted")
    rows = [waiting("t2"), there, agent_state(version=2)]
    await store.groups.append(batch(1, *rows, group="other"))
    assert await loaded(store) == ["t1", "o1", "ayse"]
    assert await store.groups.load("other") == rows
    await store.groups.append(batch(2, offer("o1", live=False)))
    assert await store.groups.load("other") == rows
    assert await store.groups.load("nowhere") == []


async def test_the_offers_of_a_call_are_kept_in_order(store: Store) -> None:
    rows = [
        offer(f"o{number}", call="c1", live=number == 1, made_at=made_at)
        for made_at, number in enumerate((3, 1, 2))
    ]
    ended = offer("o3", call="c1", live=False, end="busy", made_at=0)
    await stored(store, rows[:1], rows[1:], [ended])
    found = await store.groups.offers("c1")
    assert [one["id"] for one in found] == ["o3", "o1", "o2"]
    assert found[0]["end"] == "busy"
    assert await store.groups.offers("c2") == []


async def test_the_decisions_of_a_call_are_kept_in_order(store: Store) -> None:
    await store.groups.claim("main")
    records = [{"id": f"d{n}", "call": f"c{n % 2}", "key": [n, None]} for n in range(6)]
    records.append({"id": "d9", "trigger": "rules"})
    await store.groups.append(replace(batch(1), decisions=records[:3]))
    await store.groups.append(replace(batch(2), decisions=records[3:]))
    assert await store.groups.decisions("c0") == records[0:6:2]
    assert await store.groups.decisions("c1") == records[1:6:2]


async def test_an_owner_that_was_replaced_stores_nothing(store: Store) -> None:
    await stored(store, [waiting()])
    await store.groups.claim("main")
    with pytest.raises(LeaseLostError):
        await store.groups.append(batch(2, waiting(live=False)))
    with pytest.raises(LeaseLostError):
        await store.groups.append(batch(2, epoch=3))
    with pytest.raises(LeaseLostError):
        await store.groups.append(batch(1, group="unclaimed"))
    assert await loaded(store) == ["t1"]
    await store.groups.append(batch(2, waiting(live=False), epoch=2))


async def test_a_gap_is_refused(store: Store) -> None:
    await stored(store, [waiting()])
    for seq in (3, 0):
        with pytest.raises(StoreError, match="stands at 1"):
            await store.groups.append(batch(seq, waiting("t2")))
    assert await loaded(store) == ["t1"]


async def test_the_same_batch_stored_again_changes_nothing(store: Store) -> None:
    first = replace(batch(1, waiting(), count=2), decisions=[{"call": "c1"}])
    await store.groups.claim("main")
    await store.groups.append(first)
    await store.groups.append(batch(3, waiting(live=False)))
    await store.groups.append(first)
    assert await loaded(store) == []
    assert len(await store.groups.decisions("c1")) == 1
    assert await store.groups.claim("main") == (2, 3)


async def test_another_batch_of_a_used_number_is_refused(store: Store) -> None:
    await stored(store, [waiting()], [])
    with pytest.raises(StoreError, match="stands at 2"):
        await store.groups.append(replace(batch(1), events=[("Tick", AT, "{}")]))


async def test_many_groups_at_once_all_get_through(store: Store) -> None:
    groups = [f"g{n}" for n in range(20)]
    for group in groups:
        await store.groups.claim(group)
    work = [
        store.groups.append(batch(seq, waiting(f"{group}-{seq}", call=group), group=group))
        for seq in range(1, 11)
        for group in groups
    ]
    await asyncio.gather(*work)
    assert [len(await store.groups.load(group)) for group in groups] == [10] * 20


async def test_a_batch_that_is_refused_costs_only_itself(store: Store) -> None:
    for group in ("main", "other", "third"):
        await store.groups.claim(group)
    await store.groups.append(batch(1, offer()))
    done = await asyncio.gather(
        store.groups.append(batch(1, offer("o2"), group="other")),
        store.groups.append(batch(2, waiting("t2"), offer("o3", agent="a-o1"))),
        store.groups.append(batch(1, offer("o4"), group="third")),
        return_exceptions=True,
    )
    assert [isinstance(one, StoreError) for one in done] == [False, True, False]
    assert await loaded(store) == ["o1"]
    await store.groups.append(batch(2, waiting("t2")))


BROKEN = {
    "two live ring groups of a call": [ring_group("g1", call="c1"), ring_group("g2", call="c1")],
    "two live offers to an agent": [offer("o1", agent="a1"), offer("o2", agent="a1")],
    "two live offers to a telephone": [
        offer("o1", endpoint="sip:7"),
        offer("o2", endpoint="sip:7"),
    ],
    "two winners": [
        offer("o1", group="g1", state="accepted"),
        offer("o2", group="g1", state="accepted"),
    ],
    "two winners of which one is over": [
        offer("o1", group="g1", state="accepted", live=False),
        offer("o2", group="g1", state="accepted", live=False),
    ],
}


@pytest.mark.parametrize("together", [True, False], ids=["together", "one after the other"])
@pytest.mark.parametrize("rows", BROKEN.values(), ids=BROKEN.keys())
async def test_no_two_take_the_same_place(store: Store, rows: list[Row], together: bool) -> None:
    await stored(store, [agent_state(version=1)])
    first, second = rows
    before = 1
    if not together:
        await store.groups.append(batch(2, first))
        before = 2
    with pytest.raises(StoreError) as caught:
        await store.groups.append(
            batch(before + 1, agent_state(version=2), *([first] if together else []), second)
        )
    assert not isinstance(caught.value, LeaseLostError)
    assert not caught.value.retryable
    kept = {row.key: row for row in await store.groups.load("main")}
    assert second.key not in kept
    assert kept["ayse"] == agent_state(version=1)
    assert await store.groups.claim("main") == (2, before)


EVERYWHERE = {name: rows for name, rows in BROKEN.items() if "winner" not in name}


@pytest.mark.parametrize("rows", EVERYWHERE.values(), ids=EVERYWHERE.keys())
async def test_another_group_cannot_take_the_place_either(store: Store, rows: list[Row]) -> None:
    await stored(store, rows[:1])
    await store.groups.claim("other")
    with pytest.raises(StoreError):
        await store.groups.append(batch(1, *rows[1:], group="other"))
    assert await store.groups.load("other") == []


SHARED = {
    "a slot of its own": [offer("o1", agent="a1", slot=0), offer("o2", agent="a1", slot=1)],
    "no telephone": [
        offer("o1", endpoint=""),
        offer("o2", endpoint=""),
        offer("o3", endpoint=None),
    ],
    "one ring group": [offer("o1", group="g1"), offer("o2", group="g1")],
    "ring groups that are over": [
        ring_group("g1", call="c1"),
        ring_group("g2", call="c1", live=False),
    ],
}


@pytest.mark.parametrize("rows", SHARED.values(), ids=SHARED.keys())
async def test_these_do_not_stand_in_each_others_way(store: Store, rows: list[Row]) -> None:
    await stored(store, rows)
    assert len(await store.groups.load("main")) >= len(rows) - 1


HANDED_ON = {
    "the call": (ring_group("g1", call="c1"), ring_group("g2", call="c1"), {"live": False}),
    "the agent": (offer("o1", agent="a1"), offer("o2", agent="a1"), {"live": False}),
    "the telephone": (offer("o1", endpoint="7"), offer("o2", endpoint="7"), {"live": False}),
    "the win": (
        offer("o1", group="g1", state="accepted"),
        offer("o2", group="g1", state="accepted"),
        {"live": False, "state": "failed"},
    ),
}


@pytest.mark.parametrize("later", [True, False], ids=["given up last", "given up first"])
@pytest.mark.parametrize(("first", "second", "over"), HANDED_ON.values(), ids=HANDED_ON.keys())
async def test_a_place_given_up_in_the_same_batch_can_be_taken(
    store: Store, first: Row, second: Row, over: dict[str, Any], later: bool
) -> None:
    gone = first._replace(columns={**first.columns, **over})
    await stored(store, [first], [second, gone] if later else [gone, second])
    assert await loaded(store) == [second.key]


async def test_a_call_can_be_rung_out_many_times_in_one_batch(store: Store) -> None:
    rows: list[Row] = []
    for number in range(5):
        rows += [ring_group(f"g{number}", call="c1"), offer(f"o{number}", agent="a1", call="c1")]
        rows += [offer(f"o{number}", agent="a1", call="c1", live=False)]
        rows += [ring_group(f"g{number}", call="c1", live=False)]
    await stored(store, rows, [ring_group("g9", call="c1")])
    assert await loaded(store) == ["g9"]
    assert [one["id"] for one in await store.groups.offers("c1")] == [f"o{n}" for n in range(5)]


@pytest.mark.parametrize(
    "odd",
    [
        Row(kind="letter", key="x", columns={"live": True}),
        Row(kind="waiting", key="x", columns={"live": True, "call": "c"}),
        waiting(odd=float("nan")),
        offer(odd=b"bytes"),
    ],
)
async def test_what_is_no_row_is_refused_and_changes_nothing(store: Store, odd: Row) -> None:
    await store.groups.claim("main")
    with pytest.raises(StoreError):
        await store.groups.append(batch(1, agent_state(), odd))
    assert await loaded(store) == []
    await store.groups.append(batch(1, agent_state()))


async def test_a_row_is_kept_as_it_was_when_stored(store: Store) -> None:
    path = ["a"]
    await stored(store, [waiting(path=path)])
    path.append("b")
    [row] = await store.groups.load("main")
    assert row.columns["path"] == ["a"]


async def test_a_record_is_read_page_by_page_in_order(store: Store) -> None:
    epoch, _last = await store.groups.claim("main")
    await store.groups.claim("other")
    records = [{"id": f"d-1-{n}", "seq": seq, "call": "c"} for n, seq in enumerate((1, 2, 2), 1)]
    first = replace(batch(1, count=3, epoch=epoch), decisions=records)
    await store.groups.append(first)
    await store.groups.append(batch(1, group="other"))
    assert await store.groups.groups() == ["main", "other"]
    pages = [await store.groups.events("main", after, 2) for after in (0, 2, 3)]
    assert [[(seq, of) for seq, of, _body in page] for page in pages] == [
        [(1, epoch), (2, epoch)],
        [(3, epoch)],
        [],
    ]
    assert [body for page in pages for _seq, _of, body in page] == [
        body for _kind, _at, body in first.events
    ]
    two = await store.groups.decided("main", 0, 2)
    rest = await store.groups.decided("main", two[-1][0], 2)
    told = [(seq, json.loads(text)["id"]) for _place, seq, text in (*two, *rest)]
    assert told == [(1, "d-1-1"), (2, "d-1-2"), (2, "d-1-3")]
    assert await store.groups.decided("other", 0, 9) == []
