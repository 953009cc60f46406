"""A browser before the routes of files alone, with the sessions of a ticket house."""

from __future__ import annotations

from contextlib import asynccontextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.runtime.ids import Ulids
from ivr.store.customers.callers import SqlCallers
from ivr.store.customers.work import House
from ivr.store.desk.contacts import SqlContacts
from ivr.store.intake.files import FileFolder
from ivr.web.api.intake import IntakeParts
from ivr.web.api.intake.files import FilePages
from ivr.web.api.tickets import TicketParts
from ivr.web.api.tickets.files import TicketFiles
from ivr.web.errors import outermost
from ivr.web.files.receiving import MB, Taking
from ivr.web.gate import GATE
from tests.fakes.door import SAME_SITE
from tests.fakes.intake import Pool
from tests.fakes.ticket_house import RULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_door import TicketDoor


class FileDesk:
    """A browser before the downloads alone, with the sessions of the house."""

    def __init__(self, client: TestClient[Any, Any], house: TicketDoor, folder: Path) -> None:
        self.client = client
        self.house = house
        self.folder = folder
        self.files = FileFolder(folder)
        self.pool = Pool(house.desk.store, at=house.desk.at)

    async def put(
        self, number: str, *files: tuple[str, bytes], who: str = "ayse", key: str = "", **said: str
    ) -> tuple[int, Any]:
        """Somebody says something with files."""
        await self.house.send("GET", "/me", who)
        headers = {**SAME_SITE, **self.house.door.tokens.get(who, {})}
        headers |= {"Idempotency-Key": key} if key else {}
        form = FormData(said, quote_fields=False)
        for name, content in files:
            form.add_field("files", BytesIO(content), filename=name, content_type="image/png")
        path = f"/api/v1/tickets/{number}/files"
        async with self.client.post(path, data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    def kept(self) -> list[Path]:
        """The files on the disk."""
        return [each for each in self.folder.rglob("*") if each.is_file()]

    async def get(self, path: str, who: str = "ayse") -> tuple[int, bytes, dict[str, str]]:
        """Somebody downloads something."""
        await self.house.send("GET", "/me", who)
        cookies = self.house.door.tokens.get(who, {})
        async with self.client.get(f"/api/v1{path}", headers=cookies) as answer:
            return answer.status, await answer.read(), dict(answer.headers)


@asynccontextmanager
async def file_desk(house: TicketDoor, folder: Path) -> AsyncIterator[FileDesk]:
    """In front of this house. folder: where the files are."""
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
    files = FileFolder(folder)
    taking = Taking(files, most=2, most_bytes=MB)
    app.add_routes(FilePages(of_intake, of_tickets, files).routes())
    app.add_routes(TicketFiles(of_tickets, taking).routes())
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    try:
        yield FileDesk(client, house, folder)
    finally:
        await client.close()
