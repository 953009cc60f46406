"""How a request stands, for who knows two things."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.clock import START
from ivr.runtime.ports import FetchResult

if TYPE_CHECKING:
    from tests.web.help.conftest import Visitor

FOUND = FetchResult(
    "found",
    {
        "number": "260042174",
        "label": "Talebiniz <alındı>",
        "opened": START,
        "promised": START + timedelta(days=1),
    },
)


async def test_the_state_is_told_and_nothing_else(visitor: Visitor) -> None:
    visitor.status_source.says = FOUND
    await visitor.get("/status")
    text = await visitor.send("/status", number="260 042 174", factor="0777")
    assert visitor.status == 200
    assert "Talebiniz &lt;alındı&gt;" in text
    assert "260 042 174" in text
    assert "En geç" in text
    [asked] = visitor.status_source.asked
    assert (asked["number"], asked["last4"], asked["language"]) == ("260042174", "0777", "tr")


async def test_a_telephone_number_is_the_other_thing(visitor: Visitor) -> None:
    await visitor.get("/status")
    await visitor.send("/status", number="260042174", factor="0532 111 22 33")
    [asked] = visitor.status_source.asked
    assert (asked["phone"], "last4" in asked) == ("0532 111 22 33", False)


async def test_wrong_answers_without_a_telephone_count_for_where_they_come_from(
    visitor: Visitor,
) -> None:
    for source in ("here", "there", "here"):
        visitor.more["X-Source"] = source
        await visitor.get("/status")
        await visitor.send("/status", number="260042174", factor="0777")
    phones = [asked["phone"] for asked in visitor.status_source.asked]
    assert phones[0] == phones[2] != phones[1]
    assert "here" not in str(phones)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (FetchResult("missing", {}), "bulamadık"),
        (FetchResult("failed", {}, "locked"), "Çok fazla yanlış"),
        (FetchResult("failed", {}, "not_announced"), "yalnızca telefonda"),
        (FetchResult("failed", {}, "timeout"), "Şu anda yanıt"),
    ],
)
async def test_what_is_not_told_is_explained(
    visitor: Visitor, says: FetchResult, words: str
) -> None:
    visitor.status_source.says = says
    await visitor.get("/status")
    text = await visitor.send("/status", number="260042174", factor="0777")
    assert (visitor.status, words in text) == (422, True)


async def test_a_page_that_was_not_opened_here_asks_nobody(visitor: Visitor) -> None:
    text = await visitor.send("/status", number="260042174", factor="0777")
    assert (visitor.status, "yeniden gönderin" in text) == (422, True)
    assert visitor.status_source.asked == []


async def test_an_address_that_keeps_asking_is_stopped(visitor: Visitor) -> None:
    await visitor.get("/status")
    for _ in range(41):
        await visitor.send("/status", number="1", factor="0777")
    assert visitor.status == 429
