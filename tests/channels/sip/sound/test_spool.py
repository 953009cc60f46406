"""Messages on their way to the disk: true to the second, whole in the end, or nothing at all."""

from __future__ import annotations

import errno
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.spool import HEADER_OCTETS, MOST_WAITING, FileSink, Spool, header
from ivr.media.g711 import SILENT_FRAME
from ivr.media.wav import read_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FRAME = b"\x11" * 160


def whole(spool: Spool) -> None:
    """Everything that is over is on the disk."""
    spool.shut()


def test_a_message_is_cut_to_what_counts_and_named_when_it_is_whole(tmp_path: Path) -> None:
    spool = Spool()
    sink = spool.open(str(tmp_path / "ab"), "pcma")
    for _ in range(100):
        sink.add(FRAME)
    sink.close(75)
    whole(spool)
    (file,) = tmp_path.iterdir()
    assert file.name == "ab.wav"
    assert file.stat().st_mode & 0o077 == 0
    data = file.read_bytes()
    assert data == header("pcma", 75 * 160) + FRAME * 75
    assert read_wav(data).seconds == 1.5


def test_one_that_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool()
    sink = spool.open(str(tmp_path / "ab"), "pcmu")
    sink.add(FRAME)
    sink.drop()
    whole(spool)
    assert list(tmp_path.iterdir()) == []


class Wake:
    """Nobody waits for it."""

    def set(self) -> None:
        """Nothing."""


def sink_of(tmp_path: Path) -> FileSink:
    wake: threading.Event = Wake()  # type: ignore[assignment]
    return FileSink(str(tmp_path / "ab"), "pcma", wake)


def test_what_is_cut_off_by_a_kill_can_be_played(tmp_path: Path) -> None:
    sink = sink_of(tmp_path)
    for _ in range(5):
        for _ in range(10):
            sink.add(FRAME)
        assert not sink.write()
    data = (tmp_path / "ab.part").read_bytes()
    assert len(data) == HEADER_OCTETS + 50 * 160
    assert read_wav(data).seconds == 1.0


def test_a_slow_disk_costs_sound_and_no_time(tmp_path: Path) -> None:
    sink = sink_of(tmp_path)
    for _ in range(MOST_WAITING + 10):
        sink.add(FRAME)
    sink.write()
    sink.add(FRAME)
    sink.close(MOST_WAITING + 11)
    assert sink.write()
    data = (tmp_path / "ab.wav").read_bytes()[HEADER_OCTETS:]
    assert len(data) == (MOST_WAITING + 11) * 160
    assert data[-11 * 160 :] == SILENT_FRAME["pcma"] * 10 + FRAME


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no path is wanted


class Disk:
    """`os.write` as a disk gives it that has room for so many octets."""

    def __init__(self, room: int) -> None:
        self.room, self._write = room, os.write

    def __call__(self, file: int, octets: memoryview) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = self._write(file, octets[: self.room])
        self.room -= done
        return done


def test_a_disk_that_gets_full_keeps_what_it_has_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, sink = open_files(), sink_of(tmp_path)
    monkeypatch.setattr(os, "write", Disk(HEADER_OCTETS + 70 * 160 + 50))
    for _ in range(100):
        sink.add(FRAME)
    assert not sink.write()
    assert (sink.cut, sink.fault) == (70, "No space left on device")
    sink.add(FRAME)
    assert not sink.write()
    sink.close(60)
    assert sink.write()
    (file,) = tmp_path.iterdir()
    assert file.name == "ab.part"
    assert file.read_bytes() == header("pcma", 60 * 160) + FRAME * 60
    assert open_files() == before


@pytest.mark.parametrize("room", [0, 10])
def test_a_disk_that_is_full_from_the_beginning_keeps_nothing_open_and_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    before, sink = open_files(), sink_of(tmp_path)
    monkeypatch.setattr(os, "write", Disk(room))
    assert not sink.write()
    assert sink.cut == 0
    sink.drop()
    assert sink.write()
    assert list(tmp_path.iterdir()) == []
    assert open_files() == before


@pytest.mark.parametrize("broken", ["close", "fsync", "rename", "unlink", "open"])
def test_whatever_the_disk_refuses_the_next_message_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    before, real, refused = open_files(), getattr(os, broken), list[str]()
    spool, finished = Spool(), threading.Event()

    def refuses(*what: object, **where: object) -> object:
        if threading.current_thread().name != "spool" or finished.is_set():
            return real(*what, **where)
        refused.append(broken)
        if broken == "close":
            real(*what)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, broken, refuses)
    first = spool.open(str(tmp_path / "ab"), "pcma")
    first.add(FRAME)
    _until(lambda: refused or first._open)
    first.drop() if broken == "unlink" else first.close(1)
    _until(lambda: refused and not spool._sinks and not spool._fresh)
    finished.set()
    second = spool.open(str(tmp_path / "cd"), "pcma")
    second.add(FRAME)
    second.close(1)
    whole(spool)
    assert (tmp_path / "cd.wav").read_bytes() == header("pcma", 160) + FRAME
    assert open_files() == before


def _until(done: Callable[[], object]) -> None:
    """Another thread does it, within milliseconds."""
    tick, end = threading.Event(), time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        tick.wait(0.002)


def test_a_fault_of_ours_costs_one_message(tmp_path: Path) -> None:
    spool = Spool()
    odd = spool.open(str(tmp_path / "ab"), "odd")  # type: ignore[arg-type]
    _until(lambda: odd.cut is not None)
    assert odd.fault == "KeyError"
    sink = spool.open(str(tmp_path / "cd"), "pcma")
    sink.add(FRAME)
    sink.close(1)
    whole(spool)
    assert (tmp_path / "cd.wav").exists()


def test_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    sink = Spool().open(str(tmp_path / "no" / "where" / "else" / "ab"), "pcma")
    _until(lambda: sink.cut is not None)
    assert (sink.cut, sink.fault) == (0, "No such file or directory")


def test_folders_that_are_missing_are_made_for_us_alone(tmp_path: Path) -> None:
    spool = Spool()
    sink = spool.open(str(tmp_path / "recordings" / "spool" / "ab"), "pcma")
    sink.add(FRAME)
    sink.close(1)
    whole(spool)
    for place in (tmp_path / "recordings", tmp_path / "recordings" / "spool"):
        assert place.stat().st_mode & 0o077 == 0


def test_a_part_of_a_former_life_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "ab.part").write_bytes(b"old")
    sink = sink_of(tmp_path)
    sink.add(FRAME)
    sink.close(1)
    sink.write()
    assert (tmp_path / "ab.wav").read_bytes() == header("pcma", 160) + FRAME
