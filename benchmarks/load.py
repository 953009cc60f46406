"""A small HTTP/1.1 load generator for webhooks: one process, keep-alive, no client library.

The server under test and the bare handlers are driven by the same code, so that the ratio between
them says something.
"""

from __future__ import annotations

import asyncio
import html
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

import uvloop

from benchmarks.server import HOST
from benchmarks.table import CannotRunError
from ivr.channels.twilio.wire.signature import sign

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

ACCOUNT = "AC" + "0" * 32
TOKEN = "demo"  # noqa: S105 - the token of the demo configuration, good on loopback only
_NEXT = re.compile(rb'<Gather [^>]*action="([^"#]+)|<Redirect[^>]*>([^<#]+)')
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on the fast loop, so that the generator is not what limits."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def pause(seconds: float) -> None:
    """Real time passes: what is measured here lives in it."""
    await asyncio.sleep(max(0.0, seconds))  # noqa: TID251 - see above


def signed(url: str, form: Mapping[str, str]) -> bytes:
    """A whole webhook request as the provider sends it."""
    url = url.partition("#")[0]
    parts = urlsplit(url)
    body = urlencode(form).encode()
    head = (
        f"POST {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\n"
        f"Host: {parts.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {sign(url, list(form.items()), TOKEN)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class Caller:
    """One call: sends `first`, then answers every document by `then(document)`; None ends."""

    first: bytes
    then: Callable[[bytes], bytes | None]


@dataclass(slots=True)
class Measured:
    """What came of it. times_s: one per answered request."""

    times_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wrong: int = 0

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.times_s) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The time within which this share of the answers came."""
        ordered = sorted(self.times_s)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def count(self, began: float, status: int) -> None:
        """One answer came now."""
        self.times_s.append(time.perf_counter() - began)
        self.wrong += status != 200


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time; connects anew when it was closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self._came = b""

    async def post(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. Raises OSError if the server goes away before the answer is whole."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._transport, _ = await loop.create_connection(lambda: self, HOST, self._port)
        self._came = b""
        self._waiter = loop.create_future()
        self._transport.write(request)
        return await self._waiter

    def data_received(self, data: bytes) -> None:
        """Some of an answer; with Content-Length or, for 204, with no body at all."""
        self._came += data
        head, parted, body = self._came.partition(b"\r\n\r\n")
        if not parted or self._waiter is None or self._waiter.done():
            return
        length = _LENGTH.search(head)
        if len(body) >= (int(length[1]) if length else 0):
            self._waiter.set_result((int(head[9:12]), body))

    def connection_lost(self, _exc: Exception | None) -> None:
        """Who waits for an answer learns that none comes."""
        self._transport = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionResetError("closed before the answer"))

    def close(self) -> None:
        """Hang up the connection."""
        if self._transport is not None:
            self._transport.close()


async def flat_out(callers: list[Caller], port: int, seconds: float) -> Measured:
    """Every caller on its own connection, as fast as the answers come."""
    measured = Measured()
    began = time.perf_counter()
    end = began + seconds

    async def one(caller: Caller) -> None:
        connection = Connection(port)
        request: bytes | None = caller.first
        while request is not None and (sent := time.perf_counter()) < end:
            status, body = await connection.post(request)
            measured.count(sent, status)
            request = caller.then(body)
        connection.close()

    await asyncio.gather(*(one(caller) for caller in callers))
    measured.seconds = time.perf_counter() - began
    return measured


async def at_rate(callers: list[Caller], port: int, per_second: float, seconds: float) -> Measured:
    """Requests at a fixed rate over all callers; times count from when each was due."""
    measured = Measured()
    gap = len(callers) / per_second
    start = time.perf_counter() + 0.2

    async def one(place: int, caller: Caller) -> None:
        connection = Connection(port)
        request: bytes | None = caller.first
        due = start + place / per_second
        while request is not None and due < start + seconds:
            await pause(due - time.perf_counter())
            status, body = await connection.post(request)
            measured.count(due, status)
            request, due = caller.then(body), due + gap
        connection.close()

    await asyncio.gather(*(one(place, caller) for place, caller in enumerate(callers)))
    measured.seconds = seconds
    return measured


def calls(port: int, count: int, first: int, form: Mapping[str, str]) -> list[Caller]:
    """Callers numbered from `first` who press 1 wherever they are asked. form: From, To, ..."""
    return [_call(port, number, form) for number in range(first, first + count)]


def _call(port: int, number: int, form: Mapping[str, str]) -> Caller:
    who = {"AccountSid": ACCOUNT, "CallSid": f"CA{number:032x}"}
    ring = {**who, **form, "CallStatus": "ringing"}

    def then(document: bytes) -> bytes:
        url, is_gather = next_url(document)
        return signed(url, {**who, "Digits": "1"} if is_gather else who)

    return Caller(signed(f"http://{HOST}:{port}/hooks/main/voice", ring), then)


def next_url(document: bytes) -> tuple[str, bool]:
    """Where a document leads first, and whether that is a Gather with its digits."""
    found = _NEXT.search(document)
    if found is None:
        raise CannotRunError(f"the call does not go on: {document[:500]!r}")
    return html.unescape((found[1] or found[2]).decode().strip()), found[1] is not None
