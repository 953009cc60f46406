"""Music for who waits is made once; what cannot be had is replaced."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from ivr.channels.sip.songs import Songs
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest


class Studio:
    """As `Sounds`: a track for each file that is one; without any our own tune."""

    async def music(self, files: Sequence[bytes] = ()) -> tuple[object, ...]:
        if b"broken" in files:
            raise MediaError("no room")
        names = [file.decode() for file in files] or ["tune"]
        return tuple(SimpleNamespace(stem=Path("/sounds", name)) for name in names)


def songs(*files: str) -> Songs:
    return Songs(cast("Any", Studio()), files)


async def test_the_server_s_own_music_comes_from_its_files_or_is_our_tune(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"a")
    own = songs(str(tmp_path / "a.wav"), "/nowhere.wav")
    assert own.stems("") == ()
    await own.make_own()
    assert own.stems("") == ("/sounds/a",)
    tune = songs()
    await tune.make_own()
    assert tune.stems("") == ("/sounds/tune",)


async def test_a_file_is_made_before_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "b.wav").write_bytes(b"b")
    file, made = str(tmp_path / "b.wav"), songs()
    assert made.stems(file) is None
    await made.make(file)
    assert made.stems(file) == ("/sounds/b",)


async def test_the_server_s_own_stands_in_for_a_file_that_cannot_be_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "c.wav").write_bytes(b"broken")
    made = songs()
    await made.make_own()
    await made.make(str(tmp_path / "c.wav"))
    assert made.stems(str(tmp_path / "c.wav")) == ("/sounds/tune",)
    assert caplog.messages == ["music_left_out"]
