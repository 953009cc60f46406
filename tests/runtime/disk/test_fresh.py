"""A file is there whole or not at all, and a disk that refuses is told as a fault that may pass."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.disk.fresh import FreshFile, write_all

if TYPE_CHECKING:
    from pathlib import Path


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no path is wanted


def test_it_is_there_once_it_has_settled(tmp_path: Path) -> None:
    fresh = FreshFile(tmp_path / "root", ["ab"], "abcd")
    fresh.write(b"one")
    fresh.write(b"two")
    place = tmp_path / "root" / "ab"
    assert not (place / "abcd").exists()
    fresh.settle()
    fresh.close()
    assert (place / "abcd").read_bytes() == b"onetwo"
    assert [file.name for file in place.iterdir()] == ["abcd"]


def test_what_has_not_settled_leaves_nothing_behind(tmp_path: Path) -> None:
    before = open_files()
    fresh = FreshFile(tmp_path, [], "abcd")
    fresh.write(b"one")
    fresh.close()
    assert list(tmp_path.iterdir()) == []
    assert open_files() == before


def test_a_full_disk_is_told_as_a_fault_that_may_pass_and_no_descriptor_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_files()

    def full(*_what: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    fresh = FreshFile(tmp_path, [], "abcd")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StoreError, match="No space left") as raised:
            fresh.write(b"one")
    assert raised.value.retryable
    fresh.close()
    assert open_files() == before
    (tmp_path / "abcd.new").mkdir()
    with pytest.raises(StoreError):
        FreshFile(tmp_path, [], "abcd")
    assert open_files() == before


def test_a_disk_that_takes_a_part_is_given_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    def slow(_file: int, octets: memoryview) -> int:
        taken.append(bytes(octets[:3]))
        return len(taken[-1])

    monkeypatch.setattr(os, "write", slow)
    write_all(0, b"12345678")
    assert taken == [b"123", b"456", b"78"]


def test_no_other_name_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        FreshFile(tmp_path, [], "../a")
