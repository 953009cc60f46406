"""GET /api/v1/screen: the figures of a screen on a wall, once a second, as server-sent events.

The key stands in the header `Authorization: Bearer ivrs_...`, never in a URL. A key that is taken
back ends its streams at once, with the event `revoked`.
"""

from __future__ import annotations

import contextlib
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aiohttp import web

from ivr.domain.errors import NotSignedInError, StoreError
from ivr.runtime.streams.subscription import Subscription, framed
from ivr.web.auth.keys import BEARER
from ivr.web.auth.tokens import digest
from ivr.web.gate import SlowDownError
from ivr.web.screens.shown import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import ScreenRow, Screens
    from ivr.runtime.tasks import Tasks
    from ivr.web.gate import Gate

    Rows: TypeAlias = Callable[[], Sequence[Mapping[str, Any]]]
    Titles: TypeAlias = Callable[[], Mapping[str, Mapping[str, str]]]

EVERY = timedelta(seconds=1)
LOOK_AGAIN: Final = 10
"""After so many figures the key is looked up again: another program may have removed it."""
MOST_OPEN: Final = 20
"""Screens that show one key at a time."""
REVOKED, CLOSING = 4401, 1012
_KEY = re.compile(r"ivrs_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}")
_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class ScreenStream:
    """All screens that are open. rows: the queues as they are; titles: how people call them."""

    def __init__(
        self, kept: Screens, rows: Rows, titles: Titles, clock: Clock, tasks: Tasks
    ) -> None:
        self._kept = kept
        self._rows = rows
        self._titles = titles
        self._clock = clock
        self._tasks = tasks
        self._open: dict[str, list[Subscription]] = {}
        self._closed = False

    def count(self, screen: str) -> int:
        """How many screens show this key now."""
        return len(self._open.get(screen, ()))

    def revoke(self, screen: str) -> None:
        """The key is taken back: its screens go dark at once."""
        for frames in self._open.get(screen, ()):
            frames.end(REVOKED)

    async def close(self, _app: web.Application) -> None:
        """The server stops; screens come back by themselves."""
        self._closed = True
        for each in self._open.values():
            for frames in each:
                frames.end(CLOSING)

    async def serve(self, gate: Gate, request: web.Request) -> web.StreamResponse:
        """Send figures until one of the two sides ends it. Raises RequestError before."""
        await gate.admit(request, None, fresh=False)
        screen = await self._screen(request)
        if self._closed or self.count(screen.id) >= MOST_OPEN:
            raise SlowDownError(EVERY.total_seconds() * LOOK_AGAIN)
        frames = Subscription()
        self._open.setdefault(screen.id, []).append(frames)
        work = self._tasks.start(self._tell(screen, frames), "screen")
        try:
            return await _write(request, frames)
        finally:
            work.cancel()
            self._leave(screen.id, frames)

    async def _screen(self, request: web.Request) -> ScreenRow:
        """Whose key it is. Raises NotSignedInError, always with the same words."""
        header = request.headers.get("Authorization", "")
        text = header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""
        found = await self._kept.get(digest(text)) if _KEY.fullmatch(text) else None
        if found is None:
            raise NotSignedInError("the key of this screen is not known or was taken back")
        return found

    def _leave(self, screen: str, frames: Subscription) -> None:
        self._open[screen].remove(frames)
        if not self._open[screen]:
            del self._open[screen]

    async def _tell(self, screen: ScreenRow, frames: Subscription) -> None:
        """Figures each second, changed or not: their age is what a wall must know."""
        told = 0
        while await self._is_good(screen, told):
            shown = figures(self._rows(), screen.queues, self._titles())
            text = json.dumps(
                {"name": screen.name, "language": screen.language, "queues": shown},
                ensure_ascii=False,
            )
            frames.push_newest(("figures", ""), framed(f"event: figures\ndata: {text}\n\n"))
            told += 1
            await self._clock.sleep_until(self._clock.now() + EVERY)
        frames.end(REVOKED)

    async def _is_good(self, screen: ScreenRow, told: int) -> bool:
        if told % LOOK_AGAIN:
            return True
        try:
            return await self._kept.get(screen.digest) is not None
        except StoreError:  # while the store is away nothing can have been taken back
            return True


async def _write(request: web.Request, frames: Subscription) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while (text := await frames.next()) is not None:
            await response.write(text.encode())
        if frames.code == REVOKED:
            await response.write(b"event: revoked\ndata: {}\n\n")
        await response.write_eof()
    return response
