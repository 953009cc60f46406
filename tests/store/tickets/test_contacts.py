"""Contacts of tickets and callbacks that were promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import FOLLOW_UP, OPENED, STATUS_CHECK

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_contacts_that_worked_on_it_are_counted(desk: Desk) -> None:
    ticket = await desk.open(interaction=await desk.add_call("call-1"))
    again = await desk.add_call("call-2")
    asked = await desk.add_call("call-3")
    link = desk.tickets.link_interaction
    await link(ticket.number, again, FOLLOW_UP, desk.act())
    await link(ticket.number, again, FOLLOW_UP, desk.act())
    await link(ticket.number, again, OPENED, desk.act())
    await link(ticket.number, asked, STATUS_CHECK, desk.act())
    assert (await desk.tickets.get(ticket.number)).contact_count == 2
    assert len(await desk.rows("ticket_interaction")) == 4


async def test_asking_how_it_stands_changes_nothing_of_the_ticket(desk: Desk) -> None:
    ticket = await desk.open()
    asked = await desk.later(hours=1).add_call("call-1")
    await desk.tickets.link_interaction(ticket.number, asked, STATUS_CHECK, desk.act("flow:bank"))
    assert await desk.tickets.get(ticket.number) == ticket
    assert await desk.tickets.of_interaction(asked) == [ticket]
    assert len(await desk.rows("outbox_event")) == 1


async def test_a_contact_that_is_not_there_is_refused(desk: Desk) -> None:
    ticket = await desk.open()
    for contact, role in (("none", FOLLOW_UP), ("", FOLLOW_UP), ("none", "friend")):
        with pytest.raises(NotValidError):
            await desk.tickets.link_interaction(ticket.number, contact, role, desk.act())


async def test_a_promised_callback_counts_from_its_window(desk: Desk) -> None:
    ticket = await desk.open()
    opens = desk.at + timedelta(hours=2)
    await desk.tickets.callback_promised(ticket.number, opens, desk.act())
    clock = await desk.clock(ticket.number, "callback")
    assert (clock.started_at, clock.due_at) == (opens, opens + timedelta(hours=1))
    desk.later(hours=2)
    await desk.tickets.callback_tried(ticket.number, False, desk.act())
    assert (await desk.clock(ticket.number, "callback")).state == "running"
    after = await desk.tickets.callback_tried(ticket.number, True, desk.act())
    assert (await desk.clock(ticket.number, "callback")).verdict == "met"
    assert after.first_response_at == desk.at
