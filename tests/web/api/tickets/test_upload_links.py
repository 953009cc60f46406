"""Links for customers are made by who may add to a ticket, and written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.web.help.upload_links import UploadLinks
from tests.fakes.ticket_door import TEXTED

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_link_is_for_its_ticket_and_for_an_hour(house: TicketDoor) -> None:
    number = (await house.ticket(category="card"))["number"]
    made = await house.good("POST", f"/tickets/{number}/upload-link", "ayse", {})
    base, _, token = made["url"].rpartition("/u/")
    assert (base, made["files"], made["most_mb"]) == (house.door.parts.place.base, 5, 10)
    link = UploadLinks(b"k" * 32).read(token)
    assert link is not None
    until = datetime.fromisoformat(made["until"])
    assert link.ticket == number
    assert timedelta() <= link.until - until < timedelta(minutes=1)
    assert until - house.door.clock.now() == timedelta(hours=1)


async def test_who_makes_one_is_written_down(house: TicketDoor) -> None:
    number = (await house.ticket(category="card"))["number"]
    await house.good("POST", f"/tickets/{number}/upload-link", "ayse", {})
    rows = await house.desk.store.audit.recent()
    [row] = [row for row in rows if row.what == "ticket.upload_link"]
    assert (row.who, row.about) == ("ayse", f"ticket:{number}")


@pytest.mark.parametrize(("who", "status"), [("ali", 404), ("kemal", 403), ("", 401)])
async def test_others_make_none(house: TicketDoor, who: str, status: int) -> None:
    number = (await house.ticket(category="card"))["number"]
    answer = await house.send("POST", f"/tickets/{number}/upload-link", who, {})
    assert answer.status == status


async def test_a_link_is_texted_to_the_number_of_the_ticket_alone(house: TicketDoor) -> None:
    TEXTED.clear()
    whose = await house.customer()
    point = {"kind": "phone", "value": "0532 111 22 33"}
    await house.good("POST", f"/customers/{whose['id']}/points", "ayse", point)
    ticket = await house.ticket(category="card", customer=whose["id"], contact="+905321112233")
    path = f"/tickets/{ticket['number']}/upload-link"
    made = await house.good("POST", path, "ayse", {"text": "en"})
    [text] = TEXTED
    assert (text.to, made["url"] in text.body, text.in_contact) == ("+905321112233", True, True)
    assert text.expires_at == datetime.fromisoformat(made["until"])
    other = (await house.ticket(category="card"))["number"]
    answer = await house.send("POST", f"/tickets/{other}/upload-link", "ayse", {"text": "tr"})
    assert (answer.status, len(TEXTED)) == (422, 1)
