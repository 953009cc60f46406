"""A planned survey in a whole server: its wave comes, the simulated phone is asked and answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.tickets import TicketFilter
from ivr.store.opening import SqlStore
from tests.fakes.served import Phone, Served
from tests.fakes.survey_house import ANI, MORNING
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

PLAN = """
  round:
    when: planned
    match: customer.segment == 'corporate'
    every: "FREQ=DAILY;BYHOUR=10;BYMINUTE=5"
    seed: r
    media: [sms]
    low:
      when: default(answers.csat, 5) <= 2
      ticket: {kind: complaint}
"""
BERLIN = "+4915123456789"
FIRST = "Anadolu Bank: bugünkü görüşmenizi 1-5 ile puanlayın (5: çok iyi). Çıkmak için IPTAL yazın."


@dataclass(frozen=True)
class Asked:
    """A server with a planned survey and one customer with a telephone."""

    served: Served
    phone: Phone
    house: WaveHouse

    async def shown(self, words: str) -> None:
        """The phone shows this text."""
        while not any(each.get("text", {}).get("text") == words for each in self.phone.messages):
            await self.house.clock.advance(5)
            await self.phone.send(texts=ANI)
            await self.phone.until("texts")

    async def until(self, what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """What it gives, once it gives something."""
        while not (found := await what()):
            await self.house.clock.advance(0.25)
        return found


@pytest.fixture
async def asked(folder: Path) -> AsyncIterator[Asked]:
    file = folder / "flows" / "surveys" / "support.yaml"
    file.write_text(file.read_text(encoding="utf-8") + PLAN.lstrip("\n"), encoding="utf-8")
    clock = VirtualClock(MORNING)
    served = await Served.start(folder / "config.yaml", Parts(clock=clock))
    phone = Phone(await served.web.talk(), clock)
    await phone.send(texts=ANI)
    await phone.until("texts")
    store = served.server.switch.store
    assert isinstance(store, SqlStore)
    house = WaveHouse(store, clock)
    await house.person(ANI)
    await house.agreed()
    yield Asked(served, phone, house)
    await phone.socket.close()
    await served.close()


async def test_the_phone_of_a_customer_is_asked_when_the_wave_comes(asked: Asked) -> None:
    house = asked.house
    await house.person(BERLIN)
    await house.agreed(BERLIN)
    async with asyncio.timeout(60):
        await asked.shown(FIRST)
        await asked.phone.send(text="5")
        rows = await asked.until(lambda: house.rows_of("survey_answer"))
    assert [row["value_num"] for row in rows] == [5]
    [abroad] = [row for row in await invitations(house) if row["value_norm"] == BERLIN]
    nine_there = MORNING + timedelta(hours=1)
    assert (abroad["state"], abroad["due_at"]) == ("scheduled", nine_there)
    [wave] = await house.waves.list()
    assert (wave.survey, wave.plan, wave.key) == ("support", "round", "2026-11-23T10:05")


async def test_a_low_score_in_a_wave_becomes_a_ticket_of_that_customer(asked: Asked) -> None:
    house, of_tickets = asked.house, asked.served.server.house
    assert of_tickets is not None
    tickets = of_tickets.tickets

    async def follow_up() -> Any:  # noqa: ANN401
        return (await tickets.list(TicketFilter(kinds=("complaint",)))).rows

    async with asyncio.timeout(60):
        await asked.shown(FIRST)
        await asked.phone.send(text="1")
        await asked.shown("Bizi bir yakınınıza önerir misiniz? 0-10 (10: kesinlikle).")
        await asked.phone.send(text="0")
        await asked.shown("Neyi daha iyi yapabilirdik? Kısaca yazabilirsiniz.")
        await asked.phone.send(text="Ücretler yüksek")
        [ticket] = await asked.until(follow_up)
    assert ticket.origin_key.startswith("survey:")
    [person] = await house.rows_of("customer")
    assert ticket.customer == person["public_id"]


async def invitations(house: WaveHouse) -> list[dict[str, Any]]:
    """Those of waves."""
    return [row for row in await house.rows_of("survey_invitation") if row["wave"]]
