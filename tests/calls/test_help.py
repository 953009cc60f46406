"""The public pages on a whole server: a form becomes an item, a wish to be called a promise, and a
status is told to who knows two things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, FormData

from ivr.runtime.ports.customers import Act as CustomerAct
from ivr.runtime.ports.customers import NewCustomer, NewPoint
from ivr.runtime.ports.intake import NEW, ItemFilter
from ivr.runtime.ports.ticket_rows import Act, NewTicket
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.app.tickets import TicketHouse

HELP = "help:\n  forms: [cards.lost, cards.renewal]\n  callback: cards\n"
TOKEN = re.compile(r'name="token" value="([^"]+)"')
COOKIE = re.compile(r"ivr_form=([^;]+)")


class Visitor:
    """A browser without scripts."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.cookie = ""
        self.token = ""
        self.status = 0

    async def get(self, path: str) -> str:
        """Open a page."""
        async with self._session.get(self._url + path, headers=self._headers()) as answer:
            return await self._read(answer)

    async def send(self, path: str, files: tuple[bytes, ...] = (), /, **values: str) -> str:
        """Press the button of the page that is open."""
        data: Any = {"token": self.token, **values}
        if files:
            form = FormData()
            for name, value in data.items():
                form.add_field(name, value)
            for content in files:
                form.add_field("files", content, filename="foto.jpg", content_type="image/jpeg")
            data = form
        async with self._session.post(
            self._url + path, data=data, headers=self._headers()
        ) as answer:
            return await self._read(answer)

    def _headers(self) -> dict[str, str]:
        given = {"Accept-Language": "tr", "Sec-Fetch-Site": "same-origin"}
        return {**given, "Cookie": f"ivr_form={self.cookie}"} if self.cookie else given

    async def _read(self, answer: Any) -> str:  # noqa: ANN401 - of aiohttp
        self.status = answer.status
        text: str = await answer.text()
        if found := TOKEN.search(text):
            self.token = found[1]
        if found := COOKIE.search(answer.headers.get("Set-Cookie", "")):
            self.cookie = found[1]
        return text


@pytest.fixture
async def open_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Visitor, TicketHouse, Served]]:
    path = shipped(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + HELP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = await Served.start(path)
    assert made.server.house is not None
    async with ClientSession() as session:
        yield Visitor(session, made.web.url), made.server.house, made
    await made.close()


async def test_a_form_becomes_an_item_with_its_files(
    open_house: tuple[Visitor, TicketHouse, Served],
) -> None:
    visitor, house, _ = open_house
    assert "Kart yenileme" in await visitor.get("/help")
    form = await visitor.get("/form/cards.lost")
    assert "Kartın son dört hanesi" in form
    wrong = await visitor.send("/form/cards.lost", email="ali@example.com", **{"c.last_four": "1"})
    assert (visitor.status, "Basamak sayısı" in wrong) == (422, True)
    fields = {"email": "ali@example.com", "name": "Ali <b>", "c.last_four": "1234"}
    thanks = await visitor.send("/form/cards.lost", (b"\xff\xd8\xff",), message="Kayıp", **fields)
    assert (visitor.status, "Teşekkür" in thanks) == (200, True)
    assert "Teşekkür" in await visitor.send("/form/cards.lost", message="Kayıp", **fields)
    [item] = (await house.intake.list(ItemFilter())).rows
    assert (item.medium, item.state, item.category) == ("web", NEW, "cards.lost")
    assert (item.team, item.form["values"]) == ("card_desk", {"last_four": "1234"})
    assert [(each.filename, each.size_bytes) for each in item.files] == [("foto.jpg", 3)]


async def test_a_wish_to_be_called_back_is_a_ticket_and_a_promise(
    open_house: tuple[Visitor, TicketHouse, Served],
) -> None:
    visitor, house, served = open_house
    await visitor.get("/form/cards.renewal")
    thanks = await visitor.send("/form/cards.renewal", phone="0532 111 22 33", callback="yes")
    found = re.search(r"<strong>([\d ]+)</strong>", thanks)
    assert found is not None
    ticket = await house.tickets.get(found[1])
    assert ticket is not None
    assert (ticket.kind, ticket.source, ticket.opened_by) == ("callback", "web", "web")
    keeper = served.server.keeper
    assert keeper is not None
    [promise] = await keeper.recent(5)
    assert (promise.promise.number, promise.promise.queue) == ("+905321112233", "cards")


async def test_a_status_is_told_to_who_knows_two_things(
    open_house: tuple[Visitor, TicketHouse, Served],
) -> None:
    visitor, house, served = open_house
    now = served.server.switch.ports.clock.now()
    act = CustomerAct("ayse", now)
    ali = await house.customers.add(NewCustomer("Ali", number="100777"), act)
    await house.customers.add_point(ali.id, NewPoint("phone", "05321112233", "code"), act)
    new = NewTicket("t:1", "Gizli konu", "voice", category="cards.lost", customer=ali.id)
    number = (await house.tickets.open(new, Act("ayse", now))).ticket.number
    for factor in ("0777", "0532 111 22 33"):
        await visitor.get("/status")
        told = await visitor.send("/status", number=number, factor=factor)
        assert "Talebiniz alındı" in told
        assert "Gizli" not in told
    wrong = []
    for given, factor in ((number, "0778"), (number, "05321112234"), ("260000999", "0777")):
        await visitor.get("/status")
        answer = await visitor.send("/status", number=given, factor=factor)
        wrong.append(re.sub(r'value="[^"]*"', "", answer))
        assert visitor.status == 422
    assert wrong[0] == wrong[1] == wrong[2]
    assert "bulamadık" in wrong[0]
