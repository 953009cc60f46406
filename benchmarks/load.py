"""A small HTTP/1.1 load generator for webhooks: one process, keep-alive, no client library.

The server under test and the bare handler are driven by the same code, so that the ratio between
them says something.
"""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from ivr.channels.twilio.wire.signature import sign

ACTION = re.compile(rb'action="([^"#]+)')
Request = tuple[str, dict[str, str]]
"""URL and form."""


@dataclass(slots=True)
class Caller:
    """One call: asks `first`, then answers every document by `then(document, turn number)`."""

    first: Request
    then: Callable[[bytes, int], Request]


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


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._place = (host, port)
        self._token = token
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, request: Request) -> tuple[int, bytes]:
        """Status and body."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._place)
        self._writer.write(self._bytes(*request))
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
        return int(head[9:12]), await self._reader.readexactly(length) if length else b""

    def _bytes(self, url: str, form: dict[str, str]) -> bytes:
        parts = urlsplit(url)
        body = urlencode(form).encode()
        signature = sign(url, list(form.items()), self._token)
        head = (
            f"POST {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\n"
            f"Host: {parts.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def close(self) -> None:
        """Hang up the connection."""
        if self._writer is not None:
            self._writer.close()


async def flat_out(
    callers: list[Caller], host: str, port: int, seconds: float, token: str = "demo"
) -> Measured:
    """Every caller on its own connection, as fast as the answers come."""
    measured = Measured()
    end = time.perf_counter() + seconds

    async def one(caller: Caller) -> None:
        connection = Connection(host, port, token)
        request, number = caller.first, 0
        while time.perf_counter() < end:
            began = time.perf_counter()
            status, body = await connection.post(request)
            measured.times_s.append(time.perf_counter() - began)
            measured.wrong += status != 200
            request = caller.then(body, number)
            number += 1
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(caller) for caller in callers))
    measured.seconds = time.perf_counter() - began
    return measured


async def at_rate(
    callers: list[Caller], host: str, port: int, per_second: float, seconds: float
) -> Measured:
    """Requests at a fixed rate over all callers; times count from when each was due."""
    measured = Measured()
    gap = len(callers) / per_second
    start = time.perf_counter() + 0.2

    async def one(place: int, caller: Caller) -> None:
        connection = Connection(host, port, "demo")
        request, number, due = caller.first, 0, start + place / per_second
        while due < start + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            status, body = await connection.post(request)
            measured.times_s.append(time.perf_counter() - due)
            measured.wrong += status != 200
            request, number, due = caller.then(body, number), number + 1, due + gap
        connection.close()

    await asyncio.gather(*(one(place, caller) for place, caller in enumerate(callers)))
    measured.seconds = seconds
    return measured


def next_url(document: bytes) -> str:
    """Where the first Gather of a document sends its digits."""
    found = ACTION.search(document)
    assert found is not None, document[:500]
    return html.unescape(found[1].decode())
