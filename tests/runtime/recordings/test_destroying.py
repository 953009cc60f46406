"""Whatever its address says, it is destroyed where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.recordings.destroying import WithRecordings
from ivr.store.intake.files import FileFolder

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.recordings.folder import RecordingFolder

NAME = "ab" * 16


async def test_files_and_recordings_go_by_the_same_door(
    folder: RecordingFolder, tmp_path: Path
) -> None:
    files = WithRecordings(FileFolder(tmp_path / "files"), folder.root)
    file = await files.keep("a.txt", "text/plain", b"x")
    assert await files.read(file.uri) == b"x"
    assert [piece async for piece in files.stream(file.uri)] == [b"x"]
    async with files.draft():
        pass
    uri, key = folder.keep(b"sound")
    spooled = folder.spool() / f"{NAME}.part"
    spooled.write_bytes(b"more")
    for each in (file.uri, uri, f"cut:{NAME}", uri):
        await files.drop(each)
    assert not spooled.exists()
    for gone in (file.uri,):
        with pytest.raises(NotFoundError):
            await files.read(gone)
    with pytest.raises(NotFoundError):
        folder.read(uri, key, 5)
    with pytest.raises(NotFoundError):
        await files.drop("elsewhere:1")
