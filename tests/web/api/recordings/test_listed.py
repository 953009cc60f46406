"""Messages of a contact are listed to who may see the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_contact_without_messages_has_none(house: TicketDoor) -> None:
    await house.desk.add_call("c1")
    assert (await house.good("GET", "/interactions/c1/recordings", "kemal"))["items"] == []
    assert (await house.send("GET", "/interactions/c2/recordings", "kemal")).status == 404
    assert (await house.send("GET", "/interactions/c1/recordings", "ali")).status == 404
    assert (await house.send("GET", "/interactions/c1/recordings", "deniz")).status == 403
