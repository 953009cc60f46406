"""The short way answers as the ordinary one does, and leaves to it whatever is not plain."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import pytest
from aiohttp import web

from ivr.web import express
from ivr.web.errors import outermost
from ivr.web.express import WAYS, Give, answer
from ivr.web.guard import HttpLimits, Listener, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

Headers: TypeAlias = object
LIMITS = HttpLimits(head_s=0.3, body_s=0.3, idle_s=0.3, flush_s=0.2, stop_s=1.0)
PATIENCE_S = 30.0
HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /echo?a=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
BY = b"short"


class Short:
    """Ways that a test looks at. held: who waits for an answer that the test gives."""

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.held: list[Give] = []
        self.came = asyncio.Event()

    def echo(self, target: str, _headers: Headers, body: bytes, give: Give) -> None:
        """Answers at once."""
        self.targets.append(target)
        give(200, "text/plain", BY + body)

    def hold(self, _target: str, _headers: Headers, _body: bytes, give: Give) -> None:
        """Answers when the test says so."""
        self.held.append(give)
        self.came.set()

    def broken(self, _target: str, _headers: Headers, _body: bytes, _give: Give) -> None:
        """Has a bug."""
        raise ValueError("a bug")

    def refuse(self, _target: str, _headers: Headers, _body: bytes, give: Give) -> None:
        """Has nothing to say."""
        give(403, "", b"")

    def done(self, _target: str, _headers: Headers, _body: bytes, give: Give) -> None:
        """Has nothing to say either."""
        give(204, "text/xml", b"")


async def _echo(request: web.Request) -> web.Response:
    return web.Response(body=b"long" + await request.read(), content_type="text/plain")


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def _server(limits: HttpLimits = LIMITS) -> AsyncIterator[tuple[Listener, Short]]:
    app, short = web.Application(middlewares=[outermost]), Short()
    app.add_routes([web.post("/echo", _echo), web.get("/hello", _hello)])
    app[WAYS] = {f"/{name}": getattr(short, name) for name in vars(Short) if name[0] != "_"}
    listener = await serve(app, limits)
    try:
        yield listener, short
    finally:
        await listener.stop()


@asynccontextmanager
async def _client(listener: Listener) -> AsyncIterator[Connection]:
    """A connection that has been used: the very first request may go either way."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    await _ask((reader, writer), HELLO)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _read(connection: Connection) -> tuple[bytes, bytes]:
    head = await asyncio.wait_for(connection[0].readuntil(b"\r\n\r\n"), PATIENCE_S)
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return head, await connection[0].readexactly(int(length or 0))


async def _ask(connection: Connection, request: bytes) -> tuple[bytes, bytes]:
    connection[1].write(request)
    return await _read(connection)


def _post(path: str) -> bytes:
    return POST.replace(b"/echo?a=%20", path.encode())


def _fields(head: bytes) -> dict[bytes, bytes]:
    lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:] if line]
    return {name.lower(): value for name, _, value in lines if name.lower() != b"date"}


async def test_a_plain_request_goes_the_short_way_with_its_raw_target() -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        head, body = await _ask(connection, POST)
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert body == b"shortabc"
        assert short.targets == ["/echo?a=%20"]


async def test_both_ways_say_the_same_in_their_heads() -> None:
    async with _server() as (listener, _), _client(listener) as connection:
        short, _ = await _ask(connection, POST.replace(b"abc", b"abcd").replace(b": 3", b": 4"))
        long, body = await _ask(connection, POST.replace(b"Host", b"Expect: 100-continue\r\nHost"))
        assert (long, body) == (b"HTTP/1.1 100 Continue\r\n\r\n", b"")
        long, body = await _read(connection)
        assert body == b"longabc"
        assert _fields(short) == _fields(long) | {b"content-length": b"9"}


@pytest.mark.parametrize(
    "request_",
    [
        POST.replace(b"Host", b"Connection: close\r\nHost"),
        POST.replace(b"HTTP/1.1", b"HTTP/1.0"),
        POST.replace(b"Host", b"Content-Encoding: gzip\r\nHost"),
        POST.replace(b"Content-Length: 3\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n")
        + b"3\r\nabc\r\n0\r\n\r\n",
    ],
)
async def test_what_is_not_plain_goes_the_ordinary_way(request_: bytes) -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        assert (await _ask(connection, request_))[1] == b"longabc"
        assert short.targets == []


async def test_another_method_goes_the_ordinary_way() -> None:
    async with _server() as (listener, _), _client(listener) as connection:
        head, _ = await _ask(connection, HELLO.replace(b"/hello", b"/echo"))
        assert b" 405 " in head
        assert b"Allow: POST" in head


