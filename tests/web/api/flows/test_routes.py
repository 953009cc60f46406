"""Flows over the API: the list, one as a map, and what is wrong with the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.web.api.flows.routes import FlowRoutes
from tests.fakes.door import opened
from tests.fakes.flow_shelf import desk_library, desk_shown
from tests.fakes.house import FLOW, NUMBER, desk_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.flows.library import Library
    from tests.fakes.door import Door


@pytest.fixture
def library() -> Library:
    return desk_library()


@pytest.fixture
async def door(library: Library) -> AsyncIterator[Door]:
    """A server with one flow; a supervisor and an agent are signed in."""
    shown = desk_shown(library)
    async with opened(more=lambda _parts: FlowRoutes(shown).routes()) as made:
        for name, role in (("sule", "supervisor"), ("ayse", "agent")):
            await made.add(name, role)
            await made.sign_in(name)
        yield made


async def test_the_list_tells_version_numbers_and_size(door: Door, library: Library) -> None:
    (flow,) = (await door.send("GET", "/flows", "sule")).body["items"]
    assert flow == {
        "flow": "desk",
        "file": "flows/desk.yaml",
        "version": library.current().live["desk"],
        "begins": True,
        "languages": ["tr"],
        "numbers": [NUMBER],
        "nodes": 5,
        "runs": [],
        "calls": 0,
        "older_calls": 0,
    }


async def test_one_flow_is_a_map_with_its_file(door: Door) -> None:
    flow = (await door.send("GET", "/flows/desk", "sule")).body
    assert flow["text"] == FLOW
    assert [each["node"] for each in flow["map"]] == ["welcome", "lookup", "secret", "sorry", "bye"]
    welcome = flow["map"][0]
    assert (welcome["line"], welcome["entered_by"], welcome["calls"]) == (10, ["start"], 0)
    (menu,) = welcome["steps"]
    assert (menu["verb"], menu["about"], menu["line"]) == ("menu", "main_menu", 11)
    assert [(way["exit"], way["to"]) for way in menu["ways"]] == [
        ("1", "lookup"),
        ("2", "secret"),
        ("3", "bye"),
        ("giveup", "bye"),
    ]


async def test_what_the_check_said_of_the_last_edit_is_told(door: Door, library: Library) -> None:
    assert not (await door.send("GET", "/flow-problems", "sule")).body["refused"]
    await library.publish(desk_files(FLOW.replace("giveup: bye", "giveup: nowhere", 1)))
    said = (await door.send("GET", "/flow-problems", "sule")).body
    assert said["refused"]
    (wrong,) = [each for each in said["items"] if each["severity"] == "error"]
    assert (wrong["file"], wrong["line"], wrong["code"]) == ("flows/desk.yaml", 13, "F201")
    assert "nowhere" in wrong["message"]


async def test_agents_do_not_see_flows_and_an_unknown_one_is_not_found(door: Door) -> None:
    assert (await door.send("GET", "/flows", "ayse")).status == 403
    assert (await door.send("GET", "/flows/other", "sule")).status == 404
