"""Tickets that calls open: once each, for the right customer, and never at the caller's cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ivr.domain.call import CallId, Turn
from ivr.domain.filing import OpenTicket
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports import CallOpening, Entry
from ivr.runtime.ports.customers import Act, NewCustomer
from ivr.runtime.tasks import Tasks
from ivr.runtime.tickets.opening import CallTickets
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.runtime.live import LiveCall

WANTED = OpenTicket(turn=Turn(7), key="7", name="lost", subject="Kayıp kart", priority="high")


@dataclass
class Calling:
    """A call that may open tickets."""

    opens: CallTickets
    desk: Desk
    customers: SqlCustomers
    call: LiveCall


@pytest.fixture
async def calling(tmp_path: Path) -> AsyncIterator[Calling]:
    """The call `c1` of the flow `bank`."""
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True, synchronous="NORMAL")
    desk, tasks = Desk(store), Tasks()
    customers = SqlCustomers(store.database, House("TR"))
    opening = CallOpening("main", "sip", "r", "+90532", "+90850", "bank", "h", "tr", False, b"k")
    epoch = await store.calls.claim()
    await store.journal.append(Entry(CallId("c1"), epoch, 1, desk.at, "{}", opening=opening))
    frame = SimpleNamespace(flow="bank")
    known = SimpleNamespace(ani="+905321112233", frames=[frame])
    call = cast("LiveCall", SimpleNamespace(id=CallId("c1"), known=known))
    opens = CallTickets(
        desk.tickets, customers, SystemClock(), tasks, lambda queue: f"{queue}_team"
    )
    yield Calling(opens, desk, customers, call)
    await tasks.close()
    await store.close()


async def _row(calling: Calling, number: str) -> Any:  # noqa: ANN401 - a TicketRow
    return await calling.desk.tickets.get(number)


async def test_the_same_step_of_a_call_opens_one_ticket_however_often_it_is_tried(
    calling: Calling,
) -> None:
    first = await calling.opens.open(calling.call, WANTED)
    again = await calling.opens.open(calling.call, replace(WANTED, turn=Turn(9)))
    other = await calling.opens.open(calling.call, replace(WANTED, key="12"))
    assert (first.done, first.again, again.again) == (True, False, True)
    assert first.number == again.number != other.number
    assert (first.turn, again.turn) == (7, 9)
    row = await _row(calling, first.number)
    assert (row.subject, row.priority, row.opened_by) == ("Kayıp kart", 3, "flow:bank")
    assert row.interaction == "c1"


async def test_a_customer_number_is_looked_up_and_one_we_do_not_know_is_written_down(
    calling: Calling,
) -> None:
    ece = await calling.customers.add(NewCustomer("Ece", number="C-9"), Act("a", calling.desk.at))
    known = await calling.opens.open(calling.call, replace(WANTED, customer="C-9"))
    assert (await _row(calling, known.number)).customer == ece.id
    unknown = await calling.opens.open(calling.call, replace(WANTED, key="8", customer="C-7"))
    row = await _row(calling, unknown.number)
    assert (row.customer, row.description) == ("", "Customer C-7")


async def test_a_queue_names_the_team(calling: Calling) -> None:
    found = await calling.opens.open(calling.call, replace(WANTED, queue="cards"))
    assert (await _row(calling, found.number)).team == "cards_team"


async def test_a_text_is_added_to_a_ticket_that_is_there_once(calling: Calling) -> None:
    opened = await calling.opens.open(calling.call, WANTED)
    more = replace(WANTED, key="9", subject="Hâlâ gelmedi", append=opened.number)
    for _time in range(2):
        added = await calling.opens.open(calling.call, more)
        assert (added.done, added.number) == (True, opened.number)
    bodies = [one.body for one in await calling.desk.tickets.articles(opened.number)]
    assert bodies.count("Hâlâ gelmedi") == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"append": "260009999"}, "not-found"), ({"category": "no.such"}, "not-valid")],
)
async def test_what_cannot_be_opened_says_why_and_the_call_goes_on(
    calling: Calling, changes: Mapping[str, Any], reason: str
) -> None:
    told = await calling.opens.open(calling.call, replace(WANTED, **changes))
    assert (told.done, told.reason) == (False, reason)
