"""The pages of a gateway: by GET and POST, for who knows the secret, and never a false yes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.channels import Place, load_provider
from ivr.channels.kannel.provider import PROVIDER, Together, Trunk
from ivr.config.secrets import Secret
from ivr.config.texting.kannel import KannelTrunk as Entry
from ivr.config.texting.options import TextOptions
from ivr.domain.errors import StoreError
from ivr.web.bodies import read_body
from tests.fakes.house import House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.domain.texting.messages import Report, TextIn

ENTRY = Entry(
    provider="kannel",
    sendsms="http://127.0.0.1:9/cgi-bin/sendsms",
    username="ivr",
    password=Secret("pass"),
    secret=Secret("geheim"),
    smsc="A",
    texts=TextOptions(sender="3434"),
)
TEXT = "secret=geheim&id=u1&from=905321112233&to=3434&text=Merhaba"
REPORT = "secret=geheim&m=T1&n=1&d=1"


@dataclass
class Kept:
    """What came through the door."""

    texts: list[TextIn] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    fails: bool = False

    async def received(self, text: TextIn) -> None:
        """As the port says."""
        if self.fails:
            raise StoreError("away", retryable=True)
        self.texts.append(text)

    async def reported(self, report: Report) -> None:
        """As the port says."""
        self.reports.append(report)


@dataclass
class Stand:
    """A gateway's pages, served."""

    trunk: Trunk
    door: Kept
    client: Any

    async def get(self, page: str, query: str) -> int:
        return int((await self.client.get(f"/hooks/gsm/{page}?{query}")).status)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    house, door = House(), Kept()
    await house.open()
    trunk = PROVIDER.open("gsm", ENTRY, Place(house.switch, "https://ivr.example/", texts=door))
    app = web.Application()
    app.add_routes(PROVIDER.routes({"gsm": trunk}, read_body))
    client: Any = TestClient(TestServer(app))
    await client.start_server()
    yield Stand(trunk, door, client)
    together = Together({"gsm": trunk})
    await together.start()
    together.drain()
    await together.close()
    await client.close()
    await house.close()


async def test_texts_and_reports_come_in_by_get_and_by_post(stand: Stand) -> None:
    assert await stand.get("sms", TEXT) == 200
    assert await stand.get("status", REPORT) == 200
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for page, data in (("sms", TEXT), ("status", REPORT)):
        answer = await stand.client.post(f"/hooks/gsm/{page}", data=data, headers=headers)
        assert (answer.status, await answer.read()) == (200, b"")
    assert [(one.trunk, one.from_, one.body) for one in stand.door.texts] == [
        ("gsm", "+905321112233", "Merhaba")
    ] * 2
    assert [(one.text, one.state) for one in stand.door.reports] == [("T1", "delivered")] * 2


@pytest.mark.parametrize(
    ("page", "query", "status"),
    [
        ("sms", TEXT.replace("geheim", "x"), 403),
        ("status", "", 403),
        ("sms", "secret=geheim", 400),
        ("status", "secret=geheim&d=4", 200),
        ("sms", "secret=geheim&" + "a=1&" * 60, 400),
    ],
)
async def test_what_is_wrong_changes_nothing(
    stand: Stand, page: str, query: str, status: int
) -> None:
    assert await stand.get(page, query) == status
    assert (stand.door.texts, stand.door.reports) == ([], [])


async def test_a_text_that_could_not_be_kept_is_brought_again(stand: Stand) -> None:
    stand.door.fails = True
    assert await stand.get("sms", TEXT) == 503
    big = await stand.client.post(
        "/hooks/gsm/sms",
        data=TEXT + "x" * 70_000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert big.status == 413


async def test_the_registry_knows_a_gateway_that_takes_no_calls(stand: Stand) -> None:
    assert load_provider("kannel") is PROVIDER
    assert PROVIDER.calls is False
    assert PROVIDER.line(stand.trunk) is stand.trunk.line
    assert stand.trunk.gateway.base == "https://ivr.example"
    assert "geheim" not in repr(stand.trunk)
