"""Files that customers sent are handed out as downloads, to who may see what they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.runtime.ids import Ulids
from ivr.runtime.ports.ticket_rows import NewArticle
from ivr.store.customers.callers import SqlCallers
from ivr.store.customers.work import House
from ivr.store.desk.contacts import SqlContacts
from ivr.store.intake.files import FileFolder
from ivr.web.api.intake import IntakeParts
from ivr.web.api.intake.files import FilePages
from ivr.web.api.tickets import TicketParts
from ivr.web.errors import outermost
from ivr.web.gate import GATE
from tests.fakes.intake import Pool
from tests.fakes.ticket_house import RULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_door import TicketDoor


class Desk:
    """A browser before the downloads alone, with the sessions of the house."""

    def __init__(self, client: TestClient[Any, Any], house: TicketDoor, folder: Path) -> None:
        self.client = client
        self.house = house
        self.files = FileFolder(folder)
        self.pool = Pool(house.desk.store, at=house.desk.at)

    async def get(self, path: str, who: str = "ayse") -> tuple[int, bytes, dict[str, str]]:
        """Somebody downloads something."""
        await self.house.send("GET", "/me", who)
        cookies = self.house.door.tokens.get(who, {})
        async with self.client.get(f"/api/v1{path}", headers=cookies) as answer:
            return answer.status, await answer.read(), dict(answer.headers)


@pytest.fixture
async def desk(house: TicketDoor, tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "files"
    store, door = house.desk.store, house.door
    owner, pool = House("TR", b"key"), Pool(store, at=house.desk.at)
    new_id = Ulids(door.clock).new
    of_tickets = TicketParts(
        door.parts,
        pool.tickets,
        SqlContacts(store.database),
        SqlCallers(store.database, owner),
        lambda: RULES,
        new_id,
    )
    of_intake = IntakeParts(door.parts, pool.intake, pool.tickets, lambda: RULES, new_id)
    app = web.Application(middlewares=[outermost])
    app[GATE] = house.door.gate
    app.add_routes(FilePages(of_intake, of_tickets, FileFolder(folder)).routes())
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    yield Desk(client, house, folder)
    await client.close()


async def test_a_file_of_an_item_is_a_download(desk: Desk) -> None:
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


async def test_a_file_of_a_ticket_is_one_too(desk: Desk) -> None:
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
