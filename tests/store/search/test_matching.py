"""Both databases find what a plain reading finds, and follow every change."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.customers import Act, NewCustomer
from ivr.runtime.ports.search import KINDS
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.store.search import matching
from ivr.tickets.search import SearchError, parse_query
from tests.fakes.searched import ALL, expected, fill, look, typed
from tests.fakes.ticket_house import NOON

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


@pytest.mark.unmeasured
async def test_three_hundred_searches_find_what_a_plain_reading_finds(writers: Writers) -> None:
    dice = Random(20261123)  # noqa: S311 - the same searches every time
    records = await fill(writers, dice)
    asked, hits = 0, 0
    while asked < 300:
        text = typed(dice)
        try:
            query = parse_query(text, "TR")
        except SearchError:
            continue
        if query.lookups:
            query = parse_query(f"{text} -nothing", "TR")
        found = {
            (each.kind, each.id) for each in await writers.search.find(query, KINDS, ALL, limit=200)
        }
        assert found == expected(records, query), text
        asked += 1
        hits += bool(found)
    assert hits > 100


async def test_the_index_follows_every_change(writers: Writers) -> None:
    made = await writers.open(subject="Eski konu")
    await writers.change(made.number, subject="Yepyeni konu")
    assert await look(writers, "eski") == []
    (found,) = await look(writers, "yepyeni")
    assert (found.number, found.title, found.state) == (made.number, "Yepyeni konu", "new")
    article = await writers.draft(body="Birinci")
    await writers.kb.change(article.id, {"body": "İkinci"}, writers.act())
    assert await look(writers, "birinci") == []
    assert [each.id for each in await look(writers, "ıkıncı")] == [article.id]
    await writers.kb.remove(article.id, writers.act())
    assert await look(writers, "ikinci") == []
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Ece Kaya"), act)
    await customers.change(ece.id, ece.version, {"full_name": "Ece O'Neil"}, act)
    assert await look(writers, "kaya") == []
    assert [each.title for each in await look(writers, "oneil neil")] == []
    assert [each.title for each in await look(writers, "neil ece")] == ["Ece O'Neil"]


async def test_of_what_very_many_have_only_the_newest_are_weighed(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_WEIGHED", 2)
    for number in range(4):
        await writers.open(subject=f"Modem {'modem ' * (4 - number)}")
    found = await look(writers, "modem")
    rows = await writers.rows("ticket")
    assert {each.number for each in found} == {row["number"] for row in rows[2:]}
