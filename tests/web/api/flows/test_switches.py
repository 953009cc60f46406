"""Switches over the API: setting the emergency by hand, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.switches import MemorySwitches
from ivr.web.api.flows.switches import SwitchRoutes
from tests.fakes.door import opened
from tests.fakes.flow_shelf import switches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route
    from tests.fakes.door import Door

PATH = "/switches/emergency"
FIRE = {"on": True, "why": "yangın alarmı", "minutes": 90}


class Told:
    """What new calls are told."""

    facts: dict[str, bool]

    def __call__(self, facts: dict[str, bool]) -> None:
        self.facts = facts


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def door(told: Told) -> AsyncIterator[Door]:
    """A server whose hours have the switch `branch`; a supervisor and an agent are signed in."""

    def routes(parts: ApiParts) -> list[Route]:
        board = switches(MemorySwitches(), parts.clock, told)
        board.apply()
        return SwitchRoutes(parts, board).routes()

    async with opened(more=routes) as made:
        for name, role in (("sule", "supervisor"), ("ayse", "agent"), ("orhan", "auditor")):
            await made.add(name, role)
            await made.sign_in(name)
        yield made


async def test_the_emergency_is_set_for_a_time_with_a_reason(door: Door, told: Told) -> None:
    now = (await door.send("PUT", PATH, "sule", FIRE)).body
    assert (now["on"], now["configured"], now["by"], now["why"]) == (
        True, False, "sule", "yangın alarmı",
    )  # fmt: skip
    assert now["until"] > now["since"]
    assert told.facts == {"switch.emergency": True, "switch.branch": False}
    rows = (await door.send("GET", "/switches", "orhan")).body["items"]
    assert [row["switch"] for row in rows] == ["emergency", "branch"]
    assert rows[0] == now


async def test_it_is_taken_back(door: Door, told: Told) -> None:
    await door.send("PUT", PATH, "sule", FIRE)
    now = (await door.send("DELETE", PATH, "sule")).body
    assert (now["on"], now["by"], now["until"]) == (False, "", None)
    assert not told.facts["switch.emergency"]


async def test_who_set_it_stands_in_the_audit_trail(door: Door) -> None:
    await door.send("PUT", PATH, "sule", FIRE)
    await door.send("DELETE", PATH, "sule")
    rows = [row for row in await door.store.audit.recent() if row.what.startswith("switch_")]
    assert [(row.who, row.what, row.about, row.why) for row in rows] == [
        ("sule", "switch_released", "emergency", ""),
        ("sule", "switch_set", "emergency", "yangın alarmı"),
    ]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, {"on": True, "why": "  "}, 422),
        (PATH, {"on": True, "why": "fire", "minutes": 0}, 422),
        (PATH, {"why": "fire"}, 422),
        ("/switches/branhc", FIRE, 404),
    ],
)
async def test_what_is_not_right_changes_nothing(
    door: Door, told: Told, path: str, body: dict[str, object], status: int
) -> None:
    assert (await door.send("PUT", path, "sule", body)).status == status
    assert not any(told.facts.values())


@pytest.mark.parametrize("who", ["ayse", "orhan"])
async def test_neither_agents_nor_auditors_set_switches(door: Door, who: str) -> None:
    assert (await door.send("PUT", PATH, who, FIRE)).status == 403
    assert (await door.send("DELETE", PATH, who)).status == 403
