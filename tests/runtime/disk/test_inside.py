"""Nothing but regular files below the folder is opened; more of it in `test_folder`."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.disk.inside import folder, opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["..", ".", "a/b", "/etc/passwd", "", "A", "a\0b", "é", ".hidden"])
def test_a_name_that_is_none_of_ours_leads_nowhere(tmp_path: Path, name: str) -> None:
    for parts in ([name], ["ab", name], [name, "ab"]):
        with pytest.raises(NotFoundError):
            opened(tmp_path, parts, os.O_RDONLY)


def test_folders_are_made_for_us_alone(tmp_path: Path) -> None:
    with folder(tmp_path / "root", ["ab", "cd"], make=True):
        made = tmp_path / "root" / "ab" / "cd"
        assert made.stat().st_mode & 0o077 == 0
    with pytest.raises(NotFoundError), folder(tmp_path / "root", ["ef"]):
        pass
    with pytest.raises(NotFoundError), folder(tmp_path / "none", []):
        pass


def test_a_file_is_read_by_its_descriptor(tmp_path: Path) -> None:
    (tmp_path / "ab").write_bytes(b"x")
    file = opened(tmp_path, ["ab"], os.O_RDONLY)
    assert os.read(file, 9) == b"x"
    os.close(file)
    with pytest.raises(NotFoundError):
        opened(tmp_path, ["cd"], os.O_RDONLY)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EMFILE, errno.EIO, errno.ESTALE])
def test_what_may_be_there_is_never_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "cd").write_bytes(b"x")
    real, where = os.open, ""

    def failing(path: str, *more: Any, **others: Any) -> int:  # noqa: ANN401 - as `os.open`
        if str(path) == where:
            raise OSError(number, os.strerror(number))
        return real(path, *more, **others)

    monkeypatch.setattr(os, "open", failing)
    for where in (str(tmp_path), "ab", "cd"):  # noqa: B007 - read by `failing`
        with pytest.raises(StoreError, match=os.strerror(number)) as raised:
            opened(tmp_path, ["ab", "cd"], os.O_RDONLY)
        assert raised.value.retryable


def test_a_folder_that_cannot_be_made_is_a_fault_and_nothing_that_is_missing(
    tmp_path: Path,
) -> None:
    (tmp_path / "ab").write_bytes(b"no folder")
    with pytest.raises(StoreError), folder(tmp_path, ["ab"], make=True):
        pass
