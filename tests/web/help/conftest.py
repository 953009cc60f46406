"""The public pages on an SQLite file, and somebody who opens them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports import FetchResult
from ivr.store.intake.files import FileFolder
from ivr.tickets.forms import Form, FormField
from ivr.web.errors import outermost
from ivr.web.files.receiving import Taking
from ivr.web.help.forms import FormPages
from ivr.web.help.parts import HelpParts
from ivr.web.help.status import StatusPage
from ivr.web.help.tokens import FormTokens
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool
from tests.fakes.ticket_house import CATALOGUE, RULES, category

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ivr.domain.values import Value

TOKEN = re.compile(r'name="token" value="([^"]+)"')
COOKIE = re.compile(r"ivr_form=([^;]+)")
EVERY = Form(
    {
        "invoice_no": FormField("invoice_no", "digits", required=True, length=(10, 10)),
        "amount": FormField("amount", "money", currency="TRY"),
        "paid": FormField("paid", "boolean", labels={"tr": "Ödendi mi", "en": "Is it paid"}),
        "how": FormField("how", "enum", choices={"card": {"tr": "Kartla", "en": "By card"}}),
        "day": FormField("day", "date"),
        "story": FormField("story", "text"),
    }
)
PUBLIC = {
    **CATALOGUE.categories,
    "billing.form": category("billing.form", team="billing", form=EVERY),
    "old": category("old", active=False),
}
HELP_RULES = replace(RULES, catalogue=replace(CATALOGUE, categories=PUBLIC))


@dataclass
class FakeStatus:
    """A source that says what it is told; asked: what it was asked."""

    says: FetchResult = field(default_factory=lambda: FetchResult("missing", {}))
    asked: list[Mapping[str, Value]] = field(default_factory=list)

    async def fetch(self, inputs: Mapping[str, Value], _limit_s: float) -> FetchResult:
        """As the port says."""
        self.asked.append(inputs)
        return self.says


@dataclass
class Visitor:
    """A browser without scripts, in Turkish."""

    client: TestClient[Any, Any]
    pool: Pool
    parts: HelpParts
    status_source: FakeStatus
    clock: VirtualClock
    cookie: str = ""
    token: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    called: list[tuple[str, str, str]] = field(default_factory=list)
    folder: Path = field(default_factory=Path)

    def kept(self) -> list[Path]:
        """The files on the disk."""
        return [each for each in self.folder.rglob("*") if each.is_file()]

    async def get(self, path: str) -> str:
        """Open a page."""
        return await self._ask("GET", path, None)

    async def send(self, path: str, files: tuple[bytes, ...] = (), /, **values: str) -> str:
        """Press the button of the page that is open."""
        data: Any = {"token": self.token, **values}
        if files:
            form = FormData()
            for name, value in data.items():
                form.add_field(name, value)
            for content in files:
                form.add_field("files", content, filename="a.jpg", content_type="image/jpeg")
            data = form
        return await self._ask("POST", path, data)

    async def raw(self, path: str, body: bytes, kind: str) -> str:
        """Send octets."""
        self.more["Content-Type"] = kind
        return await self._ask("POST", path, body)

    async def items(self) -> list[dict[str, Any]]:
        """What has arrived."""
        return await self.pool.rows("intake_item")

    async def _ask(self, method: str, path: str, data: Any) -> str:  # noqa: ANN401
        given = {"Accept-Language": "tr", "Sec-Fetch-Site": "same-origin", **self.more}
        if self.cookie:
            given["Cookie"] = f"ivr_form={self.cookie}"
        self.client.session.cookie_jar.clear()
        async with self.client.request(method, path, data=data, headers=given) as answer:
            self.status, self.headers = answer.status, answer.headers
            text = await answer.text()
        if found := TOKEN.search(text):
            self.token = found[1]
        if found := COOKIE.search(self.headers.get("Set-Cookie", "")):
            self.cookie = found[1]
        return text


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    pool, clock, status = Pool(store, rules=HELP_RULES, at=START), VirtualClock(), FakeStatus()
    called: list[tuple[str, str, str]] = []

    async def call_back(item: str, number: str, language: str) -> str:
        called.append((item, number, language))
        return "260042174"

    parts = HelpParts(
        intake=pool.intake,
        taking=Taking(FileFolder(tmp_path / "files")),
        status=status,
        rules=lambda: HELP_RULES,
        clock=clock,
        tokens=FormTokens(b"k" * 32),
        source=lambda request: request.headers.get("X-Source", "here"),
        origins=lambda _request: ("http://ivr.example",),
        forms=("billing.form", "C-1", "old", "nothing.such"),
        call_back=call_back,
    )
    app = web.Application(middlewares=[outermost])
    app.add_routes([*FormPages(parts).routes(), *StatusPage(parts).routes()])
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    yield Visitor(client, pool, parts, status, clock, called=called, folder=tmp_path / "files")
    await client.close()
    await store.close()
