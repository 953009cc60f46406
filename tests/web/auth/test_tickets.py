"""Tickets of live connections."""

from __future__ import annotations

from datetime import timedelta

from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.desk import Session
from ivr.web.auth import tickets
from ivr.web.auth.tickets import LIFE_S, Tickets

SESSION = Session("d" * 64, "ayse", "csrf", START, START, START + timedelta(hours=8), START)


async def test_a_ticket_is_good_once() -> None:
    made = Tickets(VirtualClock())
    ticket = made.make(SESSION)
    assert made.take("other") is None
    assert made.take(ticket) == SESSION
    assert made.take(ticket) is None


async def test_a_ticket_is_good_for_half_a_minute() -> None:
    clock = VirtualClock()
    made = Tickets(clock)
    ticket, other = made.make(SESSION), made.make(SESSION)
    await clock.advance(LIFE_S - 1)
    assert made.take(ticket) == SESSION
    await clock.advance(1)
    assert made.take(other) is None


async def test_old_tickets_are_forgotten_and_their_number_is_bounded() -> None:
    clock = VirtualClock()
    made = Tickets(clock)
    for _each in range(5):
        made.make(SESSION)
    await clock.advance(LIFE_S)
    made.make(SESSION)
    assert len(made._open) == 1
    for _each in range(tickets.MOST + 5):
        made.make(SESSION)
    assert len(made._open) == tickets.MOST
