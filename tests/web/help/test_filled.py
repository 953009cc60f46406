"""What somebody wrote, checked and made an item."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.tickets.forms import Form, FormField
from ivr.web.help.filled import item_of, read
from tests.fakes.ticket_house import category

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BARE = category("card", team="cards")
WITH_FORM = category("bill", form=Form({"amount": FormField("amount", "money", currency="TRY")}))


def mistakes(of: Any = BARE, **written: str) -> dict[str, str]:  # noqa: ANN401 - a Category
    """What is wrong with it."""
    return dict(read(of, written, "tr", "TR").mistakes)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"email": "ali@example.com", "message": "x"}, {}),
        ({"phone": "0532 111 22 33", "message": "x"}, {}),
        ({"message": "x"}, {"email": "reach"}),
        ({"email": "ali@example.com"}, {"message": "missing"}),
        ({"email": "ali", "message": "x"}, {"email": "wrong-type"}),
        ({"phone": "12", "message": "x"}, {"phone": "wrong-type"}),
        (
            {"email": "a@example.com", "callback": "yes"},
            {"phone": "missing"},
        ),
        ({"phone": "0900 555 55 55", "callback": "yes"}, {"phone": "wrong-type"}),
        ({"phone": "0532 111 22 33", "callback": "yes"}, {}),
        ({"email": "a@example.com", "message": "x" * 10_001}, {"message": "too-long"}),
        ({"email": "a@example.com", "message": "x\0"}, {"message": "wrong-type"}),
    ],
)
def test_every_mistake_is_found(written: dict[str, str], found: dict[str, str]) -> None:
    assert mistakes(**written) == found


def test_a_comma_is_a_point_in_money() -> None:
    filled = read(WITH_FORM, {"email": "a@example.com", "c.amount": "12,50"}, "tr", "TR")
    assert (filled.values, filled.mistakes) == ({"amount": 1250}, {})
    assert mistakes(WITH_FORM, email="a@example.com", **{"c.amount": "x"}) == {
        "c.amount": "wrong-type"
    }


def test_an_item_is_of_the_address_and_of_the_number_for_a_call() -> None:
    written = {"email": "ALI@example.com", "phone": "0532 111 22 33", "message": "Selam"}
    item = item_of(read(BARE, written, "tr", "TR"), "web:1", NOON, ())
    assert (item.sender_norm, item.sender_kind) == ("ali@example.com", "email")
    assert item.body == "Selam\n\nALI@example.com · +905321112233"
    called = item_of(read(BARE, {**written, "callback": "yes"}, "tr", "TR"), "web:2", NOON, ())
    assert (called.sender_norm, called.sender_kind) == ("+905321112233", "phone")
    assert called.form["callback"] is True
