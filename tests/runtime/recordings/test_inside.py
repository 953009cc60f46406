"""Nothing but regular files below the folder is opened; more of it in `test_folder`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.recordings.inside import folder, opened

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
