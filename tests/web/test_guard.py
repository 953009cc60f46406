"""The guarded door over real loopback sockets: slow clients are cut, honest ones live on."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from ivr.web.guard import (
    Door,
    Guarded,
    HttpLimits,
    Listener,
    Source,
    WrongAiohttpError,
    check_aiohttp,
    serve,
    source_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SHORT = HttpLimits(head_s=0.2, body_s=0.2, idle_s=0.3, idle_trusted_s=1.0, flush_s=0.2, stop_s=0.2)
PATIENCE_S = 30.0
GET = b"GET /ok HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


async def _ok(request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.content.read())


async def _slow(request: web.Request) -> web.Response:
    """Answers after twice the time any client gets."""
    await _after(0.6)
    return web.Response(text="slow")


async def _upload(request: web.Request) -> web.Response:
    """A route that allows its bodies one second."""
    assert isinstance(request.protocol, Guarded)
    request.protocol.allow_body(request.content, 1.0)
    return web.Response(body=await request.content.read())


async def _socket(request: web.Request) -> web.WebSocketResponse:
    """Says something only after every limit of an ordinary request has passed."""
    wire = web.WebSocketResponse()
    await wire.prepare(request)
    await _after(0.6)
    await wire.send_str("still here")
    async for message in wire:
        await wire.send_str(str(message.data).upper())
    return wire


async def _stuffed(request: web.Request) -> web.Response:
    """Fills the pipe to a client that does not read, then ends the connection."""
    assert request.transport is not None
    while not request.transport.get_write_buffer_size():
        request.transport.write(b"x" * 16_384)
    raise ConnectionAbortedError


async def _after(seconds: float) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()


def _app() -> web.Application:
    app = web.Application()
    app.router.add_get("/ok", _ok)
    app.router.add_get("/slow", _slow)
    app.router.add_get("/socket", _socket)
    app.router.add_get("/stuffed", _stuffed)
    app.router.add_post("/echo", _echo)
    app.router.add_post("/upload", _upload)
    return app


@asynccontextmanager
async def _server(limits: HttpLimits = SHORT) -> AsyncIterator[Listener]:
    listener = await serve(_app(), limits)
    try:
        yield listener
    finally:
        await listener.stop()


@asynccontextmanager
async def _client(listener: Listener) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server closes; fails if it does not."""
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    except ConnectionError:
        return b""


async def _answer(connection: Connection, request: bytes) -> bytes:
    """Send one request and read its one answer, leaving the connection open."""
    reader, writer = connection
    writer.write(request)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def _drip(connection: Connection, octets: bytes, every_s: float) -> bytes:
    """Send one octet at a time until the server closes or all are sent; what it answered."""
    reader, writer = connection
    for octet in octets:
        with suppress(TimeoutError, ConnectionError):
            writer.write(bytes([octet]))
            answer = await asyncio.wait_for(reader.read(65_536), every_s)
            return answer + await _rest(reader)
        if reader.at_eof() or writer.is_closing():
            return b""
    raise AssertionError("the server took every octet")


async def test_an_ordinary_request_is_answered() -> None:
    async with _server() as listener, _client(listener) as connection:
        assert (await _answer(connection, GET)).endswith(b"ok")
        assert listener.door.open == 1


async def test_a_silent_connection_is_closed() -> None:
    async with _server() as listener, _client(listener) as (reader, _):
        assert await _rest(reader) == b""
        assert listener.door.cut["head"] == 1


async def test_half_a_head_is_closed() -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(b"GET /ok HTTP/1.1\r\nHost: x\r\nX-Half:")
        assert await _rest(reader) == b""
        assert listener.door.cut["head"] == 1


async def test_a_dripped_head_is_closed_however_steadily_it_drips() -> None:
    async with _server() as listener, _client(listener) as connection:
        assert await _drip(connection, b"GET /ok HTTP/1.1\r\n" + b"A: b\r\n" * 50, 0.05) == b""
        assert listener.door.cut["head"] == 1


async def test_a_dripped_head_of_a_later_request_is_closed_too() -> None:
    async with _server(replace(SHORT, idle_s=5.0)) as listener, _client(listener) as connection:
        await _answer(connection, GET)
        assert await _drip(connection, b"GET /ok HTTP/1.1\r\n" + b"A: b\r\n" * 50, 0.05) == b""
        assert listener.door.cut["head"] == 1


async def test_half_a_head_behind_a_whole_request_is_closed() -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(GET + GET[:20])
        assert (await _rest(reader)).endswith(b"ok")


async def test_half_a_head_behind_a_body_is_closed() -> None:
    async with _server() as listener, _client(listener) as connection:
        assert (await _answer(connection, POST + b"0123456789" + GET[:20])).endswith(b"0123456789")
        assert await _rest(connection[0]) == b""


@pytest.mark.parametrize(
    "body",
    [
        POST + b"01234",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n012",
        b"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        b"Content-Length: 10\r\n\r\n01234",
        GET + POST + b"01234",
    ],
    ids=["length", "chunks", "half a chunk", "unread", "upgrade", "pipelined"],
)
async def test_half_a_body_is_closed(body: bytes) -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(body)
        await _rest(reader)
        assert listener.door.cut["body"] == 1
    assert listener.door.open == 0


