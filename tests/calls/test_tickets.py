"""Callers leave tickets behind, and later callers hear how they stand."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.tickets import TicketFilter
from tests.fakes.served import BANK, Phone, Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports.tickets import TicketRow

CARD = "4532015112830366"
CALLER = "+905321112233"


@pytest.fixture
async def filed(folder: Path) -> AsyncIterator[Served]:
    """The shipped server with SQLite on virtual time."""
    made = await Served.start(folder / "config.yaml", Parts(clock=VirtualClock()))
    yield made
    await made.close()


async def over(filed: Served) -> None:
    """Every call has ended, and what it left behind is filed."""
    assert filed.clock is not None
    async with asyncio.timeout(20):
        while filed.server.switch.calls:
            await filed.clock.advance(0.05)


async def opened(filed: Served) -> list[TicketRow]:
    """Every ticket, the newest first."""
    house = filed.server.house
    assert house is not None
    page = await house.tickets.list(TicketFilter())
    return list(page.rows)


async def test_a_webhook_caller_who_lost_a_card_leaves_one_ticket_however_often_a_request_comes(
    filed: Served,
) -> None:
    call = filed.provider(repeats=1).call(CALLER)
    await call.ring()
    await call.press("2")
    await call.press(CARD)
    await call.wait(10)
    await call.hang_up()
    await over(filed)
    (interaction,) = await filed.rows()
    (ticket,) = await opened(filed)
    assert interaction.ended_at is not None
    assert (ticket.subject, ticket.priority) == ("Kayıp kart", 3)
    assert ticket.tags == ("kart", "kayıp")
    assert ticket.interaction == interaction.public_id
    assert ticket.opened_by == "flow:bank"
    (note,) = [json.loads(text) for what, text in interaction.notes if what == "ticket"]
    assert note["number"] == ticket.number


async def test_a_simulated_caller_leaves_the_same_ticket(filed: Served) -> None:
    phone = Phone(await filed.web.talk(), filed.clock)
    await phone.send(dial=BANK, **{"from": CALLER})
    for keys in ("2", CARD):
        await phone.until("listens")
        await phone.quiet()
        for key in keys:
            await phone.send(press=key)
    await phone.until("music")
    await phone.send(hang_up=True)
    await phone.until("ended")
    await over(filed)
    (ticket,) = await opened(filed)
    assert (ticket.subject, ticket.source) == ("Kayıp kart", "voice")
