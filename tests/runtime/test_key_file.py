"""The file of the master key: made once, private, and never taken if it looks wrong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.key_file import KeyFileError, master_key

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_start_makes_a_key_that_only_its_owner_may_use(tmp_path: Path) -> None:
    path = tmp_path / "var" / "master.key"
    key = master_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]


def test_later_starts_find_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    assert master_key(path) == master_key(path)


def test_two_keys_are_never_alike(tmp_path: Path) -> None:
    assert master_key(tmp_path / "a") != master_key(tmp_path / "b")


def test_many_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    path, found = tmp_path / "master.key", set[bytes]()
    starts = [threading.Thread(target=lambda: found.add(master_key(path))) for _n in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(found) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    master_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        master_key(path)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused_and_kept(tmp_path: Path, length: int) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(b"k" * length)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=f"holds {length} bytes"):
        master_key(path)
    assert len(path.read_bytes()) == length


def test_a_place_that_cannot_hold_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KeyFileError, match="cannot be used"):
        master_key(tmp_path / "file" / "master.key")
    with pytest.raises(KeyFileError, match="cannot be used"):
        master_key(tmp_path)
