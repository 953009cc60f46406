"""Whether all that was to be recorded is there and can be heard: figure K20, looked at every day.

Due is whatever was recorded, and each contact in which an agent of a queue that has its talks
recorded talked, on a trunk that can, to a caller who did not refuse. What is destroyed is due no
more. Sources: acd-cti.md 12 (completeness), kpis-staffing.md (K20), security.md 2 (INV-8).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import IvrError, MediaError
from ivr.domain.recording import CALL
from ivr.media.wav import call_seconds, read_wav
from ivr.runtime import metrics
from ivr.runtime.ports.recorded.recordings import GONE, READY
from ivr.runtime.recordings.keeper import SPEECH_RATES
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.recorded.recordings import RecordingRow, Recordings
    from ivr.runtime.recordings.folder import RecordingFolder

_LOG = logging.getLogger(__name__)
DAY: Final = timedelta(days=1)
SETTLED: Final = timedelta(hours=1)
"""So long sound may take to where it is kept."""
PAGE, SHOWN = 200, 20
DIFFERS_S: Final = 1.0
"""So much the sound may differ from what the call has counted."""
MISSING, UNREADABLE, LENGTH, PARTIAL, SILENT = (
    *("missing", "unreadable", "length", "partial", "silent"),
)
"""Faults: it never came; its file is gone or was changed; it is longer or shorter than it says; a
part was lost, and it says so; nothing can be heard on either side."""
_NO_SOUND: Final = frozenset(b"\xd5\x55\xff\x7f")
"""The octets of silence in A-law and mu-law."""
_HEAD: Final = 44


@dataclass(frozen=True, slots=True)
class Fault:
    """kind: one of those above. about: the recording, or the contact that has none."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """What was due, and what of it is not as it must be."""

    due: int
    faults: tuple[Fault, ...] = ()

    @property
    def valid(self) -> int:
        """How many are there and can be heard."""
        return self.due - len(self.faults)

    @property
    def share(self) -> float:
        """K20, 0 to 1; 1 where nothing was due."""
        return self.valid / self.due if self.due else 1.0


Rule = tuple["Sequence[str]", "Sequence[str]"]
"""The queues that have their talks recorded now, and the trunks that can."""


class Completing:
    """rule: asked anew each time."""

    def __init__(
        self, rows: Recordings, folder: RecordingFolder, clock: Clock, rule: Callable[[], Rule]
    ) -> None:
        self._rows = rows
        self._folder = folder
        self._clock = clock
        self._rule = rule

    async def run(self) -> None:
        """For ever, the first time an hour after the start."""
        await self._clock.sleep_until(self._clock.now() + SETTLED)
        await look_again(self.look, every(self._clock, DAY), "completeness_waits_for_store")

    async def look(self) -> Completeness:
        """The day that ended an hour ago: figures, and an alarm where something is missing."""
        until = self._clock.now() - SETTLED
        found = await self.between(until - DAY, until)
        _tell(found)
        return found

    async def between(self, since: datetime, until: datetime) -> Completeness:
        """A span of time. Raises StoreError."""
        due, faults = 0, list[Fault]()
        async for row in each_made(self._rows, since, until):
            if row.state == GONE:
                continue
            due += 1
            kind = await asyncio.to_thread(fault_of, self._folder, row)
            faults += [Fault(kind, row.id)] if kind else []
        queues, trunks = self._rule()
        untaped = await self._rows.untaped(queues, trunks, since, until) if queues else ()
        faults += [Fault(MISSING, call) for call in untaped]
        return Completeness(due + len(untaped), tuple(faults))


async def each_made(
    rows: Recordings, since: datetime, until: datetime
) -> AsyncIterator[RecordingRow]:
    """All that were made in a span of time, whatever became of them."""
    page = await rows.made(since, until, "", PAGE)
    while page:
        for row in page:
            yield row
        page = await rows.made(since, until, page[-1].id, PAGE)


def breach_of(folder: RecordingFolder, row: RecordingRow) -> str:
    """What is wrong with a recording that can be played (INV-8): its file is not there or is
    another one, or not as long as it says; "" = nothing. Reads all of it."""
    return _looked_at(folder, row)[0]


def fault_of(folder: RecordingFolder, row: RecordingRow) -> str:
    """Why a recording is not one that is there and valid; "" = it is. Reads all of it."""
    if row.state != READY or row.sound is None:
        return MISSING
    breach, content = _looked_at(folder, row)
    if breach or row.sound.partial:
        return breach or PARTIAL
    if row.kind != CALL:
        return ""
    if abs(row.sound.duration_ms / 1000 - row.seconds) > DIFFERS_S:
        return LENGTH
    return "" if set(content[_HEAD:]) - _NO_SOUND else SILENT


def _looked_at(folder: RecordingFolder, row: RecordingRow) -> tuple[str, bytes]:
    """The breach, and what is in the file."""
    sound = row.sound
    if row.state != READY or sound is None:
        return "", b""
    try:
        content = folder.sound(sound)
        seconds = (
            call_seconds(content) if row.kind == CALL else read_wav(content, SPEECH_RATES).seconds
        )
    except MediaError:
        return LENGTH, b""
    except IvrError:
        return UNREADABLE, b""
    return (LENGTH if round(seconds * 1000) != sound.duration_ms else ""), content


def _tell(found: Completeness) -> None:
    metrics.RECORDINGS_OF_DAY.labels("due").set(found.due)
    metrics.RECORDINGS_OF_DAY.labels("valid").set(found.valid)
    facts = {"due": found.due, "valid": found.valid, "share": round(found.share, 4)}
    if not found.faults:
        _LOG.info("recordings_complete", extra={"facts": facts})
        return
    kinds = dict(Counter(fault.kind for fault in found.faults))
    first = [f"{fault.kind} {fault.about}" for fault in found.faults[:SHOWN]]
    _LOG.error("recordings_incomplete", extra={"facts": {**facts, **kinds, "first": first}})
