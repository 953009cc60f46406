"""What each answer of the gateway means for a text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.channels.kannel.line import KannelLine
from ivr.channels.kannel.wire.requests import Gateway
from ivr.domain.texting.messages import Handed, TextRow
from ivr.runtime.ports.texts import AGAIN, GIVEN_UP, LOCKED_OUT, UNKNOWN, TextFailedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = TextRow(
    *("T1", 1, "out", "gsm", "3434", "+905321112233", "Günaydın", "service", "k", "queued", ""),
    *(NOON, NOON),
)
GATEWAY = Gateway("https://ivr.example", "gsm", "3434", "ivr", "pass", "geheim")


class Bearer:
    """A gateway that answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.asked: list[dict[str, str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        """One text."""
        self.asked.append(dict(request.query))
        status, said = self.answers.pop(0)
        if not status:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=status or 500, text=said)


@pytest.fixture
async def bearer() -> Bearer:
    return Bearer()


@pytest.fixture
async def line(bearer: Bearer) -> AsyncIterator[KannelLine]:
    app = web.Application()
    app.router.add_get("/cgi-bin/sendsms", bearer.handle)
    server = TestServer(app)
    await server.start_server()
    made = KannelLine(GATEWAY, str(server.make_url("/cgi-bin/sendsms")))
    yield made
    await made.close()
    await made.close()
    await server.close()


async def test_an_accepted_text_is_sent(line: KannelLine, bearer: Bearer) -> None:
    bearer.answers = [(202, "0: Accepted for delivery"), (202, "3: Queued for later delivery")]
    assert await line.send(TEXT) == Handed("")
    assert await line.send(TEXT) == Handed("")
    assert [one["text"] for one in bearer.asked] == ["Günaydın"] * 2
    assert await line.look(TEXT) is None
    assert (line.name, line.sender, line.keyed, line.settles_s) == ("gsm", "3434", False, 60.0)


@pytest.mark.parametrize(
    ("status", "fate", "after_s"),
    [
        (401, LOCKED_OUT, 0.0),
        (403, LOCKED_OUT, 0.0),
        (503, AGAIN, 10.0),
        (400, GIVEN_UP, 0.0),
        (302, GIVEN_UP, 0.0),
        (0, UNKNOWN, 0.0),
    ],
)
async def test_other_answers_say_what_to_do(
    line: KannelLine, bearer: Bearer, status: int, fate: str, after_s: float
) -> None:
    bearer.answers = [(status, "no")]
    with pytest.raises(TextFailedError) as raised:
        await line.send(TEXT)
    assert (raised.value.fate, raised.value.after_s) == (fate, after_s)
    assert len(bearer.asked) == 1


async def test_a_gateway_that_is_not_there_has_got_nothing() -> None:
    line = KannelLine(GATEWAY, "http://127.0.0.1:9/cgi-bin/sendsms")
    with pytest.raises(TextFailedError) as raised:
        await line.send(TEXT)
    assert (raised.value.fate, raised.value.given) == (AGAIN, "no connection")
    await line.close()
