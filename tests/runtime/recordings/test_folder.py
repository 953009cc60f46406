"""The folder of recordings: nothing outside it is ever opened, and nothing in it can be changed."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import NotFoundError, ReplayError, StoreError
from ivr.runtime.disk.inside import opened
from ivr.runtime.ports.recorded.recordings import Sound
from ivr.runtime.recordings.folder import PIECE, SCHEME, RecordingFolder
from ivr.runtime.sealing import MasterKeys

NAME = "ab" * 16
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def kept(tmp_path: Path) -> RecordingFolder:
    """An empty one that is not made yet."""
    return RecordingFolder(tmp_path / "recordings", MasterKeys(bytes(32)))


def path_of(kept: RecordingFolder, uri: str) -> Path:
    name = uri.removeprefix(SCHEME)
    return kept.root / name[:2] / name


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, len(CONTENT)])
def test_what_is_kept_comes_back_whole(kept: RecordingFolder, size: int) -> None:
    uri, key = kept.keep(CONTENT[:size])
    assert kept.read(uri, key, size) == CONTENT[:size]


def test_it_can_be_read_in_part(kept: RecordingFolder) -> None:
    uri, key = kept.keep(CONTENT)
    for begin, end in ((0, 10), (PIECE - 5, PIECE + 5), (200_000, len(CONTENT) + 99), (3, 3)):
        assert kept.read(uri, key, len(CONTENT), begin, end) == CONTENT[begin:end]


def test_its_file_shows_nothing_and_is_nobody_elses(kept: RecordingFolder) -> None:
    uri, _key = kept.keep(CONTENT)
    path = path_of(kept, uri)
    assert CONTENT[:64] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert sorted(kept.root.rglob("*.new")) == []


def test_a_piece_that_was_changed_cut_off_or_exchanged_is_seen(kept: RecordingFolder) -> None:
    uri, key = kept.keep(CONTENT)
    path, sealed = path_of(kept, uri), path_of(kept, uri).read_bytes()
    piece = PIECE + 28
    swapped = sealed[piece : 2 * piece] + sealed[:piece] + sealed[2 * piece :]
    changed = sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]
    for wrong in (sealed[:-1], sealed[:piece], swapped, changed):
        path.write_bytes(wrong)
        with pytest.raises(ReplayError):
            kept.read(uri, key, len(CONTENT))
    other, other_key = kept.keep(CONTENT)
    path.write_bytes(path_of(kept, other).read_bytes())
    with pytest.raises(ReplayError):
        kept.read(uri, other_key, len(CONTENT))


def test_what_is_destroyed_is_gone_and_may_be_destroyed_again(kept: RecordingFolder) -> None:
    uri, key = kept.keep(CONTENT)
    kept.drop(uri)
    kept.drop(uri)
    with pytest.raises(NotFoundError):
        kept.read(uri, key, len(CONTENT))


@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_link_is_not_followed(kept: RecordingFolder, tmp_path: Path, where: str) -> None:
    uri, key = kept.keep(CONTENT)
    path = path_of(kept, uri)
    elsewhere = tmp_path / "elsewhere"
    if where == "file":
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
    else:
        path.parent.rename(elsewhere)
        path.parent.symlink_to(elsewhere)
    with pytest.raises(NotFoundError):
        kept.read(uri, key, len(CONTENT))


def test_a_pipe_is_no_recording(kept: RecordingFolder) -> None:
    uri, _key = kept.keep(b"a")
    path = path_of(kept, uri)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(NotFoundError):
        opened(kept.root, [path.parent.name, path.name], os.O_RDONLY)


@given(st.text(max_size=40))
def test_no_other_address_is_opened(uri: str) -> None:
    kept = RecordingFolder(Path("/nowhere"), MasterKeys(bytes(32)))
    for wrong in (uri, SCHEME + uri, f"{SCHEME}../{uri}", f"{SCHEME}/etc/passwd"):
        with pytest.raises(NotFoundError):
            kept.read(wrong, b"", 1)


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        RecordingFolder(tmp_path / "recordings", MasterKeys(bytes(32))).keep(b"a")


def test_what_a_worker_has_written_is_taken_finished_or_not(kept: RecordingFolder) -> None:
    spool = kept.spool()
    assert kept.spooled(NAME) is None
    (spool / f"{NAME}.part").write_bytes(b"half")
    assert kept.spooled(NAME) == (b"half", False)
    (spool / f"{NAME}.wav").write_bytes(b"whole")
    assert kept.spooled(NAME) == (b"whole", True)
    kept.unspool(NAME)
    assert kept.spooled(NAME) is None


def test_all_of_it_is_compared_with_what_was_kept(kept: RecordingFolder) -> None:
    uri, key = kept.keep(CONTENT)
    good = Sound(uri, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), 1, key)
    assert kept.sound(good) == CONTENT
    other = replace(good, sha256=hashlib.sha256(b"other").hexdigest())
    assert kept.sound(other, 5, 10) == CONTENT[5:10]
    with pytest.raises(ReplayError):
        kept.sound(other)


def test_a_disk_that_is_full_takes_nothing_and_leaves_nothing(
    kept: RecordingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_what: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError, match="No space left") as raised:
        kept.keep(CONTENT)
    assert raised.value.retryable
    assert [each for each in kept.root.rglob("*") if each.is_file()] == []


def test_what_cannot_be_destroyed_is_not_said_to_be_gone(
    kept: RecordingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_what: object, **_where: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    uri, _key = kept.keep(CONTENT)
    monkeypatch.setattr(os, "unlink", denied)
    with pytest.raises(StoreError, match="Permission denied"):
        kept.drop(uri)
