"""The ticket of the live connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.door import Door


async def test_a_ticket_opens_once_for_whoever_asked(door: Door) -> None:
    answer = await door.send("POST", "/events/ticket", "ayse")
    assert answer.body["expires_in_s"] == 30
    session = door.parts.tickets.take(answer.body["ticket"])
    assert session is not None
    who = await door.gate.of_session(session)
    assert who is not None
    assert (who.name, who.roles, who.agent) == ("ayse", ("agent",), True)
    assert door.parts.tickets.take(answer.body["ticket"]) is None


async def test_a_connection_learns_that_its_session_is_over(door: Door) -> None:
    ticket = (await door.send("POST", "/events/ticket", "ayse")).body["ticket"]
    session = door.parts.tickets.take(ticket)
    assert session is not None
    await door.send("POST", "/logout", "ayse")
    assert await door.gate.of_session(session) is None


async def test_without_a_session_there_is_no_ticket(door: Door) -> None:
    assert (await door.send("POST", "/events/ticket")).status == 401
