"""What answers of ticket systems mean to us, and what we tell of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.cti.adapters import load_ticket_adapter
from ivr.cti.adapters.far import Api, ArticleOut, FarFile, FarPlace, FarRules, marks_in
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import NotFoundError
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.deliveries import DEAD, HELD, LATER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.cti.crm import Crm

ID = "01M81DQ6XFSWMNJH4XMMVTQQER"


@pytest.fixture
async def api(crm: Crm) -> AsyncIterator[Api]:
    headers = {"Authorization": "token t"}
    made = Api(FarPlace("far", crm.target, headers, FarRules(), SystemClock()))
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("status", "fate", "pauses"),
    [
        (401, LATER, True),
        (403, LATER, True),
        (404, HELD, False),
        (410, HELD, False),
        (422, DEAD, False),
        (429, LATER, False),
        (503, LATER, False),
    ],
)
async def test_refusals_say_what_is_to_be_done(
    crm: Crm, api: Api, status: int, fate: str, pauses: bool
) -> None:
    crm.answers = [(status, "Bu durum\nyok: ı".encode())]
    with pytest.raises(NotTakenError) as caught:
        await api.send("POST", "/x", {"a": "İ"})
    assert (caught.value.fate, caught.value.pauses) == (fate, pauses)
    assert str(status) in caught.value.reason
    assert "\n" not in caught.value.reason


async def test_we_are_signed_in_and_send_turkish_as_it_is(crm: Crm, api: Api) -> None:
    assert await api.send("POST", "/x", {"a": "İğne"}) is None
    headers, body = crm.seen[0]
    assert headers["authorization"] == "token t"
    assert body.decode() == '{"a": "İğne"}'


def test_an_article_is_known_again_by_its_mark() -> None:
    article = ArticleOut(ID, "ayşe" * 40, "reply", False, "Merhaba", False)
    assert marks_in(f"RE: {article.subject}\n") == [ID]
    assert len(article.subject) < 200
    assert marks_in("[ivr:nothing] [ivr 260042174]") == []


def test_a_file_that_cannot_go_along_is_named_in_the_text() -> None:
    files = (FarFile("a.zip", "", 12, None), FarFile("b.txt", "", 1, b"b"))
    assert ArticleOut(ID, "", "note", True, "x", False, files).text == "x\n[a.zip: 12 B]"
    assert ArticleOut(ID, "", "note", True, "x", True, files).text == "x<br>[a.zip: 12 B]"


def test_an_unknown_kind_of_system_is_named() -> None:
    with pytest.raises(NotFoundError, match="rt, zammad, zendesk"):
        load_ticket_adapter("jira")
