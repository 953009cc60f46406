"""Programs put things into the intake."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

LETTER = {"medium": "letter", "body": "Sayın yetkili", "sender": "0532 111 22 33"}


async def test_a_program_puts_something_in_once(keyed: TicketDoor) -> None:
    first = await keyed.send("POST", "/intake", "key", LETTER, Idempotency_Key="scan-1")
    again = await keyed.send("POST", "/intake", "key", LETTER, Idempotency_Key="scan-1")
    assert (first.status, first.body["state"]) == (201, "new")
    assert again.body["id"] == first.body["id"]
    assert "sender" in first.body["masked"]  # a key reads names only with that right
    other = await keyed.send("POST", "/intake", "key", LETTER)
    assert other.body["id"] != first.body["id"]


async def test_a_category_must_be_there(keyed: TicketDoor) -> None:
    body = {**LETTER, "category": "nothing"}
    assert (await keyed.send("POST", "/intake", "key", body)).status == 404


async def test_people_put_nothing_in(keyed: TicketDoor) -> None:
    assert (await keyed.send("POST", "/intake", "sule", LETTER)).status == 403
