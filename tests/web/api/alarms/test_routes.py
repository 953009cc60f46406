"""Alarms over the API: who sees which, and who may say that he has seen one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.web.api.alarms.routes import AlarmRoutes
from tests.fakes.alarmed import MANY, Alarmed
from tests.fakes.door import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route
    from tests.fakes.door import Door

SEEN = "/alarms/many/acknowledge"


@pytest.fixture
def rig() -> Alarmed:
    return Alarmed(VirtualClock(), [MANY, replace(MANY, name="far", queue="x")])


@pytest.fixture
async def door(rig: Alarmed) -> AsyncIterator[Door]:
    """The supervisor's team serves the queue `q`, and not `x`."""

    def routes(parts: ApiParts) -> list[Route]:
        return AlarmRoutes(parts, rig.alarms).routes()

    async with opened(more=routes) as made:
        for name, role in (("sule", "supervisor"), ("ayse", "agent"), ("deniz", "admin")):
            await made.add(name, role, teams=("cards",))
            await made.sign_in(name)
        made.floor.lines = {"q": [], "x": []}
        made.floor.put("ayse", teams=["cards"], queues=["q"])
        yield made


async def test_each_sees_the_alarms_on_the_queues_within_sight(door: Door, rig: Alarmed) -> None:
    rig.goes_on(5)
    for who, names in (("sule", ["many"]), ("deniz", ["many", "far"])):
        rows = (await door.send("GET", "/alarms", who)).body["items"]
        assert [row["alarm"] for row in rows] == names
    assert (await door.send("GET", "/alarms", "ayse")).status == 403


async def test_an_alarm_of_a_queue_that_is_no_more_has_no_data(door: Door, rig: Alarmed) -> None:
    rig.goes_on(20)
    row = (await door.send("GET", "/alarms", "deniz")).body["items"][1]
    assert (row["state"], row["value"]) == ("no_data", None)


async def test_who_has_seen_one_is_written_down(door: Door, rig: Alarmed) -> None:
    rig.fire()
    answer = await door.send("POST", SEEN, "sule")
    assert (answer.status, answer.body["state"]) == (200, "firing")
    assert answer.body["acknowledged_by"] == "sule"
    assert answer.body == (await door.send("GET", "/alarms", "sule")).body["items"][0]
    [written] = [row for row in await door.store.audit.recent(10) if row.what.startswith("alarm")]
    assert (written.what, written.who, written.about) == ("alarm_acknowledged", "sule", "many")


async def test_what_does_not_fire_cannot_be_acknowledged(door: Door, rig: Alarmed) -> None:
    rig.goes_on(5)
    answer = await door.send("POST", SEEN, "sule")
    assert (answer.status, answer.body["code"]) == (409, "illegal-transition")


async def test_nobody_acknowledges_what_is_out_of_sight(door: Door, rig: Alarmed) -> None:
    rig.fire()
    assert (await door.send("POST", SEEN, "ayse")).status == 403
    assert (await door.send("POST", "/alarms/far/acknowledge", "sule")).status == 404
    assert rig.alarms.rows()[0]["acknowledged_by"] == ""
