"""What a step writes about recordings, and where workers write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Note
from ivr.domain.recording import KeepRecording
from ivr.engine.state import State
from ivr.runtime.recordings.keeper import RecordingKeeper, silence_of
from ivr.runtime.recordings.recorder import Recorder
from tests.fakes.call_script import START

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.recordings.folder import RecordingFolder
    from tests.runtime.recordings.conftest import Rows


def made(rows: Rows, folder: RecordingFolder, clock: VirtualClock) -> Recorder:
    keeper = RecordingKeeper(rows, folder, clock, {})  # type: ignore[arg-type]
    return Recorder(keeper, lambda: "01J", b"key")


def test_a_row_for_each_that_is_to_be_kept(
    rows: Rows, folder: RecordingFolder, clock: VirtualClock
) -> None:
    state = State(CallId("c"), "h", "1", START, language="tr")
    keep = KeepRecording(kind="voicemail", turn=Turn(4), seconds=3, source="spool:a", box="b")
    (row,) = made(rows, folder, clock).writes(state, [Note(what="x"), keep])
    assert (row.id, row.kind, row.turn, row.seconds) == ("01J", "voicemail", 4, 3)
    assert (row.source, row.box, row.language) == ("spool:a", "b", "tr")


def test_what_a_crash_has_left_is_measured(
    rows: Rows, folder: RecordingFolder, clock: VirtualClock
) -> None:
    recorder = made(rows, folder, clock)
    name = recorder.spool_name(CallId("c"), Turn(1))
    path = recorder.spool_path(name)
    assert recorder.spooled_s(name) == 0.0
    assert folder.spool() == path.parent
    path.with_suffix(".part").write_bytes(silence_of(1.5))
    assert recorder.spooled_s(name) == 1.5
    path.with_suffix(".part").write_bytes(b"rubbish")
    assert recorder.spooled_s(name) == 0.0
