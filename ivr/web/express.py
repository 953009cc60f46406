"""A short way for small requests: from their octets to those of the answer, past the application.

Decision: requests to a few known paths (webhooks) are served without aiohttp's request, router,
middleware and response. Context: HTTP took 55 us of CPU of each webhook, 40 of them there. Parser,
limits and keep-alive stay those of aiohttp and `guard`. Only what is plain goes this way: HTTP/1.1,
the whole body there, nothing unusual asked for. All else goes the ordinary way, which serves the
same paths and answers the same. Price: a second way to test, and inner parts of aiohttp 3.14, as in
`guard`. Reverse when the ordinary way is as quick. 2026-11.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import SERVER_SOFTWARE, HttpVersion11
from aiohttp.web_protocol import RequestHandler, _ErrInfo

from ivr.web.errors import SAFE_HEADERS

if TYPE_CHECKING:
    import asyncio

    from aiohttp.http_parser import RawRequestMessage
    from aiohttp.streams import StreamReader

Give: TypeAlias = Callable[[int, str, bytes], None]
"""Answers: status, content type ("" without a body), body. Once per request, now or later."""
Way: TypeAlias = Callable[[str, Any, bytes, Give], None]
"""Serves a request: raw target, headers (as `request.headers`), body, and what answers it."""
WAYS: web.AppKey[Mapping[str, Way]] = web.AppKey("ivr_ways", dict)
"""Path -> who serves POST requests to it on the short way."""

MOST_BYTES = 64 * 1024
"""A longer body goes the ordinary way, which knows the limit of each route."""
_LOG = logging.getLogger(__name__)
_UNUSUAL = (hdrs.EXPECT, hdrs.CONTENT_ENCODING, hdrs.TRANSFER_ENCODING)


class Express(RequestHandler):
    """A connection that serves known paths the short way, one request at a time.

    While a request is under way the ordinary server of this connection rests: nobody wakes it, and
    it is not idle either.
    """

    __slots__ = ("_resting", "_ways")

    def __init__(
        self,
        manager: web.Server,
        ways: Mapping[str, Way],
        *,
        loop: asyncio.AbstractEventLoop,
        **limits: Any,  # noqa: ANN401 - as the parent takes them
    ) -> None:
        super().__init__(manager, loop=loop, **limits)
        self._ways = ways
        self._resting: asyncio.Future[None] | None = None

    def data_received(self, data: bytes) -> None:
        """Take the octets in, then see who serves what they complete."""
        waiter, self._waiter = self._waiter, None
        super().data_received(data)
        if waiter is None:
            return
        self._waiter = waiter
        if self._messages and not waiter.done() and not self._goes_express():
            waiter.set_result(None)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The ordinary server must see it too; an answer still to come is dropped."""
        if self._resting is not None:
            self._served()
        super().connection_lost(exc)

    def _goes_express(self) -> bool:
        """Begin to serve the request that waits, if it is one for us."""
        message, payload = self._messages[0]
        way = self._way_of(message, payload)
        if way is None or isinstance(message, _ErrInfo):
            return False
        self._messages.popleft()
        if self._parser is not None:
            self._parser.message_consumed()
        if self._manager is not None:
            self._manager.requests_count += 1
        self._request_in_progress = True
        self._waiter, self._resting = None, self._waiter
        # Its own way of reading looks each time whether the transport can be read on.
        body = payload.read_nowait() if self._reading_paused else b"".join(payload._buffer)  # noqa: SLF001
        try:
            way(message.path, message.headers, body, self._give)
        except Exception:
            _LOG.exception("request_failed")
            self._give(500, "", b"")
        return True

    def _way_of(self, message: RawRequestMessage | _ErrInfo, payload: StreamReader) -> Way | None:
        """Who serves this request on the short way; None if it goes the ordinary one."""
        if isinstance(message, _ErrInfo) or message.method != hdrs.METH_POST:
            return None
        way = self._ways.get(message.path.partition("?")[0])
        if way is None or self._is_busy() or payload.total_bytes > MOST_BYTES:
            return None
        if not payload.is_eof() or payload.exception():
            return None
        if message.version != HttpVersion11 or message.should_close or message.upgrade:
            return None
        return None if any(name in message.headers for name in _UNUSUAL) else way

    def _is_busy(self) -> bool:
        """Whether this connection is about to end, or behind with reading or writing."""
        return self._close or self._force_close or self._paused or self._buffer_paused

    def _give(self, status: int, content_type: str, body: bytes) -> None:
        """Send the answer; a second one, or one for a client that has gone, is dropped."""
        if self._resting is None:
            return
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(answer(status, content_type, body))
        waiter = self._served()
        if self._close or self._force_close:
            waiter.cancel()
            return
        due = self._loop.time() + self._keepalive_timeout
        self._next_keepalive_close_time = due
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(due, self._process_keepalive)
        if self._messages and not waiter.done():
            waiter.set_result(None)

    def _served(self) -> asyncio.Future[None]:
        """The ordinary server takes its place again, as after a request of its own."""
        assert self._resting is not None  # noqa: S101 - asked by both callers
        waiter = self._waiter = self._resting
        self._resting, self._request_in_progress = None, False
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)
        return waiter


def answer(status: int, content_type: str, body: bytes) -> bytes:
    """A whole answer, head and body (RFC 9112). A 204 has no length, RFC 9110 section 8.6."""
    date = rfc822_formatted_time().encode("ascii")
    if status == HTTPStatus.NO_CONTENT:
        return b"%b%b\r\n\r\n" % (_head(status, ""), date)
    head = _head(status, content_type if body else "")
    return b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, date, len(body), body)


@lru_cache(maxsize=64)
def _head(status: int, content_type: str) -> bytes:
    """The head up to its date, which is the same for all answers of a kind."""
    fields = {"Content-Type": content_type} if content_type else {}
    fields |= {**SAFE_HEADERS, "Server": SERVER_SOFTWARE}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "Date: "]).encode("ascii")
