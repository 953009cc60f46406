"""Who may listen from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.errors import StoreError
from ivr.runtime.streams.feed import FeedEvent
from ivr.web.desk.entering import entry_by, masked
from ivr.web.errors import outermost
from tests.fakes.door import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.web.desk.stream import Entry
    from tests.fakes.door import Door

EVENT = FeedEvent("call.queued", {"from": "+905321112233", "to": "+908502220000", "call": "c1"})


class Listening:
    """A route beside those of the API that asks the same gate."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.entry: Entry | None = None
        self.client: TestClient[Any, Any] | None = None

    async def begin(self) -> None:
        """Serve it."""
        app = web.Application(middlewares=[outermost])
        app.router.add_get("/stream", self._handle)
        self.client = TestClient(TestServer(app))
        await self.client.start_server()

    async def ask(self, who: str) -> int:
        """The status that somebody who has signed in gets."""
        assert self.client is not None
        async with self.client.get("/stream", headers=self.door.tokens[who]) as answer:
            return answer.status

    async def let_in(self, *roles: str) -> Entry:
        """What somebody of these roles may hear."""
        await self.door.add("deniz", *roles)
        await self.door.sign_in("deniz")
        assert await self.ask("deniz") == 200
        assert self.entry is not None
        return self.entry

    async def _handle(self, request: web.Request) -> web.Response:
        self.entry = await entry_by(self.door.gate)(request)
        return web.Response()


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    async with opened() as door:
        made = Listening(door)
        await made.begin()
        yield made
        assert made.client is not None
        await made.client.close()


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 403), ("supervisor", 200), ("admin", 200), ("quality", 403)]
)
async def test_supervisors_and_admins_may_listen(
    listening: Listening, role: str, status: int
) -> None:
    await listening.door.add("deniz", role)
    await listening.door.sign_in("deniz")
    assert await listening.ask("deniz") == status


async def test_an_admin_hears_no_numbers_and_no_pops(listening: Listening) -> None:
    entry = await listening.let_in("admin")
    assert (entry.may("call.queued"), entry.may("pop.opened")) == (True, False)
    assert "5321112233" not in str(entry.show(EVENT).data)


async def test_signing_out_ends_it(listening: Listening) -> None:
    entry = await listening.let_in("supervisor")
    assert entry.may("pop.opened")
    assert entry.show(EVENT) is EVENT
    assert await entry.still()
    await listening.door.store.people.end_sessions("deniz")
    assert not await entry.still()


async def test_nobody_is_put_out_while_the_store_is_away(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await listening.let_in("supervisor")

    async def away(_digest: str) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patched:
        patched.setattr(listening.door.store.people, "session", away)
        assert await entry.still()
    await listening.door.send("POST", "/logout", "deniz")
    assert not await entry.still()


def test_masking_leaves_all_else_as_it_is() -> None:
    shown = masked(EVENT)
    assert (shown.kind, shown.data["call"]) == ("call.queued", "c1")
    assert shown.data["from"] != EVENT.data["from"]
    assert str(shown.data["from"])[-2:] == "33"
    assert masked(FeedEvent("call.ended", {"call": "c1"})).data == {"call": "c1"}
