"""Figures that many look at: only the newest counts, and each is sent at most once a second.

Besides, news that something has changed, told at once to who may know of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.runtime.streams.subscription import Frame, Subscription, framed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

EVERY = timedelta(seconds=1)
KEYS: Mapping[str, str] = {"agents": "agent", "queues": "queue", "alarms": "alarm"}
"""Topics that carry one thing of many: the field that says which."""

_Key = tuple[str, str]


@dataclass(slots=True)
class _Shown:
    """What was sent last of one key."""

    at: datetime
    data: Mapping[str, Any]
    frame: Frame


class Topics:
    """Newest-only topics. Each has its own `rev`, which rises by one with each frame."""

    def __init__(self, clock: Clock, tasks: Tasks) -> None:
        self._clock = clock
        self._tasks = tasks
        self._readers: dict[str, list[Subscription]] = {}
        self._revs: dict[str, int] = {}
        self._shown: dict[_Key, _Shown] = {}
        self._waiting: dict[_Key, tuple[datetime, str, Mapping[str, Any]]] = {}
        self._flushing = False

    def tell(self, name: str, kind: str, data: Mapping[str, Any]) -> None:
        """This is how it is now; sent at once, or when a second has passed since the last time."""
        key = self._key(name, data)
        shown = self._shown.get(key)
        due = shown.at + EVERY if shown else self._clock.now()
        if due <= self._clock.now():
            self._waiting.pop(key, None)
            self._send(key, kind, data)
            return
        self._waiting[key] = (due, kind, data)
        if not self._flushing:
            self._flushing = True
            self._tasks.start(self._flush(), "topics")

    def news(self, name: str, kind: str, data: Mapping[str, str], about: Mapping[str, Any]) -> None:
        """Something of a topic has changed: told at once to who may hear of it, and not kept.

        data: all that is told, which is what it is called. about: what readers are judged by.
        """
        rev = self._revs[name] = self._revs.get(name, 0) + 1
        head = {"rev": rev, "ts": self._clock.now().isoformat(), "type": kind, "topic": name}
        frame, key = framed(to_json({**head, "data": data})), (name, "|".join(data.values()))
        for reader in tuple(self._readers.get(name, ())):
            if reader.sees(name, about):
                reader.push_newest(key, frame)

    def end(self, name: str, kind: str, data: Mapping[str, Any]) -> None:
        """The last word about a thing that is no more: told at once, however lately it was heard
        of, and nothing of it is kept."""
        key = self._key(name, data)
        self._waiting.pop(key, None)
        self._send(key, kind, data)
        del self._shown[key]

    def join(self, reader: Subscription, *, catch_up: bool) -> None:
        """From now on this reader gets its topics; catch_up: first what was sent last of each."""
        for name in reader.topics:
            self._readers.setdefault(name, []).append(reader)
        if catch_up:
            for key, shown in self._shown.items():
                if key[0] in reader.topics and reader.sees(key[0], shown.data):
                    reader.push_newest(key, shown.frame)

    def leave(self, reader: Subscription) -> None:
        """This reader has gone."""
        for name in reader.topics:
            readers = self._readers.get(name, [])
            if reader in readers:
                readers.remove(reader)

    def _key(self, name: str, data: Mapping[str, Any]) -> _Key:
        return name, str(data.get(KEYS.get(name, ""), ""))

    async def _flush(self) -> None:
        try:
            while self._waiting:
                await self._clock.sleep_until(min(due for due, _, _ in self._waiting.values()))
                for key in self._ripe():
                    _due, kind, data = self._waiting.pop(key)
                    self._send(key, kind, data)
        finally:
            self._flushing = False

    def _ripe(self) -> Sequence[_Key]:
        now = self._clock.now()
        return [key for key, (due, _, _) in self._waiting.items() if due <= now]

    def _send(self, key: _Key, kind: str, data: Mapping[str, Any]) -> None:
        name, now = key[0], self._clock.now()
        rev = self._revs[name] = self._revs.get(name, 0) + 1
        head = {"rev": rev, "ts": now.isoformat(), "type": kind, "topic": name}
        frame = framed(to_json({**head, "data": data}))
        self._shown.pop(key, None)  # to the end: a reader that catches up sees rising revs
        self._shown[key] = _Shown(now, data, frame)
        for reader in tuple(self._readers.get(name, ())):
            if reader.sees(name, data):
                reader.push_newest(key, frame)


def to_json(value: Mapping[str, Any]) -> str:
    """As pages get it: one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
