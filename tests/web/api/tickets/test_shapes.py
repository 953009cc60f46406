"""A ticket shows what may be read of it, and names what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.tickets import TicketRow
from ivr.web.api.customers.eyes import Eyes
from ivr.web.api.tickets.shapes import TicketOut, ticket_out

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_every_field_of_the_port_is_shown_but_its_origin(house: TicketDoor) -> None:
    assert {*TicketOut.model_fields} - {"masked"} == {*TicketRow.__dataclass_fields__} - {
        "origin_key"
    }
    row = await house.desk.open(category="card")
    shown = ticket_out(row, Eyes(names=False, numbers=False))
    assert (shown.masked, shown.priority, shown.severity) == ((), "normal", "minor")
