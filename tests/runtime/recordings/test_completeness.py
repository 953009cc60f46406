"""Whether all that was to be recorded is there, and what is told where it is not."""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.recording import CALL, VOICEMAIL
from ivr.runtime.memory.clock import START
from ivr.runtime.ports.recorded.recordings import FAILED, GONE, PENDING, READY, RecordingRow, Sound
from ivr.runtime.recordings.completeness import Completing, Fault, breach_of, fault_of
from ivr.runtime.recordings.keeper import silence_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.recordings.folder import RecordingFolder

HOUR = timedelta(hours=1)


def talk(seconds: float, octet: int = 0x12) -> bytes:
    """The WAV file of a talk in A-law, both sides."""
    sound = bytes([octet]) * round(16000 * seconds)
    form = struct.pack("<HHIIHH", 6, 2, 8000, 16000, 2, 8)
    head = b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt " + struct.pack("<I", 16) + form
    return head + b"data" + struct.pack("<I", len(sound)) + sound


@dataclass
class Rows:
    """Recordings, and contacts of which there are none."""

    all: list[RecordingRow] = field(default_factory=list)
    missing: list[CallId] = field(default_factory=list)
    asked: list[tuple[Sequence[str], Sequence[str]]] = field(default_factory=list)

    async def made(
        self, since: datetime, until: datetime, after: str, limit: int
    ) -> list[RecordingRow]:
        mine = [row for row in self.all if since <= row.at < until and row.id > after]
        return sorted(mine, key=lambda row: row.id)[: min(limit, 2)]

    async def untaped(
        self, queues: Sequence[str], trunks: Sequence[str], since: datetime, until: datetime
    ) -> list[CallId]:
        assert since < until
        self.asked.append((queues, trunks))
        return self.missing


@dataclass
class Shelf:
    """Makes rows, with their sound in a folder."""

    folder: RecordingFolder
    rows: Rows = field(default_factory=Rows)

    def add(
        self,
        content: bytes,
        seconds: float,
        *,
        kind: str = CALL,
        says: float = 0,
        partial: bool = False,
    ) -> RecordingRow:
        uri, key = self.folder.keep(content)
        ms = round((says or seconds) * 1000)
        sound = Sound(uri, len(content), sha256(content).hexdigest(), ms, key, partial=partial)
        return self._row(READY, seconds, kind, sound)

    def _row(self, state: str, seconds: float, kind: str, sound: Sound | None) -> RecordingRow:
        name = f"r{len(self.rows.all):02}"
        at = START - 2 * HOUR
        row = RecordingRow(name, kind, state, CallId("c"), 1, at, seconds, "", sound=sound)
        self.rows.all.append(row)
        return row

    def without(self, state: str) -> RecordingRow:
        return self._row(state, 2.0, CALL, None)


@pytest.fixture
def shelf(folder: RecordingFolder) -> Shelf:
    return Shelf(folder)


def test_what_opens_sounds_and_is_as_long_as_the_talk_is_valid(shelf: Shelf) -> None:
    assert fault_of(shelf.folder, shelf.add(talk(2), 2.0)) == ""
    assert fault_of(shelf.folder, shelf.add(silence_of(2), 2.0, kind=VOICEMAIL)) == ""


def test_each_fault_has_its_name(shelf: Shelf) -> None:
    folder = shelf.folder
    gone = shelf.add(talk(2), 2.0)
    assert gone.sound is not None
    folder.drop(gone.sound.uri)
    faults = {
        "missing": (shelf.without(FAILED), shelf.without(PENDING)),
        "unreadable": (gone,),
        "length": (shelf.add(talk(2), 4.0, says=2), shelf.add(talk(2), 3.0)),
        "partial": (shelf.add(talk(2), 9.0, says=2, partial=True),),
        "silent": (shelf.add(talk(2, 0xD5), 2.0), shelf.add(talk(2, 0xFF), 2.0)),
    }
    for kind, rows in faults.items():
        assert [fault_of(folder, row) for row in rows] == [kind] * len(rows)


def test_what_says_itself_that_a_part_is_lost_breaks_no_promise(shelf: Shelf) -> None:
    assert breach_of(shelf.folder, shelf.add(talk(2), 9.0, says=2, partial=True)) == ""
    assert breach_of(shelf.folder, shelf.without(FAILED)) == ""
    assert breach_of(shelf.folder, shelf.add(talk(2), 3.0)) == "length"
    assert breach_of(shelf.folder, shelf.add(b"no sound", 3.0)) == "length"


async def test_a_day_counts_what_was_due_and_tells_of_what_is_missing(
    shelf: Shelf, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rows = shelf.rows
    for _each in range(3):
        shelf.add(talk(2), 2.0)
    shelf.without(GONE)
    looking = Completing(rows, shelf.folder, clock, lambda: (["cards"], ["phones"]))  # type: ignore[arg-type]
    found = await looking.look()
    assert (found.due, found.valid, found.share, found.faults) == (3, 3, 1.0, ())
    assert rows.asked == [(["cards"], ["phones"])]
    lost = shelf.without(FAILED)
    rows.missing = [CallId("c9")]
    found = await looking.look()
    assert (found.due, found.valid, found.share) == (5, 3, 0.6)
    assert found.faults == (Fault("missing", lost.id), Fault("missing", "c9"))
    told = [(record.levelname, record.message) for record in caplog.records]
    assert told == [("INFO", "recordings_complete"), ("ERROR", "recordings_incomplete")]


async def test_where_no_queue_records_no_talk_is_due(shelf: Shelf, clock: VirtualClock) -> None:
    looking = Completing(shelf.rows, shelf.folder, clock, lambda: ([], ["phones"]))  # type: ignore[arg-type]
    found = await looking.look()
    assert (found.due, found.share, shelf.rows.asked) == (0, 1.0, [])
