"""Bodies: bounded in length and time; JSON read by the strict rules."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import RequestError
from ivr.web.bodies import (
    Json,
    MalformedError,
    MediaTypeError,
    SlowBodyError,
    TooLargeError,
    parse_json,
    read_body,
    read_json,
)
from ivr.web.guard import HttpLimits, Listener, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LIMIT = 1_000
WITHIN_S = 1.0
PATIENCE_S = 30.0


async def _body(request: web.Request) -> web.Response:
    """Echoes the body, or says which error it was; reads twice, which must change nothing."""
    try:
        body = await read_body(request, LIMIT, WITHIN_S)
        assert body == await read_body(request, LIMIT, WITHIN_S)
    except RequestError as error:
        return web.Response(status=error.status, text=error.code)
    return web.Response(body=body)


async def _again(request: web.Request) -> web.Response:
    """Reads with a wide limit, then with a narrow one."""
    await read_body(request, LIMIT, WITHIN_S)
    with pytest.raises(TooLargeError):
        await read_body(request, 2, WITHIN_S)
    return web.Response(text="held")


async def _json(request: web.Request) -> web.Response:
    try:
        value = await read_json(request, LIMIT, WITHIN_S)
    except RequestError as error:
        return web.Response(status=error.status, text=error.code)
    return web.Response(text=repr(value))


@asynccontextmanager
async def _server(*, guarded: bool = True) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_post("/body", _body)
    app.router.add_post("/json", _json)
    app.router.add_post("/again", _again)
    if guarded:
        listener: Listener = await serve(app, HttpLimits(body_s=0.2, stop_s=0.2))
        yield listener.port
        await listener.stop()
        return
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _post(
    port: int, body: bytes, *headers: str, path: str = "/body", length: int | None = None
) -> bytes:
    """Send a request and return everything the server says until it closes."""
    framing = (
        "" if length == -1 else f"Content-Length: {len(body) if length is None else length}\r\n"
    )
    lines = "".join(f"{header}\r\n" for header in ("Host: x", "Connection: close", *headers))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST {path} HTTP/1.1\r\n{lines}{framing}\r\n".encode() + body)
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def _status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def _chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


CHUNKED = "Transfer-Encoding: chunked"


async def test_a_body_comes_back_as_it_was_sent() -> None:
    async with _server() as port:
        for body in (b"", b"a=1&b=%ff", b"\x00\xff" * 500):
            assert (await _post(port, body)).endswith(b"\r\n\r\n" + body)
        chunked = await _post(port, _chunked(b"ab", b"cd"), CHUNKED, length=-1)
        assert chunked.endswith(b"\r\n\r\nabcd")


async def test_a_body_of_the_limit_passes_and_one_octet_more_does_not() -> None:
    async with _server() as port:
        assert _status(await _post(port, b"x" * LIMIT)) == 200
        assert _status(await _post(port, b"x" * (LIMIT + 1))) == 413


async def test_a_declared_length_over_the_limit_is_refused_before_it_is_sent() -> None:
    async with _server() as port:
        assert _status(await _post(port, b"", length=10**15)) == 413


async def test_a_body_without_length_is_stopped_at_the_limit() -> None:
    async with _server() as port:
        endless = _chunked(b"x" * LIMIT, b"x")[:-5]
        assert _status(await _post(port, endless, CHUNKED, length=-1)) == 413


async def test_a_second_reading_may_have_a_narrower_limit() -> None:
    async with _server() as port:
        assert (await _post(port, b"abc", path="/again")).endswith(b"held")


@pytest.mark.parametrize("guarded", [True, False])
async def test_half_a_body_is_answered_with_408_and_closed(guarded: bool) -> None:
    async with _server(guarded=guarded) as port:
        answer = await _post(port, b"half", length=8) if guarded else await _half(port)
        assert _status(answer) == SlowBodyError.status
        assert b"slow-body" in answer


async def _half(port: int) -> bytes:
    """Without the guard aiohttp waits 10 s for the rest; the answer itself comes in time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf")
    try:
        return await asyncio.wait_for(reader.readuntil(b"slow-body"), PATIENCE_S)
    finally:
        writer.close()


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "", "x"])
async def test_a_packed_body_is_a_415(encoding: str) -> None:
    async with _server() as port:
        answer = await _post(port, gzip.compress(b"x" * 900), f"Content-Encoding: {encoding}")
        assert _status(answer) == MediaTypeError.status


