"""Events for outside systems that listen: live ones are sent once, kept ones can be replayed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr.runtime.streams.subscription import Frame, Subscription, framed

COME_BACK = 1012


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """Something happened. id: of an event that is kept and can be replayed, "" of a live one."""

    kind: str
    data: Mapping[str, Any]
    id: str = ""


Past = Callable[[str], Awaitable[Sequence[FeedEvent] | None]]
"""The kept events after this id, oldest first; None if it is unknown or too old."""


async def no_past(_after: str) -> Sequence[FeedEvent] | None:
    """For a server that keeps no events: whoever asks for missed ones must start afresh."""
    return None


def wants(patterns: Sequence[str], kind: str) -> bool:
    """Whether an event type is among those asked for: `call.queued`, `call.*` or `*`."""
    return any(
        pattern in ("*", kind) or (pattern.endswith(".*") and kind.startswith(pattern[:-1]))
        for pattern in patterns
    )


def whole(event: FeedEvent) -> FeedEvent:
    """For who may see all of it."""
    return event


@dataclass(slots=True, eq=False)
class Listener:
    """One outside system. may: which types its key opens. show: an event as it may see it."""

    patterns: tuple[str, ...]
    may: Callable[[str], bool]
    show: Callable[[FeedEvent], FeedEvent] = whole
    frames: Subscription = field(default_factory=Subscription)

    def takes(self, event: FeedEvent) -> bool:
        """Whether it asked for this type and may have it."""
        return wants(self.patterns, event.kind) and self.may(event.kind)


class Feed:
    """Everybody who listens to events over HTTP. past: where kept events are read again."""

    def __init__(self, past: Past = no_past) -> None:
        self._past = past
        self._listeners: list[Listener] = []

    def publish(self, event: FeedEvent) -> None:
        """Send an event to all who asked for its type."""
        for one in self._listeners:
            if one.takes(event):
                one.frames.push(to_frame(one.show(event)))

    def wanted(self, kind: str) -> bool:
        """Whether anybody listens to events of this type."""
        return any(wants(one.patterns, kind) and one.may(kind) for one in self._listeners)

    async def listen(self, listener: Listener, last_id: str = "") -> Sequence[Frame]:
        """Join, and get what was missed since the last event seen: to be sent first.

        `reset` stands for "too long ago". An event may come twice around this moment.
        """
        self._listeners.append(listener)
        if not last_id:
            return ()
        missed = await self._past(last_id)
        if missed is None:
            return (framed("event: reset\ndata: {}\n\n"),)
        return [to_frame(listener.show(event)) for event in missed if listener.takes(event)]

    def leave(self, listener: Listener) -> None:
        """It has gone."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def close(self) -> None:
        """The server stops."""
        for one in tuple(self._listeners):
            one.frames.end(COME_BACK)


def to_frame(event: FeedEvent) -> Frame:
    """An event as text/event-stream; JSON has no line ends, so one data line is enough."""
    head = f"id: {event.id}\n" if event.id else ""
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return framed(f"{head}event: {event.kind}\ndata: {data}\n\n")
