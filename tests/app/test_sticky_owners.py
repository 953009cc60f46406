"""A caller is given to the owner of his ticket or of his account: the server on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.groups import dispatch
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.ticket_rows import Act as TicketAct
from ivr.runtime.ports.ticket_rows import NewTicket
from ivr.runtime.tickets import arrivals
from tests.app.test_sticky import GENERAL, STICKY
from tests.fakes.call_centre import KNOWN, CallCentre
from tests.fakes.fresh_store import open_fresh
from tests.fakes.served import shipped
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.app.tickets import TicketHouse

OWNED = STICKY.replace("last_agent", "ticket_owner, account_owner")


TO_GENERAL = "queue: general, "
FIRST = "260000019"
"""The number that the first ticket gets: year, count, check digit."""


@pytest.fixture
def told() -> str:
    """What the flow tells with the call."""
    return ""


@pytest.fixture
async def centre(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> AsyncIterator[CallCentre]:
    """Ayşe is idle for longer than Can, so that a call for everybody is hers."""
    monkeypatch.chdir(tmp_path)
    for limit in (dispatch, arrivals):  # the database is slow where other tests run beside
        monkeypatch.setattr(limit, "KNOWN_WITHIN_S", 30.0)
    shipped(tmp_path, {GENERAL: OWNED})
    flow = tmp_path / "flows" / "bank.yaml"
    text = flow.read_text(encoding="utf-8")
    assert TO_GENERAL in text
    flow.write_text(text.replace(TO_GENERAL, TO_GENERAL + told), encoding="utf-8")
    store: Any = open_fresh(f"sqlite:///{tmp_path}/var/ivr.db", create=True, synchronous="NORMAL")
    made = await CallCentre.open(tmp_path, store=store)
    await made.works("ayse", "can")
    yield made
    await made.close()


def kept(centre: CallCentre) -> TicketHouse:
    """Customers and tickets."""
    house = centre.served.server.house
    assert house is not None
    return house


async def customer(centre: CallCentre, **attrs: str) -> str:
    """The caller, with his number: public id."""
    customers, act = kept(centre).customers, Act("eda", centre.clock.now())
    row = await customers.add(NewCustomer("Ali", attrs=attrs), act)
    await customers.add_point(row.id, NewPoint("phone", KNOWN), act)
    return str(row.id)


async def ticket(centre: CallCentre, whose: str, agent: str) -> str:
    """An open ticket of the caller that is this agent's: its number."""
    tickets, act = kept(centre).tickets, TicketAct("eda", centre.clock.now())
    opening = await tickets.open(NewTicket(agent, "Kart", "voice", customer=whose), act)
    await tickets.change(opening.ticket.number, {"assignee": agent}, act)
    return str(opening.ticket.number)


async def rings(centre: CallCentre) -> tuple[str, str]:
    """Whose telephone rings for a caller, and by which source he was found."""
    await centre.waits()
    await until_now(lambda: any(phone.rings for phone in centre.phones.values()))
    (name,) = [name for name, phone in centre.phones.items() if phone.rings]
    (offer,) = centre.floor.dispatch.offers.values()
    return name, offer.sticky


async def test_the_owner_of_the_callers_open_ticket_gets_the_call(centre: CallCentre) -> None:
    await ticket(centre, await customer(centre, owner="ayse"), "can")
    assert await rings(centre) == ("can", "ticket_owner")


@pytest.mark.parametrize("told", [f'pop: {{ticket_number: "{FIRST}"}}, '])
async def test_the_owner_of_the_ticket_that_the_flow_names_comes_before_that_of_a_newer_one(
    centre: CallCentre,
) -> None:
    whose = await customer(centre)
    assert await ticket(centre, whose, "can") == FIRST
    await centre.clock.advance(60)
    await ticket(centre, whose, "ayse")
    assert await rings(centre) == ("can", "ticket_owner")


async def test_without_a_ticket_the_owner_of_the_account_gets_the_call(centre: CallCentre) -> None:
    await customer(centre, owner="can")
    assert await rings(centre) == ("can", "account_owner")


async def test_with_neither_the_call_is_for_everybody(centre: CallCentre) -> None:
    await customer(centre)
    assert await rings(centre) == ("ayse", "")


async def test_owners_that_cannot_be_read_leave_the_call_to_everybody(
    centre: CallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    await customer(centre, owner="can")

    async def away(_call: str, _ticket: str = "") -> None:
        raise StoreError("away")

    monkeypatch.setattr(kept(centre).callers, "owners", away)
    assert await rings(centre) == ("ayse", "")
