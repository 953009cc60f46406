"""Requests that wait for their answer, and the one timer that sees which have waited too long."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.twilio.answers import Answer, Asked


@dataclass(slots=True, eq=False)
class Waiting:
    """One request. reply: who wants the answer; None once it was told. began: `perf_counter`."""

    page: str
    asked: Asked
    reply: Callable[[Answer], None] | None
    began: float
    due: float = 0.0


class Patience:
    """Calls `late(waiting)` for each request that was not answered within its time.

    All have the same time, so that they fall due in the order they came: no timer per request.
    """

    def __init__(self, late: Callable[[Waiting], None]) -> None:
        self._late = late
        self._line: deque[Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, waiting: Waiting, within_s: float) -> None:
        """A request came just now."""
        loop, line = asyncio.get_running_loop(), self._line
        while line and line[0].reply is None:
            line.popleft()
        waiting.due = loop.time() + within_s
        line.append(waiting)
        if self._timer is None or self._timer.when() > waiting.due:
            self._wake(loop, waiting.due)

    def _wake(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(due, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._line and (self._line[0].reply is None or self._line[0].due <= loop.time()):
            waiting = self._line.popleft()
            if waiting.reply is not None:
                self._late(waiting)
        if self._line:
            self._wake(loop, self._line[0].due)
