"""Messages on their way to the disk: true to the second, whole in the end, or nothing at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.spool import HEADER_OCTETS, MOST_WAITING, FileSink, Spool, header
from ivr.domain.errors import MediaError
from ivr.media.g711 import SILENT_FRAME
from ivr.media.wav import read_wav

if TYPE_CHECKING:
    import threading
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


def test_a_disk_that_fails_ends_it(tmp_path: Path) -> None:
    sink = sink_of(tmp_path)
    sink.add(FRAME)
    os.close(sink._file)
    sink._file = os.open(tmp_path / "ab.part", os.O_RDONLY)
    assert sink.write()


def test_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        Spool().open(str(tmp_path / "nowhere" / "ab"), "pcma")


def test_a_part_of_a_former_life_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "ab.part").write_bytes(b"old")
    sink = sink_of(tmp_path)
    sink.close(0)
    sink.write()
    assert (tmp_path / "ab.wav").read_bytes() == header("pcma", 0)
