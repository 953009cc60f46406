"""Files that customers sent are handed out as downloads, to who may see what they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.ticket_rows import NewArticle
from tests.fakes.file_desk import file_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.file_desk import FileDesk
    from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def desk(house: TicketDoor, tmp_path: Path) -> AsyncIterator[FileDesk]:
    async with file_desk(house, tmp_path / "files") as made:
        yield made


async def test_a_file_of_an_item_is_a_download(desk: FileDesk) -> None:
    kept = await desk.files.keep("fatura ğ.html", "text/html", b"<script>")
    item = await desk.pool.arrive(team="cards", files=(kept,))
    path = f"/intake/{item.id}/files/{item.files[0].id}"
    status, content, headers = await desk.get(path)
    assert (status, content) == (200, b"<script>")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''fatura%20%C4%9F.html"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert (await desk.get(path, "ali"))[0] == 404
    assert (await desk.get(path, "deniz"))[0] == 403
    assert (await desk.get(path, "nobody"))[0] == 401


async def test_a_file_of_a_ticket_is_one_too(desk: FileDesk) -> None:
    kept = await desk.files.keep("foto.jpg", "image/jpeg", b"\xff\xd8")
    number = (await desk.house.ticket(category="card"))["number"]
    said = NewArticle("message", "customer", "x", "bak", desk.pool.at, files=(kept,))
    article = (await desk.pool.tickets.append(number, said, desk.pool.act())).article
    path = f"/tickets/{number}/files/{article.files[0].id}"
    status, content, headers = await desk.get(path)
    assert (status, content, headers["Content-Type"]) == (200, b"\xff\xd8", "image/jpeg")
    assert (await desk.get(f"/tickets/{number}/files/{'0' * 26}"))[0] == 404
    await desk.files.drop(kept.uri)
    assert (await desk.get(path))[0] == 404
