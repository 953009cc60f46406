"""What the routes of customers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.web.api.customers.parts import CustomerParts
from ivr.web.permissions import Who
from ivr.web.typed import Ask
from tests.fakes.ticket_house import RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_whoever_asks_acts_under_his_name(house: TicketDoor) -> None:
    none: Any = None
    parts = CustomerParts(house.door.parts, house.customers, lambda: RULES, none, none, none, none)
    act = parts.act(Ask(none, Who("ayse"), "127.0.0.1"))
    assert (act.by, act.at, act.tenant) == ("ayse", house.door.clock.now(), 1)
    assert [parts.category(code) for code in ("C-1", "gone", "")] == ["card", "gone", ""]
