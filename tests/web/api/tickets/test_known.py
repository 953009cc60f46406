"""A ticket is given to people and teams that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.web.api.tickets.known import check_names
from ivr.web.api.tickets.parts import TicketParts
from ivr.web.errors import InvalidError
from tests.fakes.ticket_house import RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_people_and_teams_are_looked_up(house: TicketDoor) -> None:
    await house.send("GET", "/me", "ayse")
    await house.door.add("eski", "agent", teams=("archive",), disabled=True)
    parts = TicketParts(house.door.parts, house.desk.tickets, None, None, lambda: RULES, str)  # type: ignore[arg-type]
    for good in ({}, {"assignee": "ayse", "team": "cards"}, {"team": "archive"}, {"team": None}):
        await check_names(parts, good)
    with pytest.raises(InvalidError) as caught:
        await check_names(parts, {"assignee": "eski", "team": "moon"})
    assert [each["pointer"] for each in caught.value.errors] == ["/assignee", "/team"]
