"""Talks of which something should have been recorded, and nothing was, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.engine.record.stretches import Stretch
from ivr.runtime.ports import CallClosing
from ivr.runtime.ports.recorded.recordings import NewRecording
from ivr.store.recorded.repository import SqlRecordings
from tests.ports.conftest import NOON, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

__all__ = ["step"]
DAY = timedelta(days=1)
REFUSED = (("recording", '{"state":"refused"}'),)
TAPED = (NewRecording("R1", "call", 7, 60.0, "spool:a", queue="cards"),)


def talked(seconds: float, queue: str) -> CallClosing:
    """A contact with such a talk."""
    end = NOON + timedelta(seconds=seconds)
    part = Stretch("talk", NOON, end, "ayse", "caller", queue, "ayse")
    return CallClosing("handled", "success", "normal", "caller", "", "tr", (), (part,), NOON)


async def test_only_talks_that_were_due_and_of_which_there_is_nothing(
    base: SqlStore,
    step: Callable[..., Entry],
) -> None:
    await base.calls.claim()
    contacts = {
        "missing": (60.0, "cards", (), ()),
        "taped": (60.0, "cards", (), TAPED),
        "refused": (60.0, "cards", REFUSED, ()),
        "short": (1.0, "cards", (), ()),
        "other": (60.0, "loans", (), ()),
    }
    for name, (seconds, queue, notes, recordings) in contacts.items():
        await base.journal.append(step(1, call=name))
        more = {"closing": talked(seconds, queue), "notes": notes, "recordings": recordings}
        await base.journal.append(replace(step(2, call=name), **more))  # type: ignore[arg-type]
    rows = SqlRecordings(base.database)
    assert await rows.untaped(["cards"], ["main"], NOON - DAY, NOON + DAY) == ["missing"]
    assert await rows.untaped(["cards"], ["other"], NOON - DAY, NOON + DAY) == []
    assert await rows.untaped(["cards"], ["main"], NOON + DAY, NOON + 2 * DAY) == []
