"""Pauses of a recording are read from what was noted of its call."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.recorded.listing import RecordingPause
from ivr.runtime.ports.recorded.recordings import NewRecording
from ivr.store.recorded.listing import SqlRecordingLists
from tests.ports.conftest import NOON, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

__all__ = ["step"]


def note(**facts: object) -> tuple[tuple[str, str], ...]:
    return (("ignored", "{}"), ("recording", json.dumps(facts, separators=(",", ":"))))


async def test_pauses_are_told_of_the_recording_they_belong_to(
    base: SqlStore, step: Callable[..., Entry]
) -> None:
    said = [
        note(turn=5, state="paused", by="ayse", until="x"),
        note(turn=5, state="on", by="ayse"),
        note(turn=4, state="paused"),
        note(state="refused"),
        note(turn=5, state="paused"),
    ]
    lists = SqlRecordingLists(base.database)
    await base.calls.claim()
    await base.journal.append(step(1, call="D"))
    for seq, notes in enumerate(said, 2):
        await base.journal.append(replace(step(seq, call="D"), notes=notes))
    new = NewRecording("RD5", "call", 5, 6.0, "spool:x")
    await base.journal.append(replace(step(7, call="D"), recordings=(new,)))
    at = [NOON + timedelta(seconds=seq) for seq in (2, 3, 6)]
    assert await lists.pauses("RD5") == [
        RecordingPause(at[0], at[1], "ayse"),
        RecordingPause(at[2], None, ""),
    ]
    assert await lists.pauses("RD3") == []
