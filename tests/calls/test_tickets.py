"""Callers leave tickets behind, and later callers hear how they stand."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.tickets import TicketFilter
from tests.fakes.served import BANK, Phone, Served
from tests.fakes.twilio_recordings import none_begun

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.runtime.ports.tickets import TicketRow
    from tests.fakes.twilio import FakeCall, FakeTwilio

STATUS = "+908502220002"
CARD = "4532015112830366"
CALLER = "+905321112233"


@pytest.fixture(autouse=True)
def _nothing_recorded(stored: Served) -> None:
    """No caller has begun a message."""
    none_begun(stored)


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    """The server works on real time here; what it does is there soon."""
    async with asyncio.timeout(20):
        while not await done():
            await SystemClock().sleep_until(SystemClock().now() + timedelta(milliseconds=20))


async def over(stored: Served) -> None:
    """Every call has ended, and what it left behind is stored."""

    async def none_left() -> bool:
        return not stored.server.switch.calls

    await until(none_left)


async def opened(stored: Served) -> list[TicketRow]:
    """Every ticket, the newest first."""
    house = stored.server.house
    assert house is not None
    page = await house.tickets.list(TicketFilter())
    return list(page.rows)


async def test_a_webhook_caller_who_lost_a_card_leaves_one_ticket_however_often_a_request_comes(
    stored: Served,
) -> None:
    await leaves_one(stored, stored.provider(repeats=1))
    (interaction,) = await stored.rows()
    (ticket,) = await opened(stored)
    assert interaction.ended_at is not None
    assert (ticket.subject, ticket.priority) == ("Kayıp kart", 3)
    assert ticket.tags == ("kart", "kayıp")
    assert ticket.interaction == interaction.public_id
    assert ticket.opened_by == "flow:bank"
    (note,) = [json.loads(text) for what, text in interaction.notes if what == "ticket"]
    assert note["number"] == ticket.number


async def has_ticket(stored: Served) -> bool:
    """Whether one was opened."""
    return bool(await opened(stored))


async def stands_at(stored: Served, call: FakeCall, node: str) -> None:
    """The caller listens until the flow has come to a node."""

    async def arrived() -> bool:
        await call.wait(1)
        return any(node in live.known.path for live in stored.server.switch.calls.values())

    await until(arrived)


async def leaves_one(stored: Served, provider: FakeTwilio) -> None:
    """The customer C-9 loses a card and leaves while waiting."""
    call = provider.call(CALLER)
    await call.ring()
    await call.press("2")
    await call.press(CARD)

    async def listened() -> bool:
        await call.wait(1)
        return await has_ticket(stored)

    await until(listened)
    await call.hang_up()
    await over(stored)


async def test_a_simulated_caller_leaves_the_same_ticket(stored: Served) -> None:
    phone = Phone(await stored.web.talk())
    await phone.send(dial=BANK, **{"from": CALLER})
    for keys in ("2", CARD):
        await phone.until("listens")
        for key in keys:
            await phone.send(press=key)
    await until(partial(has_ticket, stored))
    await phone.send(hang_up=True)
    await phone.until("ended")
    await over(stored)
    (ticket,) = await opened(stored)
    assert (ticket.subject, ticket.source) == ("Kayıp kart", "voice")


async def test_the_next_call_hears_how_the_ticket_stands(stored: Served) -> None:
    house = stored.server.house
    assert house is not None
    act = Act("ayse", SystemClock().now())
    known = await house.customers.add(NewCustomer("Ece Kaya", number="C-9"), act)
    point = await house.customers.add_point(known.id, NewPoint("phone", CALLER), act)
    await house.customers.verify_point(point.point.id, "agent", act)
    provider = stored.provider()
    await leaves_one(stored, provider)
    (ticket,) = await opened(stored)
    assert ticket.customer == known.id

    call = provider.call(CALLER, STATUS)
    await call.ring()
    await call.press("1")
    await call.press(f"{ticket.number}#")
    await stands_at(stored, call, "tell")
    await call.hang_up()
    await over(stored)
    assert (await stored.rows())[-1].outcome == "self_served"


async def test_somebody_elses_telephone_hears_nothing_but_with_the_customer_number(
    stored: Served,
) -> None:
    house = stored.server.house
    assert house is not None
    act = Act("ayse", SystemClock().now())
    await house.customers.add(NewCustomer("Ece Kaya", number="C-9"), act)
    provider = stored.provider()
    await leaves_one(stored, provider)
    (ticket,) = await opened(stored)
    call = provider.call("+905559998877", STATUS)
    await call.ring()
    await call.press("1")
    await call.press(f"{ticket.number}#")
    await stands_at(stored, call, "ask_four")
    await call.press("0000")
    await stands_at(stored, call, "unknown")
    await call.hang_up()
    await over(stored)
    assert "tell" not in (await stored.rows())[-1].path
