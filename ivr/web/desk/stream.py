"""GET /api/v1/events/stream: events for outside systems as server-sent events (ecosystem.md 9.6).

`?types=call.*,ticket.*` chooses. Events that are kept carry an id; who comes back with
`Last-Event-ID` gets what it missed, or `reset` when that is too long ago. Live ones are sent once.
At least once, in order per aggregate. A comment every 15 s keeps the line alive.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import ClientConnectionResetError, web

from ivr.domain.errors import NotValidError
from ivr.runtime.streams.feed import FeedEvent, Listener, whole
from ivr.runtime.streams.subscription import framed

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.streams.feed import Feed
    from ivr.runtime.tasks import Tasks

COMMENT_EVERY = timedelta(seconds=15)
COMMENT = framed(": still here\n\n")
GONE = 4401
"""Why a stream ends whose key or session is no longer good."""
MOST_TYPES = 50
MOST_LENGTH = 200


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody may hear. may: which types. show: an event as he may see it. still: whether
    all that is so by now; if not, the stream ends."""

    may: Callable[[str], bool]
    show: Callable[[FeedEvent], FeedEvent] = whole
    still: Callable[[], Awaitable[bool]] = _always


Admit = Callable[[web.Request], Awaitable[Entry]]
"""What the sender of this request may hear. Raises NotSignedInError, NotAllowedError."""


class EventStream:
    """Serves outside systems that listen."""

    def __init__(self, feed: Feed, clock: Clock, tasks: Tasks, admit: Admit) -> None:
        self._feed = feed
        self._clock = clock
        self._tasks = tasks
        self._admit = admit

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Send events until one of the two sides ends it. Raises RequestError before."""
        types, entry = _types(request), await self._admit(request)
        listener = Listener(types, entry.may, entry.show)
        last_id = request.headers.get("Last-Event-ID", "")
        if len(last_id) > MOST_LENGTH:
            raise NotValidError("Last-Event-ID is too long")
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        missed = await self._feed.listen(listener, last_id)
        comments = self._tasks.start(self._comments(listener, entry), "event stream")
        try:
            await response.prepare(request)
            with contextlib.suppress(ClientConnectionResetError, ConnectionError):
                for frame in missed:
                    await response.write(frame.text.encode())
                while (text := await listener.frames.next()) is not None:
                    await response.write(text.encode())
        finally:
            comments.cancel()
            self._feed.leave(listener)
        return response

    async def _comments(self, listener: Listener, entry: Entry) -> None:
        listener.frames.push_newest(("comment", ""), COMMENT)
        while True:
            await self._clock.sleep_until(self._clock.now() + COMMENT_EVERY)
            if not await entry.still():
                listener.frames.end(GONE)
                return
            listener.frames.push_newest(("comment", ""), COMMENT)


def _types(request: web.Request) -> tuple[str, ...]:
    """The types asked for; nothing said means all that the key opens."""
    given = request.query.get("types", "*")
    types = tuple(word.strip() for word in given.split(",") if word.strip())
    if not types or len(types) > MOST_TYPES or len(given) > MOST_TYPES * 40:
        raise NotValidError("types is a short list of event types")
    return types
