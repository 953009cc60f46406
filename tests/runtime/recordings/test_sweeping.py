"""What crashes leave goes after a day, and nothing that somebody still wants."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.recordings.keeper import Found, RecordingKeeper, Source, silence_of
from ivr.runtime.recordings.sweeping import Sweeper
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.recordings.folder import RecordingFolder
    from tests.runtime.recordings.conftest import Rows

OLD, NEW, AWAITED, LOST = ("0a" * 16, "0b" * 16, "0c" * 16, "0d" * 16)
HOUR_S = 3_600


def put(clock: VirtualClock, path: Path, hours: float) -> Path:
    """A file that was last written to so many hours ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    at = clock.now().timestamp() - hours * HOUR_S
    os.utime(path, (at, at))
    return path


@pytest.fixture
def sweeper(rows: Rows, folder: RecordingFolder, clock: VirtualClock) -> Sweeper:
    """Of that folder."""
    return Sweeper(rows, folder.root, clock)  # type: ignore[arg-type]


def files(folder: RecordingFolder) -> set[str]:
    return {each.name for each in folder.root.rglob("*") if each.is_file()}


async def test_plain_sound_that_nobody_awaits_stays_in_the_spool_no_longer_than_a_day(
    rows: Rows, folder: RecordingFolder, clock: VirtualClock, sweeper: Sweeper
) -> None:
    spool = folder.spool()
    for name in (f"{OLD}.wav", f"{LOST}.part", f"{AWAITED}.part", "README"):
        put(clock, spool / name, 25)
    put(clock, spool / f"{NEW}.part", 23)
    rows.add("a", f"cut:{AWAITED}")
    assert await sweeper.sweep() == 2
    assert files(folder) == {f"{AWAITED}.part", f"{NEW}.part", "README"}
    assert await sweeper.sweep() == 0


async def kept_of(rows: Rows, folder: RecordingFolder, clock: VirtualClock, count: int) -> None:
    """Recordings that are kept since two days."""

    async def fetch(_row: RecordingRow) -> Found:
        return Found(silence_of(1))

    async def forget(_row: RecordingRow) -> None:
        return

    keeper = RecordingKeeper(rows, folder, clock, {"far": Source(fetch, forget)})  # type: ignore[arg-type]
    for number in range(count):
        rows.add(f"r{number}", "far:1")
    await keeper.look()
    at = clock.now().timestamp() - 48 * HOUR_S
    for path in folder.root.rglob("*"):
        os.utime(path, (at, at))


async def test_a_kept_file_that_no_row_names_goes_and_the_others_stay(
    rows: Rows, folder: RecordingFolder, clock: VirtualClock, sweeper: Sweeper
) -> None:
    await kept_of(rows, folder, clock, 3)
    mine = files(folder)
    put(clock, folder.root / "0a" / OLD, 25)
    put(clock, folder.root / "0d" / f"{LOST}.new", 25)
    put(clock, folder.root / "0b" / NEW, 23)
    assert await sweeper.sweep() == 2
    assert files(folder) == mine | {NEW}


async def test_in_the_folder_of_another_database_nothing_that_is_kept_goes(
    rows: Rows,
    folder: RecordingFolder,
    clock: VirtualClock,
    sweeper: Sweeper,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await kept_of(rows, folder, clock, 3)
    before = files(folder)
    rows.all.clear()
    assert await sweeper.sweep() == 0
    assert files(folder) == before
    assert [record.message for record in caplog.records] == ["recordings_unknown"]


async def test_a_file_that_resists_saves_no_other(
    folder: RecordingFolder,
    clock: VirtualClock,
    sweeper: Sweeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in (OLD, LOST):
        put(clock, folder.spool() / f"{name}.wav", 25)
    unlink = os.unlink

    def resisting(path: str, *, dir_fd: int | None = None) -> None:
        if path.startswith(OLD):
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", resisting)
    assert await sweeper.sweep() == 1
    assert files(folder) == {f"{OLD}.wav"}
    assert caplog.records[0].message == "recording_not_swept"


async def test_it_waits_an_hour_for_the_calls_of_a_former_life_and_comes_daily(
    rows: Rows, folder: RecordingFolder, clock: VirtualClock, sweeper: Sweeper
) -> None:
    old = put(clock, folder.spool() / f"{OLD}.wav", 30)
    tasks = Tasks()
    running = tasks.start(sweeper.run(), "sweep")
    await clock.advance(HOUR_S - 1)
    assert old.exists()
    await clock.advance(1)
    await _gone(clock, old.exists)
    second = put(clock, folder.spool() / f"{LOST}.wav", 5)
    await _gone(clock, second.exists)
    assert not running.done()
    await tasks.close()


async def _gone(clock: VirtualClock, is_there: Callable[[], bool]) -> None:
    """A thread takes it away meanwhile, while the hours go by."""
    async with asyncio.timeout(20):
        while is_there():
            await clock.advance(HOUR_S)


async def test_where_there_is_no_folder_there_is_nothing_to_sweep(sweeper: Sweeper) -> None:
    assert await sweeper.sweep() == 0
