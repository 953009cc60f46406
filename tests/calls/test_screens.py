"""A screen on a wall, through the whole server: made, shown, and ended with the server."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from ivr.app import Parts
from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import Person
from ivr.web.auth.sessions import PLAIN_COOKIE, Sessions
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import ClientResponse


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    monkeypatch.chdir(tmp_path)
    made = await Served.start(shipped(tmp_path), Parts(store=MemoryStore()))
    yield made
    await made.close()


async def pass_of(server: Served) -> dict[str, str]:
    """The headers of an admin's page."""
    people = server.server.switch.store.people
    person = await people.save(Person("root", "Root", ("admin",), (), password="none"))  # noqa: S106
    token, session = await Sessions(people, SystemClock()).open(person)
    cookie = f"{PLAIN_COOKIE}={token}"
    return {"X-CSRF-Token": session.csrf, "Origin": server.web.url, "Cookie": cookie}


async def figures(screen: ClientResponse) -> Any:  # noqa: ANN401 - JSON
    async with asyncio.timeout(5):
        text = (await screen.content.readuntil(b"\n\n")).decode()
    assert text.startswith("event: figures\n")
    return json.loads(text.partition("data: ")[2])


async def test_a_screen_is_made_shows_its_queues_and_ends_with_the_server(server: Served) -> None:
    api = f"{server.web.url}/api/v1"
    wish = {"name": "Salon", "queues": ["loans", "general"], "language": "tr"}
    async with ClientSession() as client:
        headers = await pass_of(server)
        async with client.post(f"{api}/screens", json=wish, headers=headers) as made:
            assert made.status == 201, await made.text()
            address = (await made.json())["url"]
        page, _, key = address.partition("#")
        assert page.endswith("/tv")
        assert (await server.web.get("/tv")).status in {200, 503}  # 503: no pages installed
        screen = await client.get(f"{api}/screen", headers={"Authorization": f"Bearer {key}"})
        told = await figures(screen)
        assert [row["queue"] for row in told["queues"]] == ["loans", "general"]
        assert told["queues"][1]["titles"]["en"] == "General"
        assert told["queues"][0]["waiting"] == 0
        assert set(told["queues"][0]) == {
            *("queue", "titles", "waiting", "oldest_s", "threshold_s", "service_level"),
            *("answered", "abandoned", "agents"),
        }
        async with asyncio.timeout(5):
            await server.server.close()
            while await screen.content.readany():
                pass
