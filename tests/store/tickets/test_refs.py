"""Finding rows by the names that the outside uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from ivr.domain.errors import NotValidError
from ivr.store.tables import customer
from ivr.store.tickets.refs import customer_id

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_a_ticket_is_found_by_number_shown_or_stored_and_by_id(desk: Desk) -> None:
    ticket = await desk.open()
    for ref in (ticket.number, "260 000 019", ticket.id):
        assert await desk.tickets.get(ref) == ticket
    for ref in ("", "26", "x" * 26):
        assert await desk.tickets.get(ref) is None


async def test_a_merged_customer_is_whom_he_was_merged_into(desk: Desk) -> None:
    ali, ece = [await desk.add_customer(letter * 26) for letter in "AE"]
    ids = {row["public_id"]: row["id"] for row in await desk.rows("customer")}
    gone = update(customer).where(customer.c.id == ids[ali]).values(merged_into=ids[ece])
    await desk.store.database.change(lambda it: it.execute(gone))
    assert (await desk.open(customer=ali)).customer == ece
    assert (await desk.open(customer="EEEE")).customer == ece
    with pytest.raises(NotValidError):
        await desk.store.database.read(lambda it: customer_id(it, ali, 2))
