"""Files that customers send, in a folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, StoreError
from ivr.store.intake.files import FileFolder

if TYPE_CHECKING:
    from pathlib import Path


def files_in(folder: Path) -> list[Path]:
    """All of them, however deep."""
    return [each for each in folder.rglob("*") if each.is_file()]


async def test_a_file_is_handed_out_as_it_was_kept(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path / "files")
    kept = await folder.keep("fatura.pdf", "application/pdf", b"\x00\xff")
    assert (kept.filename, kept.mime, kept.size_bytes) == ("fatura.pdf", "application/pdf", 2)
    assert kept.sha256 == hashlib.sha256(b"\x00\xff").hexdigest()
    assert await folder.read(kept.uri) == b"\x00\xff"
    [path] = files_in(tmp_path / "files")
    assert path.stat().st_mode & 0o077 == 0


async def test_equal_files_are_kept_apart(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path)
    one, two = [await folder.keep("a", "x", b"same") for _ in range(2)]
    await folder.drop(one.uri)
    await folder.drop(one.uri)
    assert await folder.read(two.uri) == b"same"
    with pytest.raises(NotFoundError):
        await folder.read(one.uri)


@pytest.mark.parametrize("uri", ["", "files:", "files:../../etc/passwd", "file:///etc/passwd"])
async def test_an_address_of_no_file_leads_nowhere(tmp_path: Path, uri: str) -> None:
    for ask in (FileFolder(tmp_path).read, FileFolder(tmp_path).drop):
        with pytest.raises(NotFoundError):
            await ask(uri)


async def test_a_folder_that_cannot_be_written_is_told_as_a_fault_that_may_pass(
    tmp_path: Path,
) -> None:
    (tmp_path / "files").write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreError) as raised:
        await FileFolder(tmp_path / "files").keep("a", "x", b"")
    assert raised.value.retryable


async def test_a_file_that_came_in_pieces_is_handed_out_in_pieces(tmp_path: Path) -> None:
    folder, piece = FileFolder(tmp_path), bytes(range(256)) * 700
    async with folder.draft() as draft:
        for _ in range(4):
            await draft.write(piece)
        kept = await draft.keep("video.mp4", "video/mp4")
    pieces = [each async for each in folder.stream(kept.uri)]
    assert (b"".join(pieces), len(pieces) > 1) == (piece * 4, True)
    assert (kept.size_bytes, kept.sha256) == (
        len(piece) * 4,
        hashlib.sha256(piece * 4).hexdigest(),
    )


async def test_what_is_not_kept_in_the_end_leaves_no_trace(tmp_path: Path) -> None:
    async with FileFolder(tmp_path).draft() as draft:
        await draft.write(b"secret" * 100_000)
    assert files_in(tmp_path) == []


async def test_a_stream_of_a_file_that_is_gone_says_so_first(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path)
    kept = await folder.keep("a", "x", b"1")
    await folder.drop(kept.uri)
    with pytest.raises(NotFoundError):
        await anext(folder.stream(kept.uri))
