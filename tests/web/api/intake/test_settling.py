"""What agents make of items over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def item(house: TicketDoor) -> str:
    """A mail that Ayşe has claimed."""
    found = (await Pool(house.desk.store, at=house.desk.at).arrive()).id
    await house.good("POST", f"/intake/{found}/claim", "ayse")
    return found


async def test_an_item_becomes_a_ticket(house: TicketDoor, item: str) -> None:
    body = {"category": "billing", "new_customer": "Ali Işık", "priority": "high"}
    made = await house.good("POST", f"/intake/{item}/convert", "ayse", body)
    assert (made["item"]["state"], made["item"]["ticket"]) == ("converted", made["ticket"])
    ticket = await house.good("GET", f"/tickets/{made['ticket']}", "sule")
    assert (ticket["priority"], ticket["customer_name"]) == ("high", "Ali Işık")
    again = await house.good("POST", f"/intake/{item}/convert", "ayse", body)
    assert again["ticket"] == made["ticket"]


async def test_who_has_not_claimed_it_settles_nothing(house: TicketDoor, item: str) -> None:
    for what, body in (
        ("convert", {}),
        ("append", {"ticket": "260000019"}),
        ("reject", {"spam": True}),
    ):
        answer = await house.send("POST", f"/intake/{item}/{what}", "ali", body)
        assert (answer.status, answer.body["code"]) == (409, "already-claimed")


async def test_a_message_is_put_on_a_ticket(house: TicketDoor, item: str) -> None:
    number = (await house.ticket())["number"]
    body = {"ticket": number, "reopen": False}
    made = await house.good("POST", f"/intake/{item}/append", "ayse", body)
    assert (made["item"]["state"], made["ticket"]) == ("appended", number)


async def test_a_ticket_that_is_not_there_or_not_solved_is_refused(
    house: TicketDoor, item: str
) -> None:
    path = f"/intake/{item}/append"
    assert (await house.send("POST", path, "ayse", {"ticket": "260000999"})).status == 422
    number = (await house.ticket())["number"]
    answer = await house.send("POST", path, "ayse", {"ticket": number, "reopen": True})
    assert (answer.status, answer.body["code"]) == (409, "ticket-state")
    assert (await house.good("GET", f"/intake/{item}", "ayse"))["state"] == "claimed"


async def test_nothing_is_done_with_a_reason_or_about_spam(house: TicketDoor, item: str) -> None:
    path = f"/intake/{item}/reject"
    assert (await house.send("POST", path, "ayse", {})).status == 422
    assert (await house.good("POST", path, "ayse", {"spam": True}))["state"] == "spam"
