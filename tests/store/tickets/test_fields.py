"""Values of fields: by name or number, and never too long for a column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.store.tickets.fields import kind, level, searchable, text

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


def test_a_level_is_a_name_or_a_number() -> None:
    assert [level("priority", each) for each in ("low", "urgent", 2)] == [1, 4, 2]
    assert level("severity", "critical") == 3
    for wrong in (0, 5, True, "high!", None, 2.0):
        with pytest.raises(NotValidError, match="priority is one of low"):
            level("priority", wrong)


def test_a_text_has_an_end() -> None:
    assert text("team", "x" * 64) == "x" * 64
    for wrong in ("x" * 65, "a\0", 7, None):
        with pytest.raises(NotValidError):
            text("team", wrong)


def test_a_kind_is_one_of_seven() -> None:
    assert kind("fault") == "fault"
    with pytest.raises(NotValidError, match="complaint"):
        kind("")


def test_words_are_looked_for_without_case_and_marks() -> None:
    row = {"number": "260000019", "subject": "İADE", "description": "Işık\tyok"}
    assert searchable(row) == "260000019 iade isik yok"


async def test_the_contact_of_another_customer_is_refused(desk: Desk) -> None:
    ali, ece = [await desk.add_customer(letter * 26) for letter in "AE"]
    owner = {row["public_id"]: row["id"] for row in await desk.rows("customer")}[ali]
    await desk.add(
        "contact_point",
        public_id="P" * 26,
        customer_id=owner,
        kind="phone",
        value_raw="0532 123 45 67",
        value_norm="+905321234567",
        label="",
        verified_how="",
        confidence=80,
        confirmed_at=desk.at,
    )
    ticket = await desk.open(customer=ali, contact="+905321234567")
    assert ticket.contact == "+905321234567"
    assert (await desk.open(customer=ali, contact="P" * 26)).contact == ticket.contact
    with pytest.raises(NotValidError, match="no such number"):
        await desk.open(customer=ece, contact="+905321234567")
    after = await desk.change(ticket.number, customer=ece)
    assert (after.customer, after.contact) == (ece, "")


async def test_a_category_out_of_use_may_be_kept_but_not_chosen(desk: Desk) -> None:
    ticket, other = await desk.open(category="card"), await desk.open()
    categories = dict(desk.rules.catalogue.categories)
    categories["card"] = replace(categories["card"], active=False)
    desk.rules = replace(desk.rules, catalogue=replace(desk.rules.catalogue, categories=categories))
    assert (await desk.change(ticket.number, category="card", team="billing")).category == "card"
    for doing in (desk.change(other.number, category="card"), desk.open(category="C-1")):
        with pytest.raises(NotValidError, match="no longer in use"):
            await doing