async def test_the_encoding_identity_is_none() -> None:
    async with _server() as port:
        assert _status(await _post(port, b"x", "Content-Encoding: Identity")) == 200


@pytest.mark.parametrize("body", [b"zz\r\nab\r\n", b"2\r\nabcd\r\n0\r\n\r\n"])
async def test_garbled_chunks_are_a_400(body: bytes) -> None:
    async with _server() as port:
        assert _status(await _post(port, body, CHUNKED, length=-1)) == MalformedError.status


async def test_json_is_read_from_a_request() -> None:
    async with _server() as port:
        kind = "Content-Type: application/json; charset=utf-8"
        assert (await _post(port, b'{"a": 1}', kind, path="/json")).endswith(b"{'a': 1}")
        assert _status(await _post(port, b"{", kind, path="/json")) == 400


@pytest.mark.parametrize("header", ["X-None: 1", "Content-Type: text/plain", "Content-Type: "])
async def test_json_of_another_type_or_none_is_a_415(header: str) -> None:
    async with _server() as port:
        assert _status(await _post(port, b"{}", header, path="/json")) == 415


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' [1, -2, true, false, null, "x"] \n', [1, -2, True, False, None, "x"]),
        (b"12345678901234567890", 12345678901234567890),
        (b"-99999999999999999999", -99999999999999999999),
        (b"12.10", Decimal("12.10")),
        (b"1e308", Decimal("1e308")),
        ('"Çağrı"'.encode(), "Çağrı"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"[[[{{{"', "[[[{{{"),
        (b'"a\\"[b"', 'a"[b'),
        (b"[" * 32 + b"]" * 32, None),
        (b'{"a":' * 31 + b"[]" + b"}" * 31, None),
    ],
)
def test_good_json_is_read(raw: bytes, value: Json) -> None:
    parsed = parse_json(raw)
    assert value is None or parsed == value


def test_an_amount_keeps_its_places() -> None:
    assert str(parse_json(b"12.10")) == "12.10"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"[1,]",
        b"{'a':1}",
        b"[1] x",
        b"01",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e309",
        b"1e999999999",
        b"1e-500",
        b"0." + b"1" * 60,
        b"123456789012345678901",
        b"-123456789012345678901",
        b"1" * 5_000,
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'[{"b":{"a":1,"a":2}}]',
        b'"\\ud800"',
        b'["\\udc00\\ud800"]',
        b'{"\\ud800":1}',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'"a\x00b"',
        b'"a\nb"',
        b'"a\\u0000b"',
        b'["\\\\\\u0000"]',
        b'{"\\u0000":1}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 1_000_000,
        b"]" * 1_000_000,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b'[{"a":[' * 11 + b"]}]" * 11,
        b'"' + b'\\"' * 400_000,
        b'["\\',
    ],
    ids=lambda raw: f"{raw[:12]!r}-{len(raw)}",
)
def test_bad_json_is_malformed_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_json(raw)


def test_a_backslash_before_the_words_of_nul_is_no_nul() -> None:
    assert parse_json(b'"a\\\\u0000"') == "a\\u0000"


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20) + 1, 10**20 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_what_python_writes_is_read_back(value: Json, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_json(text.encode("utf-8")) == value


@given(st.text('{}[]",:\\01eE.-NaIu d8', max_size=30).map(str.encode) | st.binary(max_size=40))
def test_any_octets_give_a_value_or_one_error(raw: bytes) -> None:
    try:
        value = parse_json(raw)
    except MalformedError:
        return
    assert json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
