"""Recorded calls: each role sees its own part, and numbers only where it may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.acd.words import Row
from ivr.domain.call import CallId
from ivr.engine.record.stretches import Stretch
from ivr.runtime.ports import CallClosing, CallOpening, Entry
from ivr.runtime.ports.desk import GroupBatch

if TYPE_CHECKING:
    from tests.fakes.door import Door

NUMBER = "+905321112233"


async def record(door: Door, call: str, agent: str = "", *, ended: bool = True) -> None:
    """A call of this moment that an agent has answered, after another one did not."""
    now = door.clock.now()
    opening = CallOpening(
        *("main", "twilio", f"CA-{call}", NUMBER, "+908502220000"),
        *("bank", "hash", "tr", False, b"key"),
    )
    await door.store.journal.append(Entry(CallId(call), 1, 1, now, "{}", opening=opening))
    if ended:
        segment = Stretch("talk", now, now + timedelta(seconds=40), agent)
        closing = CallClosing(
            *("handled", "", "normal", "caller", "", "tr"), ("welcome", "main"), (segment,)
        )
        await door.store.journal.append(Entry(CallId(call), 1, 2, now, "{}", closing=closing))
    rows = [offer(call, "missed", "zeynep", "no_answer"), offer(call, "won", agent, "accepted")]
    epoch, seq = await door.store.groups.claim("g1")
    decision = {"id": f"d-{call}", "call": call, "agent": agent}
    batch = GroupBatch("g1", epoch, seq + 1, [("CallQueued", 1, "{}")], rows, [decision])
    await door.store.groups.append(batch)


def offer(call: str, name: str, agent: str, state: str) -> Row:
    columns = {"group": f"g-{call}-{name}", "agent": agent, "slot": 0, "endpoint": "x"}
    columns |= {"call": call, "ticket": f"{call}:1", "state": state, "live": False}
    return Row(kind="offer", key=f"{call}-{name}", columns=columns)


@pytest.fixture
async def past(door: Door) -> Door:
    """A call of each agent."""
    await record(door, "c-1", "ayse")
    await record(door, "c-2", "ali")
    return door


async def seen(door: Door, who: str) -> list[str]:
    rows = (await door.send("GET", "/calls", who)).body["items"]
    return sorted(row["call"] for row in rows)


async def test_everybody_sees_the_calls_of_his_scope(past: Door) -> None:
    assert await seen(past, "ayse") == ["c-1"]
    assert await seen(past, "ali") == ["c-2"]
    assert await seen(past, "sule") == ["c-1"]
    assert await seen(past, "deniz") == ["c-1", "c-2"]


async def test_an_agent_sees_own_calls_for_thirty_days(past: Door) -> None:
    await past.clock.advance(31 * 24 * 3600)
    for name in ("ayse", "sule"):
        await past.sign_in(name)
    assert await seen(past, "ayse") == []
    assert await seen(past, "sule") == ["c-1"]


async def test_one_call_is_shown_with_its_parts(past: Door) -> None:
    call = (await past.send("GET", "/calls/c-1", "sule")).body
    assert (call["call"], call["caller"], call["outcome"]) == ("c-1", NUMBER, "handled")
    assert call["path"] == ["welcome", "main"]
    assert [segment["kind"] for segment in call["segments"]] == ["talk"]
    for who, name in (("sule", "c-2"), ("ayse", "c-2"), ("deniz", "c-9")):
        assert (await past.send("GET", f"/calls/{name}", who)).status == 404


async def test_an_admin_sees_masked_numbers(past: Door) -> None:
    assert (await past.send("GET", "/calls/c-1", "deniz")).body["caller"] == "+90•••••••33"


async def test_an_agent_sees_the_number_until_a_quarter_of_an_hour_after_the_call(
    past: Door,
) -> None:
    await past.clock.advance(15 * 60)
    assert (await past.send("GET", "/calls/c-1", "ayse")).body["caller"] == NUMBER
    await past.clock.advance(1)
    assert (await past.send("GET", "/calls/c-1", "ayse")).body["caller"] == "+90•••••••33"


async def test_decisions_and_offers_say_why(past: Door) -> None:
    decisions = (await past.send("GET", "/calls/c-1/decisions", "sule")).body["items"]
    assert [one["id"] for one in decisions] == ["d-c-1"]
    offers = (await past.send("GET", "/calls/c-1/offers", "sule")).body["items"]
    assert sorted(one["state"] for one in offers) == ["accepted", "no_answer"]
    assert (await past.send("GET", "/calls/c-2/offers", "sule")).status == 404


@pytest.mark.parametrize(("limit", "status"), [("1", 200), ("0", 422), ("201", 422), ("x", 422)])
async def test_a_list_has_a_limit(past: Door, limit: str, status: int) -> None:
    answer = await past.send("GET", f"/calls?limit={limit}", "deniz")
    assert answer.status == status
    if status == 200:
        assert len(answer.body["items"]) == 1
