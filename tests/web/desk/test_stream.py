"""Events for outside systems over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from ivr.domain.errors import NotSignedInError
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.streams.feed import Feed, FeedEvent
from ivr.runtime.tasks import Tasks
from ivr.web.desk.stream import Entry, EventStream
from ivr.web.errors import outermost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from aiohttp import ClientResponse

KEPT = [FeedEvent("ticket.created", {"n": n}, f"e{n}") for n in range(1, 4)]


async def past(after: str) -> Sequence[FeedEvent] | None:
    ids = [event.id for event in KEPT]
    return KEPT[ids.index(after) + 1 :] if after in ids else None


async def admit(request: web.Request) -> Entry:
    """The key `all` opens everything, `calls` call.* only."""
    key = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if key not in {"all", "calls"}:
        raise NotSignedInError("no key")
    return Entry(lambda kind: key == "all" or kind.startswith("call."))


@dataclass
class Outside:
    """A server with a feed and somebody who listens."""

    feed: Feed = field(default_factory=lambda: Feed(past))
    clock: VirtualClock = field(default_factory=VirtualClock)
    tasks: Tasks = field(default_factory=Tasks)
    url: str = ""
    opened: list[ClientResponse] = field(default_factory=list)
    http: ClientSession = field(init=False)

    async def listen(self, query: str = "", key: str = "all", last: str = "") -> ClientResponse:
        headers = {"Authorization": f"Bearer {key}", **({"Last-Event-ID": last} if last else {})}
        self.opened.append(await self.http.get(f"{self.url}/stream{query}", headers=headers))
        return self.opened[-1]


async def block(response: ClientResponse) -> str:
    async with asyncio.timeout(5):
        return (await response.content.readuntil(b"\n\n")).decode()


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    made = Outside()
    app = web.Application(middlewares=[outermost])
    app.router.add_get("/stream", EventStream(made.feed, made.clock, made.tasks, admit).handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    made.url = f"http://127.0.0.1:{server.port}"
    async with ClientSession() as made.http:
        yield made
        for response in made.opened:
            response.close()
        made.feed.close()
    await server.close()
    await made.tasks.close()


async def test_events_of_the_types_asked_for_arrive(outside: Outside) -> None:
    response = await outside.listen("?types=call.*,pop.opened")
    assert response.content_type == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert await block(response) == ": still here\n\n"
    outside.feed.publish(FeedEvent("ticket.created", {}))
    outside.feed.publish(FeedEvent("call.ended", {"call": "c1"}))
    assert await block(response) == 'event: call.ended\ndata: {"call":"c1"}\n\n'


async def test_a_key_opens_its_own_types_only(outside: Outside) -> None:
    response = await outside.listen(key="calls")
    await block(response)
    outside.feed.publish(FeedEvent("pop.opened", {}))
    outside.feed.publish(FeedEvent("call.ended", {}))
    assert "call.ended" in await block(response)


async def test_who_comes_back_gets_what_was_missed_first(outside: Outside) -> None:
    response = await outside.listen(last="e1")
    assert await block(response) == 'id: e2\nevent: ticket.created\ndata: {"n":2}\n\n'
    assert "id: e3" in await block(response)


async def test_too_long_ago_is_a_reset(outside: Outside) -> None:
    response = await outside.listen(last="e0")
    assert await block(response) == "event: reset\ndata: {}\n\n"


async def test_a_comment_comes_every_15_seconds(outside: Outside) -> None:
    response = await outside.listen()
    for _ in range(3):
        assert await block(response) == ": still here\n\n"
        await outside.clock.advance(15)


@pytest.mark.parametrize(
    ("query", "key", "status"),
    [("", "wrong", 401), ("?types=", "all", 422), (f"?types={'a,' * 60}", "all", 422)],
)
async def test_what_cannot_be_served_is_an_ordinary_answer(
    outside: Outside, query: str, key: str, status: int
) -> None:
    response = await outside.listen(query, key)
    assert (response.status, response.content_type) == (status, "application/problem+json")


async def test_an_id_that_is_too_long_is_refused(outside: Outside) -> None:
    assert (await outside.listen(last="x" * 300)).status == 422


async def test_the_end_of_the_server_ends_the_stream(outside: Outside) -> None:
    response = await outside.listen()
    await block(response)
    outside.feed.close()
    async with asyncio.timeout(5):
        assert await response.content.read() == b""


async def test_who_left_is_forgotten(outside: Outside) -> None:
    response = await outside.listen()
    await block(response)
    response.close()
    async with asyncio.timeout(5):
        while outside.feed._listeners:
            outside.feed.publish(FeedEvent("call.ended", {}))
            await settle()
