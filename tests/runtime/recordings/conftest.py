"""Rows in memory and a folder of its own for each test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.recorded.recordings import FAILED, PENDING, READY, RecordingRow, Sound
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.sealing import MasterKeys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path


@dataclass
class Rows:
    """Implements `Recordings` as far as the keeper needs it."""

    all: dict[str, RecordingRow] = field(default_factory=dict)
    when: dict[str, datetime] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def add(self, name: str, source: str, seconds: float = 2.0) -> None:
        row = RecordingRow(name, "voicemail", PENDING, CallId("c"), 1, START, seconds, source)
        self.all[name], self.when[name] = row, START

    async def due(self, now: datetime, limit: int) -> Sequence[RecordingRow]:
        mine = [row for row in self.all.values() if row.id in self.when]
        return [row for row in mine if self.when[row.id] <= now][:limit]

    async def ready(self, recording: str, sound: Sound, at: datetime) -> bool:
        row = self.all[recording]
        if row.state != PENDING:
            return False
        self.all[recording], self.when[recording] = replace(row, state=READY, sound=sound), at
        return True

    async def later(self, recording: str, at: datetime, reason: str) -> None:
        row = self.all[recording]
        self.all[recording], self.when[recording] = replace(row, tries=row.tries + 1), at
        self.reasons.append(reason)

    async def named(self, addresses: Sequence[str]) -> AbstractSet[str]:
        kept = {row.sound.uri for row in self.all.values() if row.sound is not None}
        awaited = {row.source for row in self.all.values() if row.state == PENDING}
        return (kept | awaited) & set(addresses)

    async def newest(self) -> RecordingRow | None:
        return next((row for row in self.all.values() if row.sound is not None), None)

    async def forgotten(self, recording: str) -> None:
        self.all[recording] = replace(self.all[recording], source="")
        del self.when[recording]

    async def failed(self, recording: str, reason: str) -> None:
        del self.when[recording]
        self.all[recording] = replace(self.all[recording], state=FAILED)
        self.reasons.append(reason)


@pytest.fixture
def rows() -> Rows:
    """No recordings yet."""
    return Rows()


@pytest.fixture
def clock() -> VirtualClock:
    """Time that stands still."""
    return VirtualClock()


@pytest.fixture
def folder(tmp_path: Path) -> RecordingFolder:
    """An empty one."""
    return RecordingFolder(tmp_path / "recordings", MasterKeys(bytes(32)))
