"""Visitors read and search what is published for everybody, and say what helped."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.knowledge import NewArticle
from ivr.runtime.ports.tickets import Act
from ivr.web.errors import outermost
from ivr.web.help.knowledge import KnowledgePages
from tests.fakes.fresh_store import open_fresh
from tests.fakes.writers import Writers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Site:
    """The pages, and whoever writes what stands on them."""

    def __init__(self, writers: Writers, client: TestClient[Any, Any]) -> None:
        self.writers = writers
        self.client = client

    async def publish(self, slug: str, title: str, body: str, **more: Any) -> None:  # noqa: ANN401
        """An article for everybody."""
        fields = {"locale": "tr", "visibility": "public", **more}
        act = Act("sule", self.writers.at)
        row = await self.writers.kb.draft(NewArticle(slug, title=title, body=body, **fields), act)
        await self.writers.kb.publish(row.id, act)

    async def get(self, path: str, status: int = 200) -> str:
        """A page."""
        async with self.client.get(path) as answer:
            assert answer.status == status, path
            text: str = await answer.text()
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            return text


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Site]:
    """The pages on a fresh database."""
    store = open_fresh(f"sqlite:///{path}", create=True, synchronous="NORMAL")
    clock = VirtualClock()
    writers = Writers(store, at=clock.now())
    pages = KnowledgePages(
        knowledge=writers.kb,
        search=writers.search,
        rules=lambda: writers.rules,
        clock=clock,
        source=lambda _request: "10.0.0.1",
        origins=lambda _request: ("http://127.0.0.1",),
    )
    app = web.Application(middlewares=[outermost])
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        yield Site(writers, client)
    await store.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The pages, nothing on them yet."""
    async with opened(tmp_path / "ivr.db") as made:
        yield made


async def test_what_is_public_is_listed_found_and_read(site: Site) -> None:
    await site.publish("iade", "İade nasıl <yapılır>?", "Kargoya verin.\n\n- kutu\n- fiş")
    await site.publish("iade", "Returns", "Hand it in.", locale="en")
    await site.publish("fatura", "Fatura", "Işık faturası")
    await site.publish("secret", "Gizli", "Işık", visibility="internal")
    await site.publish("news", "Haber", "Işık", kind="announcement")
    listed = await site.get("/help/kb?lang=tr")
    assert '<a href="/help/kb/iade?lang=tr">İade nasıl &lt;yapılır&gt;?</a>' in listed
    assert "Fatura" in listed
    assert "Gizli" not in listed
    assert "Haber" not in listed
    english = await site.get("/help/kb?lang=en")
    assert "Returns" in english
    assert "Fatura" not in english
    found = await site.get("/help/kb?lang=tr&q=ISIK")
    assert "/help/kb/fatura" in found
    assert "/help/kb/secret" not in found
    nothing = await site.get('/help/kb?lang=en&q="')
    assert "We found no answer to this." in nothing
    article = await site.get("/help/kb/iade?lang=tr")
    assert '<article lang="tr"><p>Kargoya verin.</p>\n<ul><li>kutu</li><li>fiş</li></ul>' in article
    assert "<title>İade nasıl &lt;yapılır&gt;?</title>" in article
    other = await site.get("/help/kb/fatura?lang=en")
    assert '<article lang="tr">' in other
    for path in ("/help/kb/secret", "/help/kb/none", "/help/kb?after=x", "/help/kb/%00"):
        await site.get(path, 404)


async def test_readings_and_help_are_counted_but_not_for_ever(site: Site) -> None:
    await site.publish("iade", "İade", "Kargoya verin.")
    for _time in range(40):
        await site.get("/help/kb/iade")
    (row,) = await site.writers.rows("kb_article")
    uses = await site.writers.kb.uses(row["public_id"])
    assert uses["shown"] == 30
    async with site.client.post("/help/kb/iade?lang=en") as answer:
        assert answer.status == 200
        assert "Thank you" in await answer.text()
    elsewhere = {"Origin": "https://evil.example"}
    async with site.client.post("/help/kb/iade", headers=elsewhere) as answer:
        assert answer.status == 403
    for _time in range(19):
        await site.get("/help/kb/iade")
    await site.get("/help/kb/iade", 429)
    await site.get("/help/kb", 429)


async def test_the_first_reader_who_was_helped_is_counted(site: Site) -> None:
    await site.publish("iade", "İade", "Kargoya verin.")
    async with site.client.post("/help/kb/iade") as answer:
        assert answer.status == 200
    (row,) = await site.writers.rows("kb_article")
    assert (await site.writers.kb.uses(row["public_id"]))["helpful"] == 1


async def test_a_long_list_has_pages(site: Site) -> None:
    for number in range(51):
        await site.publish(f"a{number}", f"Konu {number}", "x")
    first = await site.get("/help/kb?lang=tr")
    assert first.count("<li>") == 50
    after = first.split("&amp;after=")[1].split('"')[0]
    rest = await site.get(f"/help/kb?lang=tr&after={after}")
    assert rest.count("<li>") == 1
    assert ">Konu 0<" in rest