async def test_a_dripped_body_is_closed() -> None:
    async with _server() as listener, _client(listener) as connection:
        head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
        connection[1].write(head)
        assert await _drip(connection, b"x" * 99, 0.05) == b""
        assert listener.door.cut["body"] == 1


async def test_a_route_may_allow_its_body_more_time() -> None:
    async with _server() as listener, _client(listener) as connection:
        reader, writer = connection
        writer.write(POST.replace(b"/echo", b"/upload") + b"01234")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
        assert (await _answer(connection, b"56789")).endswith(b"0123456789")
        writer.write(POST.replace(b"/echo", b"/upload") + b"01234")
        assert await _rest(reader) == b""


async def test_a_body_in_time_leaves_no_clock_running() -> None:
    async with _server(replace(SHORT, idle_s=2.0)) as listener, _client(listener) as connection:
        for _ in range(3):
            assert (await _answer(connection, POST + b"0123456789")).endswith(b"0123456789")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection[0].read(1), 0.3)
        assert not listener.door.cut


async def test_an_idle_connection_is_closed_but_lives_on_while_used() -> None:
    limits = replace(SHORT, idle_s=0.6)
    async with _server(limits) as listener, _client(listener) as connection:
        for _ in range(4):
            assert (await _answer(connection, GET)).endswith(b"ok")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection[0].read(1), 0.2)
        assert await _rest(connection[0]) == b""


async def test_a_head_begun_in_time_may_end_after_the_idle_limit() -> None:
    limits = replace(SHORT, head_s=1.0, idle_s=0.3)
    async with _server(limits) as listener, _client(listener) as connection:
        await _answer(connection, GET)
        for part in (b"", GET[:10]):
            connection[1].write(part)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection[0].read(1), 0.2)
        assert (await _answer(connection, GET[10:])).endswith(b"ok")


async def test_a_trusted_proxy_may_idle_longer() -> None:
    loopback = (ipaddress.ip_network("127.0.0.0/8"),)
    limits = replace(SHORT, trusted=loopback)
    async with _server(limits) as listener, _client(listener) as connection:
        await _answer(connection, GET)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection[0].read(1), 0.5)
        assert (await _answer(connection, GET)).endswith(b"ok")
        assert await _rest(connection[0]) == b""


