"""Messages by telephone: however one ends, the engine hears of it once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.sip.upkeep.messages import Messages
from ivr.domain.call import CallId, Turn
from ivr.domain.errors import StoreError
from ivr.domain.recording import MessageTaken, RecordingFailed, TakeMessage
from ivr.media.leg.told import Taken, Taped
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CALL, TURN = CallId("c1"), Turn(7)
ASKED = TakeMessage(turn=TURN, prompts=(), longest_s=60, silence_s=4, shortest_s=2, end_key="*")


class Recorder:
    """Names and a folder; in the spool is what a test says."""

    def __init__(self, folder: Path, spooled: float = 0.0) -> None:
        self.folder, self.spooled = folder, spooled
        self.keeper = SimpleNamespace(folder=SimpleNamespace(root=folder))

    def spool_name(self, call: CallId, turn: Turn) -> str:
        return f"{call}-{turn}"

    def spool_path(self, name: str) -> Path:
        return self.folder / name

    def spooled_s(self, _name: str) -> float:
        return self.spooled


class Sound:
    """Remembers what it was asked to take."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.recorded: list[tuple[int, int, str]] = []

    def take(self, *asked: Any) -> None:  # noqa: ANN401 - whatever it is
        self.asked.append(asked)

    def record(self, leg: int, turn: int, path: str) -> None:
        self.recorded.append((leg, turn, path))


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    """Of a server."""
    running = Tasks()
    yield running
    await running.close()


async def done(tasks: Tasks) -> None:
    """All that was begun."""
    await asyncio.gather(*tasks._running)


def begun(recorder: object, tasks: Tasks) -> tuple[Messages, Sound, list[MessageTaken]]:
    told: list[MessageTaken] = []
    messages, sound = Messages(recorder, tasks), Sound()  # type: ignore[arg-type]
    messages.take(sound, 5, (CALL, told.append), ASKED, ())
    return messages, sound, told


async def test_a_worker_is_asked_and_tells(tmp_path: Path, tasks: Tasks) -> None:
    messages, sound, told = begun(Recorder(tmp_path), tasks)
    ((line, turn, items, path, limits),) = sound.asked
    assert (line, turn, items, path) == (5, TURN, (), str(tmp_path / "c1-7"))
    assert (limits.longest_ms, limits.silence_ms, limits.shortest_ms, limits.end_key) == (
        *(60_000, 4_000, 2_000),
        "*",
    )
    messages.finished(CALL, TURN, told.append)
    await done(tasks)
    assert told == []
    messages.taken(Taken(5, TURN, 3_200, "key"))
    assert told == [MessageTaken(turn=TURN, seconds=3.2, ended_by="key", source="spool:c1-7")]
    messages.taken(Taken(5, TURN, 3_200, "key"))
    assert len(told) == 1


async def test_a_worker_that_died_has_left_what_it_has_written(
    tmp_path: Path, tasks: Tasks
) -> None:
    messages, _sound, told = begun(Recorder(tmp_path, 1.5), tasks)
    messages.lost(5)
    messages.finished(CALL, TURN, told.append)
    messages.lost(5)
    await done(tasks)
    assert told == [MessageTaken(turn=TURN, seconds=1.5, ended_by="lost", source="cut:c1-7")]


