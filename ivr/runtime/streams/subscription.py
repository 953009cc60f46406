"""What is on its way to one page or one outside system, bounded: who cannot keep up is let go.

Two kinds of frames: ordered ones, of which none may be missing, and newest-only ones, where a
later frame of the same key takes the place of an earlier one that is still waiting.
Source: ecosystem.md 9.6 (pressure).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_FRAMES = 256
MOST_BYTES = 1024 * 1024
TOO_SLOW = 4408
"""Close code: more was waiting than may wait; the page comes back and goes on where it was."""

Sees = Callable[[str, Mapping[str, Any]], bool]
"""Whether this reader may see these data of a topic."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it is sent. size: bytes in UTF-8."""

    text: str
    size: int


def framed(text: str) -> Frame:
    """A text as a frame, measured once for all its readers."""
    return Frame(text, len(text.encode()))


def _sees_all(_topic: str, _data: Mapping[str, Any]) -> bool:
    return True


class Subscription:
    """One reader. seq: of the last ordered frame before the first one that comes out of here.

    resumed: whether what the reader missed comes first. code: why it was ended, None while open.
    """

    def __init__(self, topics: Sequence[str] = (), sees: Sees | None = None) -> None:
        self.topics = tuple(topics)
        self.sees = sees or _sees_all
        self.seq = 0
        self.resumed = False
        self.code: int | None = None
        self._ordered: deque[Frame] = deque()
        self._newest: dict[tuple[str, str], Frame] = {}
        self._waiting_bytes = 0
        self._ready = asyncio.Event()

    def push(self, frame: Frame) -> None:
        """One more frame in order; too many waiting end the subscription."""
        if self.code is None:
            self._ordered.append(frame)
            self._took(frame.size)

    def push_newest(self, key: tuple[str, str], frame: Frame) -> None:
        """The newest frame of a key; an older one that still waits is dropped."""
        if self.code is None:
            old = self._newest.pop(key, None)
            self._newest[key] = frame
            self._took(frame.size - (old.size if old else 0))

    def put_first(self, frames: Sequence[Frame]) -> None:
        """What was missed, before everything that waits already."""
        if self.code is None:
            self._ordered.extendleft(reversed(frames))
            self._took(sum(frame.size for frame in frames))

    def end(self, code: int) -> None:
        """No more comes; the reader is told why. The first reason counts."""
        if self.code is None:
            self.code = code
            self._ordered.clear()
            self._newest.clear()
            self._ready.set()

    async def next(self) -> str | None:
        """The next frame, ordered ones first; None once it is over."""
        while self.code is None:
            if self._ordered:
                return self._give(self._ordered.popleft())
            if self._newest:
                return self._give(self._newest.pop(next(iter(self._newest))))
            self._ready.clear()
            await self._ready.wait()
        return None

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._ordered) + len(self._newest)

    def _took(self, size: int) -> None:
        self._waiting_bytes += size
        if len(self._ordered) > MOST_FRAMES or self._waiting_bytes > MOST_BYTES:
            self.end(TOO_SLOW)
        else:
            self._ready.set()

    def _give(self, frame: Frame) -> str:
        self._waiting_bytes -= frame.size
        return frame.text
