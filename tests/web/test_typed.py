"""Handlers by signature: what they take, what they answer, and what cannot be a handler."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel, Field

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.web import typed
from ivr.web.errors import outermost
from ivr.web.gate import Gate, Place
from ivr.web.reading import read
from ivr.web.typed import (
    Ask,
    Body,
    Header,
    Items,
    MaybeVersion,
    Reply,
    Route,
    Version,
    handler_of,
    plan_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


class Wish(Body):
    """A body."""

    colour: str
    size: int = Field(1, ge=1, le=4)


class Thing(BaseModel):
    """A result."""

    name: str
    size: int


async def everything(  # noqa: PLR0913, PLR0917 - every kind of parameter
    ask: Ask,
    name: str,
    wish: Wish,
    version: Version,
    tags: tuple[str, ...] = (),
    limit: Annotated[int, Field(ge=1)] = 10,
    mark: Annotated[str, Header("X-Mark")] = "",
) -> Reply[dict[str, Any]]:
    """Take everything there is."""
    value = {"name": name, "wish": wish.model_dump(), "version": version}
    value |= {"tags": list(tags), "limit": limit, "mark": mark, "source": ask.source}
    return Reply(value, status=201, version=version + 1, headers={"Location": "/x"})


async def things() -> Items[Thing]:
    """Give a list."""
    return Items(items=[Thing(name="a", size=1)])


async def nothing() -> None:
    """Give nothing."""


async def forever(maybe: MaybeVersion = None) -> None:
    """Never come to an end."""
    await asyncio.Event().wait()


async def own_timeout() -> None:
    """Fail by itself."""
    raise TimeoutError


ROUTES = [
    Route("POST", "/all/{name}", everything, None),
    Route("GET", "/things", things, None),
    Route("POST", "/nothing", nothing, None),
    Route("GET", "/forever", forever, None),
    Route("GET", "/own", own_timeout, None),
]


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    """A server with these handlers alone."""
    store = MemoryStore()
    gate = Gate(store.people, store.agents, VirtualClock(), Place("http://127.0.0.1", local=True))
    app = web.Application(middlewares=[outermost])
    for route in ROUTES:
        app.router.add_route(route.method, route.path, handler_of(plan_of(route), gate, read))
    made: TestClient[Any, Any] = TestClient(TestServer(app))
    await made.start_server()
    yield made
    await made.close()


async def test_a_handler_gets_every_part_of_a_request(client: TestClient[Any, Any]) -> None:
    answer = await client.post(
        "/all/ay%C5%9Fe?tags=a&tags=b&limit=3",
        json={"colour": "red", "size": 2},
        headers={"If-Match": '"7"', "X-Mark": "m"},
    )
    assert (answer.status, answer.headers["ETag"], answer.headers["Location"]) == (201, '"8"', "/x")
    assert await answer.json() == {
        "name": "ayşe",
        "wish": {"colour": "red", "size": 2},
        "version": 7,
        "tags": ["a", "b"],
        "limit": 3,
        "mark": "m",
        "source": "127.0.0.1",
    }


async def test_lists_and_nothing(client: TestClient[Any, Any]) -> None:
    assert await (await client.get("/things")).json() == {
        "items": [{"name": "a", "size": 1}],
        "next": None,
    }
    answer = await client.post("/nothing")
    assert (answer.status, await answer.read()) == (204, b"")


async def test_what_takes_too_long_is_ended(
    client: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed, "HANDLER_S", 0.01)
    answer = await client.get("/forever")
    assert (answer.status, (await answer.json())["code"]) == (503, "slow")
    assert answer.headers["Retry-After"] == "5"


async def test_a_time_out_of_the_handler_itself_is_a_bug(client: TestClient[Any, Any]) -> None:
    assert (await client.get("/own")).status == 500


async def silent(name: str):  # type: ignore[no-untyped-def]
    """Say not what it returns."""


@pytest.mark.parametrize(
    ("handler", "path", "says"),
    [(silent, "/{name}", "returns"), (nothing, "/{name}", "does not take")],
)
def test_a_handler_says_what_it_takes_and_gives(
    handler: Callable[..., Awaitable[Any]], path: str, says: str
) -> None:
    with pytest.raises(TypeError, match=says):
        plan_of(Route("GET", path, handler, None))
