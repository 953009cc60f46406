"""A customer sends photos by a link: once, for a while, and nothing that is no photo."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.ticket_rows import NewTicket
from ivr.store.intake.files import FileFolder
from ivr.web.errors import outermost
from ivr.web.files.receiving import Taking
from ivr.web.help.sending import SendingPage
from ivr.web.help.upload_links import UploadLinks
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 2000
LINKS = UploadLinks(b"k" * 32)


class Customer:
    """Somebody with a link and a browser without scripts, in English."""

    def __init__(self, client: TestClient[Any, Any], pool: Pool, folder: Path) -> None:
        self.client = client
        self.pool = pool
        self.folder = folder
        self.number = self.token = ""
        self.status = 0
        self.more: dict[str, str] = {}

    async def opens(self) -> str:
        """The page of the link."""
        return await self._ask("GET", None)

    async def sends(self, *files: tuple[str, bytes], message: str = "") -> str:
        """Files by name."""
        form = FormData({"message": message})
        for name, content in files:
            form.add_field("files", content, filename=name, content_type="text/html")
        return await self._ask("POST", form)

    async def articles(self) -> list[Any]:
        """What stands on the ticket."""
        return list(await self.pool.tickets.articles(self.number))

    def kept(self) -> list[Path]:
        """The files on the disk."""
        return [each for each in self.folder.rglob("*") if each.is_file()]

    async def _ask(self, method: str, data: Any) -> str:  # noqa: ANN401
        given = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin", **self.more}
        path = f"/u/{self.token}"
        async with self.client.request(method, path, data=data, headers=given) as answer:
            self.status = answer.status
            return await answer.text()


@pytest.fixture
async def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def customer(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Customer]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    pool, folder = Pool(store, at=START), tmp_path / "files"
    page = SendingPage(
        links=LINKS,
        tickets=pool.tickets,
        taking=Taking(FileFolder(folder), most=2, most_bytes=3000),
        clock=clock,
        source=lambda _request: "here",
        origins=lambda _request: (),
    )
    app = web.Application(middlewares=[outermost])
    app.add_routes(page.routes())
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    made = Customer(client, pool, folder)
    new = NewTicket("t", "Kart çalışmıyor", "voice")
    made.number = (await pool.tickets.open(new, pool.act())).ticket.number
    made.token = LINKS.make(made.number, clock.now() + timedelta(hours=1))
    yield made
    await client.close()
    await store.close()


async def test_what_he_sends_stands_on_the_ticket_as_his_message(customer: Customer) -> None:
    text = await customer.opens()
    assert (customer.status, customer.number[:3] in text, "Kart" in text) == (200, True, False)
    text = await customer.sends(("foto.jpg", JPEG), ("b.jpg", JPEG), message="İşte burada")
    assert (customer.status, "have arrived (2)" in text) == (200, True)
    [article] = await customer.articles()
    assert (article.kind, article.author_kind, article.author) == (
        "message",
        "customer",
        "customer",
    )
    assert (article.body, article.internal) == ("İşte burada", False)
    assert [(each.filename, each.mime, each.size_bytes) for each in article.files] == [
        ("foto.jpg", "image/jpeg", 2004),
        ("b.jpg", "image/jpeg", 2004),
    ]


async def test_a_link_is_good_once(customer: Customer) -> None:
    await customer.sends(("foto.jpg", JPEG))
    for text in (await customer.opens(), await customer.sends(("c.jpg", JPEG))):
        assert (customer.status, "used already" in text) == (410, True)
    assert (len(await customer.articles()), len(customer.kept())) == (1, 1)


async def test_a_link_ends(customer: Customer, clock: VirtualClock) -> None:
    await clock.advance(3600)
    for text in (await customer.opens(), await customer.sends(("foto.jpg", JPEG))):
        assert (customer.status, "has expired" in text) == (410, True)
    assert (await customer.articles(), customer.kept()) == ([], [])


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ((), 422, "choose at least one file"),
        ((("a.jpg", b"<html>"),), 422, "Files of this kind"),
        ((("a.html", b"<html>"),), 422, "Files of this kind"),
        ((("a.jpg", JPEG), ("a.js", b"alert(1)")), 422, "Files of this kind"),
        ((("a.jpg", JPEG * 2),), 413, "too large"),
        ((("a.jpg", JPEG),) * 3, 413, "too large"),
    ],
)
async def test_what_is_not_taken_leaves_the_link_good_and_nothing_behind(
    customer: Customer, files: tuple[tuple[str, bytes], ...], status: int, words: str
) -> None:
    text = await customer.sends(*files, message="<b>bakın</b>")
    assert (customer.status, words in text, "<b>" in text) == (status, True, False)
    assert (await customer.articles(), customer.kept()) == ([], [])
    await customer.sends(("foto.jpg", JPEG))
    assert customer.status == 200


async def test_a_wrong_address_leads_nowhere(customer: Customer) -> None:
    good = customer.token
    for token in ("x", good[:-1] + ("A" if good[-1] != "A" else "B"), LINKS.make("1", START)):
        customer.token = token
        await customer.opens()
        assert customer.status in {404, 410}
    customer.token = LINKS.make("999999994", START + timedelta(days=9000))
    await customer.opens()
    assert customer.status == 404


async def test_another_site_cannot_send_for_him(customer: Customer) -> None:
    customer.more["Sec-Fetch-Site"] = "cross-site"
    await customer.sends(("foto.jpg", JPEG))
    assert (customer.status, await customer.articles()) == (403, [])


async def test_one_address_may_not_try_for_ever(customer: Customer) -> None:
    for _ in range(41):
        await customer.sends()
    assert customer.status == 429