async def test_a_body_that_comes_later_goes_the_ordinary_way() -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        connection[1].write(POST[:-2])
        async with _client(listener):  # by now the server has seen the first part by itself
            assert (await _ask(connection, POST[-2:]))[1] == b"longabc"
        assert short.targets == []


async def test_a_long_body_goes_the_ordinary_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(express, "MOST_BYTES", 2)
    async with _server() as (listener, short), _client(listener) as connection:
        assert (await _ask(connection, POST))[1] == b"longabc"
        assert short.targets == []


async def test_requests_sent_in_one_go_are_answered_in_order() -> None:
    async with _server() as (listener, _), _client(listener) as connection:
        count = 100  # more than the parser hands on at once
        connection[1].write(POST * count + HELLO)
        bodies = [(await _read(connection))[1] for _ in range(count + 1)]
        assert {body[-3:] for body in bodies[:-1]} == {b"abc"}
        assert bodies[-1] == b"hello"


async def test_a_second_request_waits_for_the_answer_to_the_first() -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        connection[1].write(_post("/hold") + POST)
        await asyncio.wait_for(short.came.wait(), PATIENCE_S)
        short.held[0](200, "text/plain", b"first")
        assert (await _read(connection))[1] == b"first"
        assert (await _read(connection))[1] in {b"longabc", b"shortabc"}


async def test_a_second_answer_is_dropped() -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        connection[1].write(_post("/hold"))
        await asyncio.wait_for(short.came.wait(), PATIENCE_S)
        short.held[0](200, "text/plain", b"first")
        short.held[0](200, "text/plain", b"second")
        assert (await _read(connection))[1] == b"first"
        assert (await _ask(connection, HELLO))[1] == b"hello"


async def test_an_answer_to_a_client_that_has_gone_is_dropped() -> None:
    async with _server() as (listener, short):
        async with _client(listener) as connection:
            connection[1].write(_post("/hold"))
            await asyncio.wait_for(short.came.wait(), PATIENCE_S)
        async with _client(listener) as other:  # by now the server has seen the other one go
            assert listener.door.open == 1
            short.held[0](200, "text/plain", b"nobody")
            assert (await _ask(other, POST))[1] == b"shortabc"


async def test_a_bug_costs_its_request_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    async with _server() as (listener, _), _client(listener) as connection:
        head, body = await _ask(connection, _post("/broken"))
        assert (head[:12], body) == (b"HTTP/1.1 500", b"")
        assert (await _ask(connection, POST))[1] == b"shortabc"
    assert [record.message for record in caplog.records] == ["request_failed"]


async def test_an_answer_without_a_body_has_no_type() -> None:
    async with _server() as (listener, _), _client(listener) as connection:
        head, body = await _ask(connection, _post("/refuse"))
        assert (head[:12], body) == (b"HTTP/1.1 403", b"")
        assert b"Content-Length: 0\r\n" in head
        assert b"content-type" not in _fields(head)
        head, body = await _ask(connection, _post("/done"))
        assert head.startswith(b"HTTP/1.1 204 No Content\r\n")
        assert not any(name.startswith(b"content-") for name in _fields(head))


async def test_a_request_under_way_is_no_idleness_but_what_follows_is() -> None:
    async with _server() as (listener, short), _client(listener) as connection:
        connection[1].write(_post("/hold"))
        await asyncio.wait_for(short.came.wait(), PATIENCE_S)
        late = asyncio.Event()
        asyncio.get_running_loop().call_later(3 * LIMITS.idle_s, late.set)
        await late.wait()
        short.held[0](200, "text/plain", b"at last")
        assert (await _read(connection))[1] == b"at last"
        assert await asyncio.wait_for(connection[0].read(), PATIENCE_S) == b""


async def test_stopping_lets_a_request_under_way_be_answered() -> None:
    limits = replace(LIMITS, idle_s=60.0)
    async with _server(limits) as (listener, short), _client(listener) as connection:
        connection[1].write(_post("/hold"))
        await asyncio.wait_for(short.came.wait(), PATIENCE_S)
        asyncio.get_running_loop().call_later(0.05, short.held[0], 200, "text/plain", b"yes")
        await asyncio.wait_for(listener.stop(), LIMITS.stop_s / 2)
        assert (await _read(connection))[1] == b"yes"
        assert await asyncio.wait_for(connection[0].read(), PATIENCE_S) == b""
        assert listener.door.open == 0


def test_an_answer_is_whole() -> None:
    head, _, body = answer(200, "text/xml", b"<a/>").partition(b"\r\n\r\n")
    assert body == b"<a/>"
    fields = _fields(head)
    assert (fields[b"content-type"], fields[b"content-length"]) == (b"text/xml", b"4")
    assert fields[b"x-content-type-options"] == b"nosniff"
