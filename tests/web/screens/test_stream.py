"""A screen on a wall over HTTP: figures each second, dark at once when its key is taken back."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import settle
from ivr.web.screens import stream

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    from tests.web.screens.conftest import Walls


async def block(response: ClientResponse) -> tuple[str, Any]:
    """The next event: its name and what it says."""
    async with asyncio.timeout(5):
        text = (await response.content.readuntil(b"\n\n")).decode()
    name, _, data = text.partition("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_the_figures_of_the_named_queues_come_each_second(walls: Walls) -> None:
    _, key = await walls.key()
    screen = await walls.looks(key)
    assert screen.status == 200
    assert screen.headers["Content-Type"] == "text/event-stream"
    name, told = await block(screen)
    assert name == "figures"
    titles = {"tr": "Kartlar", "en": "Cards"}
    assert told == {
        "name": "Salon",
        "language": "tr",
        "queues": [{"queue": "cards", "waiting": 1, "titles": titles}],
    }
    walls.door.floor.lines["cards"] = []
    await settle()
    await walls.door.clock.advance(1.0)
    assert (await block(screen))[1]["queues"][0]["waiting"] == 0
    assert walls.stream.count((await walls.door.store.screens.all())[0].id) == 1


async def test_a_key_that_is_taken_back_goes_dark_at_once_and_says_why(walls: Walls) -> None:
    id_, key = await walls.key()
    _, other = await walls.key(queues=["loans"])
    screen, neighbour = await walls.looks(key), await walls.looks(other)
    await block(screen)
    await block(neighbour)
    await walls.door.send("DELETE", f"/screens/{id_}", "deniz")
    assert (await block(screen))[0] == "revoked"
    assert await screen.content.read() == b""
    assert (await walls.looks(key)).status == 401
    await settle()
    await walls.door.clock.advance(1.0)
    assert (await block(neighbour))[0] == "figures"
    assert walls.stream.count(id_) == 0


async def test_a_key_that_somebody_else_removed_is_seen_within_seconds(walls: Walls) -> None:
    id_, key = await walls.key()
    screen = await walls.looks(key)
    await walls.door.store.screens.remove(id_)
    seen = []
    for _ in range(stream.LOOK_AGAIN + 1):
        seen.append((await block(screen))[0])
        if seen[-1] == "revoked":
            break
        await settle()
        await walls.door.clock.advance(1.0)
    assert seen[-1] == "revoked"


async def test_while_the_store_is_away_screens_stay_lit(
    walls: Walls, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = await walls.key()
    screen = await walls.looks(key)
    await block(screen)

    async def away(_digest: str) -> None:
        raise StoreError("away")

    monkeypatch.setattr(walls.door.store.screens, "get", away)
    for _ in range(stream.LOOK_AGAIN + 1):
        await settle()
        await walls.door.clock.advance(1.0)
        assert (await block(screen))[0] == "figures"


@pytest.mark.parametrize(
    "key", ["", "ivrs_abcdefgh_" + "x" * 43, "ivrk_abcdefgh_" + "x" * 43, "ivrs_short"]
)
async def test_no_other_key_is_good(walls: Walls, key: str) -> None:
    answer = await walls.looks(key)
    assert answer.status == 401
    assert (await answer.json())["code"] == "not-signed-in"


async def test_a_key_opens_so_many_screens_and_no_more(
    walls: Walls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_OPEN", 1)
    _, key = await walls.key()
    await block(await walls.looks(key))
    answer = await walls.looks(key)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "10")


async def test_who_guesses_keys_is_slowed_down(walls: Walls) -> None:
    statuses = {(await walls.looks("ivrs_abcdefgh_" + "x" * 43)).status for _ in range(65)}
    assert statuses == {401, 429}


async def test_a_server_that_stops_ends_its_screens_and_lets_none_in(walls: Walls) -> None:
    _, key = await walls.key()
    screen = await walls.looks(key)
    await block(screen)
    await walls.stream.close(None)  # type: ignore[arg-type]  # the application says nothing here
    assert await screen.content.read() == b""
    assert (await walls.looks(key)).status == 429
    await walls.door.clock.advance(timedelta(seconds=1).total_seconds())
