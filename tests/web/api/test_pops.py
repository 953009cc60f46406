"""An agent has made sure who is calling: only of a pop at his own desk, and it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.door import Door


async def test_an_agent_confirms_who_calls_and_that_is_written_down(door: Door) -> None:
    assert (await door.send("POST", "/pops/p-ayse/confirm", "ayse")).status == 204
    assert door.floor.asked == [("confirm", "p-ayse", "ayse")]
    (row, *_earlier) = await door.store.audit.recent()
    assert (row.who, row.what, row.about) == ("ayse", "identity-confirmed", "p-ayse")


async def test_the_pop_of_another_desk_is_not_there(door: Door) -> None:
    assert (await door.send("POST", "/pops/p-ali/confirm", "ayse")).status == 404


async def test_who_is_no_agent_confirms_nobody(door: Door) -> None:
    assert (await door.send("POST", "/pops/p-sule/confirm", "sule")).status == 403
