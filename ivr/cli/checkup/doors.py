"""The doors: whether ports are free, and whether stalled or oversized requests are really cut."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.cli.checkup.finding import Finding, fail, ok
from ivr.web.guard import DEFAULT_LIMITS, HttpLimits, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ivr.config.fields import Listen
    from ivr.config.model import Config

SHORT_S = 0.2
PATIENCE_S = 3.0
STATUS_AT = slice(9, 10)
"""The first digit of the status in `HTTP/1.1 200`; nothing if the answer is empty."""
_ALIVE = b"GET /healthz HTTP/1.1\r\nHost: doctor\r\nConnection: close\r\n\r\n"
_ALIVE_ANSWER = {"alive": True}
_STALLED_HEAD = b"GET / HTTP/1.1\r\nHost: doc"
_STALLED_BODY = b"POST / HTTP/1.1\r\nHost: doctor\r\nContent-Length: 10\r\n\r\nhalf"
_LONG_TARGET = b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: doctor\r\n\r\n"
_MANY_HEADERS = b"GET / HTTP/1.1\r\nHost: doctor\r\n" + b"A: b\r\n" * 100 + b"\r\n"


def ports(config: Config) -> Iterator[Finding]:
    """Each address of the configuration: free, or answered by our own server."""
    places = [config.web.listen]
    if not config.web.listen.is_loopback:
        places.append(config.web.ops_listen)
    for place in places:
        yield port(place)


def port(place: Listen) -> Finding:
    """One address."""
    try:
        ours = _ask(place.host, place.port) == _ALIVE_ANSWER
    except OSError:
        return _free(place)
    if ours:
        return ok("port", f"this server listens on {place} already")
    remedy = "end that program, or change web.listen"
    return fail("port", f"{place} is taken by another program", remedy)


def is_ours(place: Listen) -> bool:
    """Whether a server of ours runs with this address."""
    try:
        return _ask(place.host, place.port) == _ALIVE_ANSWER
    except OSError:
        return False


def _ask(host: str, number: int) -> object:
    """What /healthz says there; None if it is no answer of ours. OSError if nobody listens."""
    with socket.create_connection((host, number), timeout=PATIENCE_S) as wire:
        try:
            wire.sendall(_ALIVE)
            with wire.makefile("rb") as answer:
                return json.loads(answer.read(65_536).partition(b"\r\n\r\n")[2])
        except (OSError, ValueError):
            return None


def _free(place: Listen) -> Finding:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            remedy = "change web.listen, or allow the port (below 1024: a proxy in front)"
            return fail("port", f"cannot listen on {place}: {error.strerror}", remedy)
    return ok("port", f"{place} is free")


def limits() -> list[Finding]:
    """Tries the limits of the HTTP server on a door of our own, with short times."""
    return asyncio.run(_limits())


async def _limits() -> list[Finding]:
    short = HttpLimits(head_s=SHORT_S, body_s=SHORT_S, idle_s=SHORT_S, flush_s=SHORT_S)
    door = await serve(_application(), short)
    try:
        wrong = [what async for what in _uncut(door.port)]
    finally:
        await door.stop()
    if wrong:
        remedy = "report it: a slow client could hold the server"
        return [fail("http limits", f"{', '.join(wrong)} is not refused", remedy)]
    real = DEFAULT_LIMITS
    said = f"head {real.head_s:g} s, body {real.body_s:g} s, {real.total} connections"
    return [ok("http limits", f"tried out: {said}, {real.per_source} of one source")]


def _application() -> web.Application:
    async def read(request: web.Request) -> web.Response:
        with suppress(ConnectionError):  # what is cut is the point, not a fault
            await request.read()
        return web.Response()

    app = web.Application()
    app.add_routes([web.route("*", "/", read)])
    return app


async def _uncut(number: int) -> AsyncIterator[str]:
    """What got through that must not."""
    for what, sent, digit in (
        ("a stalled head", _STALLED_HEAD, b""),
        ("a stalled body", _STALLED_BODY, b""),
        ("a long target", _LONG_TARGET, b"4"),
        ("a hundred headers", _MANY_HEADERS, b"4"),
    ):
        answer = await _answer(number, sent)
        if answer is None or answer[STATUS_AT] != digit:
            yield what


async def _answer(number: int, sent: bytes) -> bytes | None:
    """All that comes back until the connection ends; None if it does not end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", number)
    writer.write(sent)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read()
    except ConnectionError:
        return b""
    except TimeoutError:
        return None
    finally:
        writer.close()
