"""A line to another system's HTTP API: one question, one bounded answer.

Addresses are checked at each connect, redirects are not followed, what is said stays out of logs.
Source: security.md section 17.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import aiohttp

from ivr.cti.outbox.retrying import NotTakenError
from ivr.cti.post import open_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.cti.post import Target

LIMIT_S = 15.0
MOST_BYTES = 4 * 1024 * 1024
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. path: after the base address, with its query. body: JSON unless `mime`."""

    method: str
    path: str = ""
    body: bytes | None = None
    headers: Mapping[str, str] | None = None
    mime: str = JSON_TYPE


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. headers: names as RFC 9110 writes them."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever they send
        """Its body as JSON. Raises NotTakenError (later): what is not JSON is a broken system."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise NotTakenError("the answer is no JSON", sick=True) from None


class Line:
    """Connections to one system. name: for logs."""

    def __init__(self, name: str, target: Target, limit_s: float = LIMIT_S) -> None:
        self.name = name
        self._target = target
        self._limit_s = limit_s
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, question: Question) -> Reply:
        """Ask once. Raises NotTakenError (later) when nothing comes back in time."""
        if self._session is None:
            self._session = open_session(self._target, self.name)
        try:
            async with asyncio.timeout(self._limit_s), self._sent(question) as response:
                return Reply(response.status, response.headers, await _read(response))
        except TimeoutError:
            raise NotTakenError(f"no answer within {self._limit_s:g} s", sick=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotTakenError(type(error).__name__, sick=True) from None

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()

    def _sent(self, question: Question) -> aiohttp.client._RequestContextManager:
        assert self._session is not None  # noqa: S101 - opened by `ask`
        headers = dict(question.headers or {})
        if question.body is not None:
            headers["Content-Type"] = question.mime
        return self._session.request(
            question.method,
            self._target.url.reveal() + question.path,
            data=None if question.body is None else BytesIO(question.body),
            headers=headers,
            allow_redirects=False,
            middlewares=(_once,),
        )


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A line that was cut is never tried again behind our back, as aiohttp does for PUT: what was
    asked for may have been done."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise NotTakenError(type(error).__name__, sick=True) from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises NotTakenError for one that does not end."""
    body = bytearray()
    while chunk := await response.content.readany():
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            raise NotTakenError(f"the answer has more than {MOST_BYTES} octets", sick=True)
    return bytes(body)
