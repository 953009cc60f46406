"""What fits best comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.search import KINDS
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.tickets.search import parse_query
from ivr.tickets.search_text import Rank
from tests.fakes.searched import ALL, look
from tests.fakes.ticket_house import NOON

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


async def test_a_number_comes_first_then_the_customers_then_phrases_then_words(
    writers: Writers,
) -> None:
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Ece Kaya", number="C-77"), act)
    await customers.add_point(ece.id, NewPoint("phone", "+905321112233"), act)
    hers = await writers.open(customer=ece.id, subject="Modem ışığı")
    named = await writers.open(subject=f"See {hers.number}")
    found = await look(writers, hers.number)
    assert [(each.id, each.rank) for each in found] == [
        *((hers.id, Rank.TICKET), (named.id, Rank.WORDS)),
    ]
    for text in ("0532 111 22 33", "c-77"):
        found = await look(writers, text)
        assert {(each.kind, each.rank) for each in found} == {
            *(("ticket", Rank.CONTACT), ("customer", Rank.CONTACT)),
        }, text
    far = await writers.open(subject="modem yeni, ışık yok")
    found = await look(writers, "modem ışık")
    assert [(each.id, each.rank) for each in found] == [(far.id, Rank.WORDS)]
    found = await look(writers, "modem ışı")
    assert [(each.id, each.rank) for each in found] == [
        *((hers.id, Rank.PHRASE), (far.id, Rank.WORDS)),
    ]


async def test_the_best_are_kept_where_there_are_too_many(writers: Writers) -> None:
    for number in range(5):
        writers.later(minutes=1)
        await writers.open(subject=f"Modem {number}")
    query = parse_query("modem", "TR")
    found = await writers.search.find(query, KINDS, ALL, limit=2)
    assert [each.title for each in found] == ["Modem 4", "Modem 3"]
