"""The door where ticket systems post: kept before it is answered, nothing for who cannot sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.errors import NotSignedError, NotValidError
from ivr.web.errors import outermost
from ivr.web.inbox import door
from ivr.web.inbox.door import BODY_BYTES, InboxDoor
from ivr.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


class Rig:
    """A door with one system behind it."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.counted: list[str] = []
        self.now = 0.0
        self.door = InboxDoor(
            {"desk": self.take},
            lambda _request: "here",
            lambda: self.now,
            self.counted.append,
            Rates(1, 3),
        )

    async def take(self, headers: Mapping[str, str], body: bytes) -> int:
        if headers.get("x-hub-signature") != "good":
            raise NotSignedError("the signature is missing or wrong")
        if body == b"?":
            raise NotValidError("the body is not JSON in UTF-8")
        self.kept.append(body)
        return 1


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application(middlewares=[outermost], client_max_size=4 * BODY_BYTES)
    app.add_routes(rig.door.routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as made:
        yield made


async def post(
    client: TestClient[web.Request, web.Application],
    body: bytes,
    name: str = "desk",
    sign: str = "good",
) -> int:
    headers = {"X-Hub-Signature": sign}
    async with client.post(f"/inbox/{name}", data=body, headers=headers) as response:
        return response.status


async def test_what_is_signed_is_kept(
    rig: Rig, client: TestClient[web.Request, web.Application]
) -> None:
    assert await post(client, b"{}") == 200
    assert rig.kept == [b"{}"]


async def test_an_unknown_system_looks_like_a_wrong_signature(
    rig: Rig, client: TestClient[web.Request, web.Application]
) -> None:
    assert await post(client, b"{}", sign="bad") == 403
    assert await post(client, b"{}", name="nobody") == 403
    assert (rig.kept, rig.counted) == ([], ["signature", "signature"])


async def test_what_nobody_can_read_is_refused_in_words(
    rig: Rig, client: TestClient[web.Request, web.Application]
) -> None:
    assert await post(client, b"?") == 400
    assert await post(client, b"x" * (BODY_BYTES + 1)) == 413
    assert rig.counted == ["shape"]


async def test_who_guesses_is_slowed_down(
    rig: Rig, client: TestClient[web.Request, web.Application]
) -> None:
    found = [await post(client, b"{}", sign="bad") for _each in range(5)]
    assert found[:3] == [403] * 3
    assert found[-1] == 429
    rig.now = 60.0
    assert await post(client, b"{}") == 200


async def test_what_a_guesser_posts_is_not_even_read(
    rig: Rig, client: TestClient[web.Request, web.Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(5):
        await post(client, b"{}", sign="bad")
    read: list[object] = []

    async def reading(request: web.Request, *_limits: object) -> bytes:
        read.append(request)
        return b"{}"

    monkeypatch.setattr(door, "read_body", reading)
    assert await post(client, b"x" * BODY_BYTES) == 429
    assert await post(client, b"x" * BODY_BYTES, name="nobody") == 429
    rig.now = 60.0
    assert await post(client, b"x" * BODY_BYTES, name="nobody") == 403
    assert read == []
    assert await post(client, b"{}") == 200
