"""A file goes out whole, or whoever reads it sees that it does not."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.errors import StoreError
from ivr.runtime.ports.ticket_rows import FileRow
from ivr.store.intake.files import PIECE_BYTES, FileFolder
from ivr.web.errors import outermost
from ivr.web.files.handing_out import hand_out

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.ticket_rows import NewFile


class Torn(FileFolder):
    """A folder on a disk that fails after the first piece."""

    async def stream(self, uri: str) -> AsyncGenerator[bytes, None]:
        """One piece, then no more."""
        async for piece in super().stream(uri):
            yield piece
            raise StoreError("the disk has gone")


@asynccontextmanager
async def handing(files: Files, new: NewFile) -> AsyncIterator[TestClient[Any, Any]]:
    """A server that hands this file out."""
    row = FileRow("1", new.filename, new.mime, new.size_bytes, new.sha256, new.uri)

    async def give(request: web.Request) -> web.StreamResponse:
        return await hand_out(request, files, row)

    app = web.Application(middlewares=[outermost])
    app.router.add_get("/", give)
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    try:
        yield client
    finally:
        await client.close()


async def test_a_long_file_goes_out_in_pieces(tmp_path: Path) -> None:
    files, content = FileFolder(tmp_path), bytes(range(256)) * 4096
    new = await files.keep("v.webp", "image/webp", content)
    async with handing(files, new) as client, client.get("/") as answer:
        assert (await answer.read(), answer.content_type) == (content, "image/webp")
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml"])
async def test_what_a_browser_would_run_is_called_something_else(tmp_path: Path, mime: str) -> None:
    files = FileFolder(tmp_path)
    new = await files.keep("a.html", mime, b"<script>alert(1)</script>")
    async with handing(files, new) as client, client.get("/") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_file_that_is_gone_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    files = FileFolder(tmp_path)
    new = await files.keep("a.jpg", "image/jpeg", b"1")
    await files.drop(new.uri)
    async with handing(files, new) as client, client.get("/") as answer:
        assert answer.status == 404


async def test_a_disk_that_fails_halfway_breaks_the_answer_off(tmp_path: Path) -> None:
    files = Torn(tmp_path)
    new = await files.keep("a.jpg", "image/jpeg", b"1" * (PIECE_BYTES + 1))
    async with handing(files, new) as client, client.get("/") as answer:
        assert answer.status == 200
        with pytest.raises(ClientPayloadError):
            await answer.read()