async def test_what_a_full_disk_has_cut_off_is_kept_as_far_as_it_goes_and_logged(
    tmp_path: Path, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    messages, _sound, told = begun(Recorder(tmp_path), tasks)
    messages.taken(Taken(5, TURN, 3_000, "lost", "No space left on device"))
    assert told == [MessageTaken(turn=TURN, seconds=3.0, ended_by="lost", source="cut:c1-7")]
    assert caplog.records[0].message == "message_not_written"
    assert "No space left" in str(vars(caplog.records[0])["facts"])


async def test_late_news_of_an_earlier_message_do_not_end_the_one_under_way(
    tmp_path: Path, tasks: Tasks
) -> None:
    messages, _sound, told = begun(Recorder(tmp_path), tasks)
    messages.taken(Taken(5, Turn(6), 9_000, "key"))
    assert told == []
    messages.taken(Taken(5, TURN, 3_200, "key"))
    assert [one.seconds for one in told] == [3.2]


async def test_what_the_disk_took_nothing_of_is_lost(tmp_path: Path, tasks: Tasks) -> None:
    messages, _sound, told = begun(Recorder(tmp_path), tasks)
    messages.taken(Taken(5, TURN, 0, "lost", "No space left on device"))
    assert told == [MessageTaken(turn=TURN, ended_by="lost")]


async def test_after_a_restart_the_spool_is_asked(tmp_path: Path, tasks: Tasks) -> None:
    messages = Messages(Recorder(tmp_path), tasks)  # type: ignore[arg-type]
    told: list[MessageTaken] = []
    messages.finished(CALL, TURN, told.append)
    await done(tasks)
    assert told == [MessageTaken(turn=TURN, ended_by="lost")]


async def test_a_disk_that_does_not_give_it_loses_one_message_and_is_logged(
    tmp_path: Path, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    class Away(Recorder):
        """Its disk is away."""

        def spooled_s(self, _name: str) -> float:
            raise StoreError("Input/output error", retryable=True)

    messages = Messages(Away(tmp_path), tasks)  # type: ignore[arg-type]
    assert await messages.found(CALL, TURN) == MessageTaken(turn=TURN, ended_by="lost")
    assert caplog.records[0].message == "message_not_read"


async def test_nobody_waits_for_one_that_is_closed(tmp_path: Path, tasks: Tasks) -> None:
    messages, _sound, told = begun(Recorder(tmp_path, 1.5), tasks)
    messages.close(5, Turn(8))
    messages.lost(5)
    messages.close(5, TURN)
    messages.lost(5)
    await done(tasks)
    assert told == []


async def test_where_nothing_can_be_kept_nobody_speaks_in_vain(tasks: Tasks) -> None:
    messages, sound, told = begun(None, tasks)
    assert sound.asked == []
    assert told == [MessageTaken(turn=TURN, ended_by="lost")]
    assert await messages.found(CALL, TURN) == told[0]


async def test_a_call_is_recorded_and_what_is_missing_of_it_is_told(
    tmp_path: Path, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    messages, sound = Messages(Recorder(tmp_path), tasks), Sound()  # type: ignore[arg-type]
    told: list[RecordingFailed] = []
    messages.record(sound, 5, (CALL, told.append), Turn(4))
    ((line, turn, path),) = sound.recorded
    assert (line, turn) == (5, 4)
    assert path == str(tmp_path / f"{CALL}-4")
    messages.taped(Taped(5, 4, 2_000))
    assert not caplog.records
    assert told == []
    messages.record(sound, 5, (CALL, told.append), Turn(6))
    messages.taped(Taped(5, 6, 2_000, "No space left on device"))
    assert [each.message for each in caplog.records] == ["call_not_recorded"]
    assert getattr(caplog.records[0], "call", "") == CALL
    assert told == [RecordingFailed(turn=Turn(6))]


async def test_late_news_of_an_earlier_recording_do_not_hide_that_the_next_one_fails(
    tmp_path: Path, tasks: Tasks
) -> None:
    messages, sound = Messages(Recorder(tmp_path), tasks), Sound()  # type: ignore[arg-type]
    told: list[RecordingFailed] = []
    messages.record(sound, 5, (CALL, told.append), Turn(4))
    messages.record(sound, 5, (CALL, told.append), Turn(6))
    messages.taped(Taped(5, 4, 2_000))
    assert told == []
    messages.taped(Taped(5, 6, 500, "No space left on device"))
    assert told == [RecordingFailed(turn=Turn(6))]


async def test_where_nothing_can_be_kept_no_call_counts_as_recorded(tasks: Tasks) -> None:
    told: list[RecordingFailed] = []
    Messages(None, tasks).record(Sound(), 5, (CALL, told.append), Turn(4))
    assert told == [RecordingFailed(turn=Turn(4))]