async def test_a_slow_handler_is_not_the_clients_fault() -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(GET.replace(b"/ok", b"/slow"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        writer.write(GET[:10])
        assert (await _rest(reader)).endswith(b"slow")


async def test_requests_sent_in_one_go_are_all_answered() -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(GET * 100)
        assert (await _rest(reader)).count(b"HTTP/1.1 200") == 100


async def test_a_websocket_lives_on_past_every_limit() -> None:
    async with _server() as listener, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{listener.port}/socket"
        async with session.ws_connect(url) as wire:
            assert await wire.receive_str(timeout=PATIENCE_S) == "still here"
            await wire.send_str("hello")
            assert await wire.receive_str(timeout=PATIENCE_S) == "HELLO"


async def test_a_client_that_takes_nothing_is_cut_after_the_connection_was_closed() -> None:
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        async with _server() as listener:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(raw, ("127.0.0.1", listener.port))
            await loop.sock_sendall(raw, GET.replace(b"/ok", b"/stuffed"))
            await _until_closed(listener)
            assert listener.door.cut["flush"] == 1


async def _until_closed(listener: Listener) -> None:
    """Wait until the server has no connection, after it has had one."""
    async with asyncio.timeout(PATIENCE_S):
        while not listener.door.open:
            await _after(0.01)
        while listener.door.open:
            await _after(0.01)


async def test_one_source_may_not_take_all_connections() -> None:
    limits = replace(SHORT, per_source=2, idle_s=5.0)
    async with _server(limits) as listener, _client(listener) as first, _client(listener) as second:
        await _answer(first, GET)
        await _answer(second, GET)
        async with _client(listener) as (reader, writer):
            writer.write(GET)
            assert await _rest(reader) == b""
        assert (await _answer(first, GET)).endswith(b"ok")
        assert listener.door.cut == {"source": 1}
        first[1].close()
        await _wait_open(listener, 1)
        async with _client(listener) as third:
            assert (await _answer(third, GET)).endswith(b"ok")


async def _wait_open(listener: Listener, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while listener.door.open != count:
            await _after(0.01)


async def test_a_trusted_proxy_is_bound_only_by_the_total() -> None:
    loopback = (ipaddress.ip_network("127.0.0.1/32"),)
    limits = replace(SHORT, per_source=1, total=2, trusted=loopback)
    async with _server(limits) as listener, _client(listener) as first, _client(listener) as second:
        await _answer(first, GET)
        await _answer(second, GET)
        async with _client(listener) as (reader, _):
            assert await _rest(reader) == b""
        assert listener.door.cut == {"total": 1}


@pytest.mark.parametrize(
    "extra",
    [
        b"".join(b"X-%d: 1\r\n" % n for n in range(65)),
        b"X-Long: " + b"x" * 8_191 + b"\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
    ],
    ids=["65 fields", "long field", "doubled length"],
)
async def test_each_limit_of_the_head_holds(extra: bytes) -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(GET[:-2] + extra + b"\r\n")
        assert (await _rest(reader)).startswith(b"HTTP/1.0 400")


@pytest.mark.parametrize("secret", [b"\x16\x03\x01secret", b"GET /secret\xff HTTP/1.1\r\n\r\n"])
async def test_what_is_no_http_is_refused_without_an_echo_or_a_log_line(
    secret: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with _server() as listener, _client(listener) as (reader, writer):
        writer.write(secret)
        answer = await _rest(reader)
        assert answer.startswith(b"HTTP/1.0 400")
        assert b"secret" not in answer
        assert b"aiohttp" not in answer
        assert listener.door.cut == {"malformed": 1}
    assert not caplog.records


async def test_the_target_may_have_four_thousand_octets_and_no_more() -> None:
    async with _server() as listener:
        async with _client(listener) as connection:
            fits = GET.replace(b"/ok", b"/ok?" + b"q" * 4_000)
            assert (await _answer(connection, fits)).endswith(b"ok")
        async with _client(listener) as (reader, writer):
            writer.write(GET.replace(b"/ok", b"/ok?" + b"q" * 4_100))
            assert (await _rest(reader)).startswith(b"HTTP/1.0 400")


async def test_sixty_headers_pass() -> None:
    async with _server() as listener, _client(listener) as connection:
        many = b"".join(b"X-%d: 1\r\n" % n for n in range(60))
        assert (await _answer(connection, GET[:-2] + many + b"\r\n")).endswith(b"ok")


async def test_a_packed_body_is_handed_on_packed() -> None:
    async with _server() as listener, _client(listener) as connection:
        head = POST[:-2] + b"Content-Encoding: gzip\r\n\r\n"
        assert (await _answer(connection, head + b"0123456789")).endswith(b"0123456789")


async def test_stopping_closes_the_port_and_every_connection() -> None:
    listener = await serve(_app(), replace(SHORT, head_s=60.0, idle_s=60.0))
    async with _client(listener) as (reader, writer):
        writer.write(GET)
        await reader.readuntil(b"ok")
        await listener.stop()
        assert await _rest(reader) == b""
    assert listener.door.open == 0
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", listener.port)


async def test_a_bound_socket_and_a_runner_of_the_caller_are_taken_as_they_are() -> None:
    runner = web.AppRunner(_app())
    with socket.create_server(("127.0.0.1", 0)) as bound:
        listener = await serve(runner, SHORT, sock=bound)
        assert listener.port == bound.getsockname()[1]
        async with _client(listener) as connection:
            assert (await _answer(connection, GET)).endswith(b"ok")
            await listener.stop()
            assert (await _answer(connection, GET)).endswith(b"ok")
    await runner.cleanup()


async def test_a_taken_port_fails_at_start_and_ends_the_application() -> None:
    ended: list[web.Application] = []

    async def note(app: web.Application) -> None:
        ended.append(app)

    app = _app()
    app.on_cleanup.append(note)
    async with _server() as listener:
        with pytest.raises(OSError, match="address already in use"):
            await serve(app, SHORT, port=listener.port)
    assert ended == [app]


@pytest.mark.parametrize("version", ["3.13.9", "3.15.0", "4.0.0", "3.1", "3.140.1", "3"])
def test_another_aiohttp_is_refused_at_start(version: str) -> None:
    with pytest.raises(WrongAiohttpError):
        check_aiohttp(version)


def test_any_patch_of_the_known_aiohttp_is_taken() -> None:
    check_aiohttp("3.14.5")
    check_aiohttp("3.14.99")
    check_aiohttp()


@pytest.mark.parametrize(
    ("peername", "key"),
    [
        (("192.0.2.7", 5), "192.0.2.7"),
        (("::ffff:192.0.2.7", 5, 0, 0), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 5, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 5, 0, 2), "fe80::/64"),
        ("", "local"),
        ("/run/ivr.sock", "local"),
        (None, "?"),
        ((), "?"),
    ],
)
def test_a_source_is_an_address_or_a_slash_64(peername: object, key: str) -> None:
    assert source_of(peername).key == key


def test_a_trusted_network_covers_addresses_written_the_long_way() -> None:
    door = Door(HttpLimits(trusted=(ipaddress.ip_network("192.0.2.0/24"),)))
    assert door.trusts(source_of(("::ffff:192.0.2.7", 1, 0, 0)))
    assert not door.trusts(source_of(("198.51.100.7", 1)))
    assert door.trusts(source_of(""))
    assert not door.trusts(source_of(None))


def test_the_door_forgets_sources_that_have_left() -> None:
    door = Door()
    source = Source("192.0.2.7")
    assert all(door.admit(source) for _ in range(50))
    assert not door.admit(source)
    for _ in range(50):
        door.leave(source)
    assert (door.open, dict(door.by_source)) == (0, {})
