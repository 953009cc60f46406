"""What a caller hears of a ticket, and what nobody hears who may not know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.tickets.status import MOST_WRONG, TicketStatus
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import CATALOGUE, CATEGORIES, RULES, Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports import FetchResult
    from ivr.runtime.ports.ticket_rows import TicketRow

MINE, OTHERS = "+905321112233", "+905559998877"


@dataclass
class Line:
    """A ticket of a customer whose number was verified, and the source that tells of it."""

    status: TicketStatus
    desk: Desk
    clock: VirtualClock
    ticket: TicketRow

    async def asks(self, **inputs: Any) -> FetchResult:  # noqa: ANN401 - whatever a flow gives
        return await self.status.fetch({"number": self.ticket.number, **inputs}, 1.0)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """Tickets about bills may be told by telephone here."""
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True, synchronous="NORMAL")
    told = replace(CATEGORIES["billing"], announceable=True)
    rules = replace(RULES, catalogue=replace(CATALOGUE, categories={"billing": told}))
    desk, clock = Desk(store, rules), VirtualClock()
    customers = SqlCustomers(store.database, House("TR"))
    act = Act("ayşe", desk.at)
    ece = await customers.add(NewCustomer("Ece", number="10004217"), act)
    point = (await customers.add_point(ece.id, NewPoint("phone", MINE), act)).point
    await customers.verify_point(point.id, "agent", act)
    ticket = await desk.open(category="billing", customer=ece.id)
    status = TicketStatus(desk.tickets, customers, MemoryPeople(), clock, lambda: rules)
    yield Line(status, desk, clock, ticket)
    await store.close()


async def test_a_telephone_that_was_verified_as_the_customers_is_enough(line: Line) -> None:
    found = await line.asks(phone=MINE, language="tr")
    assert found.result == "found"
    assert found.record["label"] == "Talebiniz alındı"
    assert found.record["opened"] == line.ticket.opened_at
    assert found.record["promised"] == line.ticket.due_at


async def test_in_another_language_the_label_is_that_languages(line: Line) -> None:
    found = await line.asks(phone=MINE, language="en")
    assert found.record["label"] == "We have received your request"


@pytest.mark.parametrize("inputs", [{}, {"phone": OTHERS}, {"last4": "0000"}, {"last4": "7"}])
async def test_the_number_alone_opens_nothing(line: Line, inputs: dict[str, str]) -> None:
    assert (await line.asks(**inputs)).result == "missing"


async def test_the_end_of_the_customer_number_or_a_pin_does_as_well(line: Line) -> None:
    assert (await line.asks(phone=OTHERS, last4="4217")).result == "found"
    assert (await line.asks(proved=True)).result == "found"


async def test_a_number_that_is_none_and_one_that_is_unknown_sound_the_same(line: Line) -> None:
    for number in ("260000024", "260000025", "", "abc"):
        assert (await line.asks(number=number, phone=MINE)).result == "missing"


async def test_what_is_not_to_be_announced_goes_to_an_agent(line: Line) -> None:
    other = await line.desk.open(category="", customer=line.ticket.customer)
    rules = line.desk.rules
    quiet = replace(CATEGORIES["billing"], announceable=False)
    catalogue = replace(rules.catalogue, categories={"billing": quiet})
    line.status._rules = lambda: replace(rules, catalogue=catalogue)
    found = await line.asks(phone=MINE)
    assert (found.result, found.reason) == ("failed", "not_announced")
    assert (await line.asks(number=other.number, phone=MINE)).result == "found"


async def test_after_ten_wrong_answers_in_a_day_a_telephone_hears_nothing(line: Line) -> None:
    for _time in range(MOST_WRONG):
        assert (await line.asks(phone=OTHERS, last4="0000")).result == "missing"
    found = await line.asks(phone=OTHERS, last4="4217")
    assert (found.result, found.reason) == ("failed", "locked")
    assert (await line.asks(phone=MINE)).result == "found"
    await line.clock.advance(24 * 3600)
    assert (await line.asks(phone=OTHERS, last4="4217")).result == "found"
