"""Who may see which item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_what_was_given_to_somebody_is_seen_by_him_whatever_its_team(
    house: TicketDoor,
) -> None:
    pool = Pool(house.desk.store, at=house.desk.at)
    item = (await pool.arrive(team="billing")).id
    assert (await house.send("GET", f"/intake/{item}", "ayse")).status == 404
    await pool.intake.assign(item, "ayse", pool.act("server"))
    assert (await house.good("GET", f"/intake/{item}", "ayse"))["mine"]
    assert (await house.good("GET", "/intake?mine=true", "ayse"))["items"][0]["id"] == item


async def test_what_is_not_there_is_told_as_what_is_not_yours(house: TicketDoor) -> None:
    assert (await house.send("GET", f"/intake/{'0' * 26}", "ayse")).status == 404
