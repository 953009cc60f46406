"""Who looks after what a call is about, on every database: its tickets, and its customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from ivr.domain.call import CallId
from ivr.runtime.ports.customers import Act, NewCustomer, Owners
from ivr.store.tables import customer
from tests.fakes.customer_ports import CustomerPorts, open_customers
from tests.fakes.ticket_house import NOON, Desk

if TYPE_CHECKING:
    from ivr.store import SqlStore

ACT = Act("ece", NOON)
CALL = CallId("c1")
ENGINES = ("sqlite", "postgres")
"""Customers and tickets are kept in databases only."""


@pytest.fixture
def ports(store: SqlStore) -> CustomerPorts:
    """The ports under test."""
    return open_customers(store.database)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Where tickets are opened, each an hour after the one before."""
    return Desk(store)


async def ali(ports: CustomerPorts, desk: Desk, **more: Any) -> str:  # noqa: ANN401
    """A customer whose call is going on: the public id."""
    row = await ports.customers.add(NewCustomer("Ali", number="1000006", **more), ACT)
    question = select(customer.c.id).where(customer.c.public_id == row.id)
    key = await desk.store.database.read(lambda it: it.scalar(question))
    await desk.add_call(CALL, customer_id=key)
    return row.id


async def ticket(desk: Desk, whose: str, agent: str, status: str = "") -> str:
    """A ticket of an agent: its number."""
    number = (await desk.later(hours=1).open(customer=whose, category="card")).number
    await desk.change(number, assignee=agent)
    if status:
        await desk.change(number, reason="r", status=status)
    return str(number)


async def test_the_newest_open_tickets_come_first_and_each_owner_once(
    ports: CustomerPorts, desk: Desk
) -> None:
    whose = await ali(ports, desk)
    other = (await ports.customers.add(NewCustomer("Veli"), ACT)).id
    for agent in ("ayse", "can", "eda", "ayse"):
        await ticket(desk, whose, agent)
    await ticket(desk, other, "fatma")
    await ticket(desk, whose, "")
    assert await ports.callers.owners(CALL) == Owners(("ayse", "eda", "can"))


async def test_tickets_that_are_over_have_no_owner_who_matters(
    ports: CustomerPorts, desk: Desk
) -> None:
    whose = await ali(ports, desk)
    await ticket(desk, whose, "can", "waiting_customer")
    over = await ticket(desk, whose, "ayse", "cancelled")
    assert await ports.callers.owners(CALL) == Owners(("can",))
    assert await ports.callers.owners(CALL, over) == Owners()


async def test_the_ticket_that_the_caller_names_counts_alone(
    ports: CustomerPorts, desk: Desk
) -> None:
    whose = await ali(ports, desk)
    named = await ticket(desk, whose, "can")
    await ticket(desk, whose, "ayse")
    assert await ports.callers.owners(CALL, named) == Owners(("can",))
    assert await ports.callers.owners(CALL, "999") == Owners()


async def test_a_ticket_that_went_into_another_has_that_ones_owner(
    ports: CustomerPorts, desk: Desk
) -> None:
    whose = await ali(ports, desk)
    loser, survivor = await ticket(desk, whose, "can"), await ticket(desk, whose, "ayse")
    await desk.tickets.merge(loser, survivor, desk.act(reason="same", supervisor=True))
    assert await ports.callers.owners(CALL, loser) == Owners(("ayse",))


async def test_a_stranger_has_nobody_but_for_the_ticket_that_is_named(
    ports: CustomerPorts, desk: Desk
) -> None:
    whose = (await ports.customers.add(NewCustomer("Ali"), ACT)).id
    named = await ticket(desk, whose, "can")
    await desk.change((await desk.open(category="card")).number, assignee="eda")
    await desk.add_call(CALL)
    assert await ports.callers.owners(CALL) == Owners()
    assert await ports.callers.owners(CALL, named) == Owners(("can",))
    assert await ports.callers.owners(CallId("unknown"), named) == Owners()


async def test_another_tenants_ticket_is_no_ticket(ports: CustomerPorts, desk: Desk) -> None:
    await ali(ports, desk)
    theirs = (await desk.open(2, category="card")).number
    await desk.tickets.change(theirs, {"assignee": "can"}, desk.act(), tenant=2)
    assert await ports.callers.owners(CALL, theirs) == Owners()


@pytest.mark.parametrize(
    ("attrs", "account"),
    [({"owner": "eda"}, "eda"), ({"owner": 7}, ""), ({"owner": ""}, ""), ({}, "")],
)
async def test_the_account_is_whose_name_the_attribute_owner_holds(
    ports: CustomerPorts, desk: Desk, attrs: dict[str, Any], account: str
) -> None:
    await ali(ports, desk, attrs=attrs)
    assert await ports.callers.owners(CALL) == Owners((), account)
