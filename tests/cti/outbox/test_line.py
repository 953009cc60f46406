"""A line to another system: bounded, checked, and never tried again behind our back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.config.secrets import Secret
from ivr.cti.outbox.line import MOST_BYTES, Line, Question, Reply
from ivr.cti.outbox.retrying import NotTakenError
from ivr.cti.post import Target
from tests.fakes.pause import pause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Far:
    """Counts what it is asked; the path says what it does."""

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if request.path == "/cut" and request.transport is not None:
            request.transport.abort()
        if request.path == "/slow":
            await pause(5)
        if request.path == "/long":
            return web.Response(body=b"x" * (MOST_BYTES + 1))
        sent = await request.read()
        return web.Response(body=sent, headers={"Retry-After": "3", "X-Kind": request.content_type})


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
async def line(far: Far) -> AsyncIterator[Line]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", far.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    target = Target(Secret(f"http://127.0.0.1:{server.port}"), local=True)
    made = Line("far", target, limit_s=0.5)
    yield made
    await made.close()
    await server.close()


async def test_an_answer_comes_back_whole(line: Line) -> None:
    reply = await line.ask(Question("PUT", "/x?a=1", "İğne".encode(), {"X-A": "b"}))
    assert (reply.status, reply.body.decode()) == (200, "İğne")
    assert reply.headers["retry-after"] == "3"
    assert reply.headers["X-Kind"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_a_line_that_was_cut_is_not_tried_again(line: Line, far: Far, method: str) -> None:
    await line.ask(Question("GET", "/warm"))
    with pytest.raises(NotTakenError, match="Disconnected") as caught:
        await line.ask(Question(method, "/cut"))
    assert caught.value.sick
    assert far.asked == 2


async def test_who_does_not_answer_in_time_is_not_waited_for(line: Line) -> None:
    with pytest.raises(NotTakenError, match=r"no answer within 0\.5 s"):
        await line.ask(Question("GET", "/slow"))


async def test_an_answer_without_an_end_is_cut_off(line: Line) -> None:
    with pytest.raises(NotTakenError, match="more than"):
        await line.ask(Question("GET", "/long"))


async def test_nobody_there(far: Far) -> None:
    line = Line("far", Target(Secret("http://127.0.0.1:9"), local=True))
    with pytest.raises(NotTakenError, match="ClientConnector"):
        await line.ask(Question("GET", "/"))
    await line.close()
    assert far.asked == 0


async def test_an_address_inside_is_refused() -> None:
    line = Line("far", Target(Secret("https://127.0.0.1:9/")))
    with pytest.raises(NotTakenError):
        await line.ask(Question("GET", "/"))
    await line.close()


def test_what_is_no_json_speaks_against_the_system() -> None:
    assert Reply(200, {}, b'{"a": 1}').json() == {"a": 1}
    with pytest.raises(NotTakenError, match="no JSON") as caught:
        Reply(200, {}, b"<html>").json()
    assert caught.value.sick
