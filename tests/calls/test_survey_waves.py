"""A planned survey in a whole server: its wave comes, the simulated phone is asked and answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.store.opening import SqlStore
from tests.fakes.served import Phone, Served
from tests.fakes.survey_house import ANI, MORNING
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """
  round:
    when: planned
    match: customer.segment == 'corporate'
    every: "FREQ=DAILY;BYHOUR=10;BYMINUTE=5"
    seed: r
    media: [sms]
"""
BERLIN = "+4915123456789"
ASKED = "Anadolu Bank: bugünkü görüşmenizi 1-5 ile puanlayın (5: çok iyi). Çıkmak için IPTAL yazın."


async def test_the_phone_of_a_customer_is_asked_when_the_wave_comes(folder: Path) -> None:
    file = folder / "flows" / "surveys" / "support.yaml"
    file.write_text(file.read_text(encoding="utf-8") + PLAN.lstrip("\n"), encoding="utf-8")
    clock = VirtualClock(MORNING)
    served = await Served.start(folder / "config.yaml", Parts(clock=clock))
    phone = Phone(await served.web.talk(), clock)
    try:
        await phone.send(texts=ANI)
        await phone.until("texts")
        store = served.server.switch.store
        assert isinstance(store, SqlStore)
        house = WaveHouse(store, clock)
        await house.person(ANI)
        await house.agreed()
        await house.person(BERLIN)
        await house.agreed(BERLIN)
        async with asyncio.timeout(60):
            await _until_shown(phone, clock, ASKED)
            await phone.send(text="5")
            rows = await _answered(house)
        assert [row["value_num"] for row in rows] == [5]
        [abroad] = [row for row in await invitations(house) if row["value_norm"] == BERLIN]
        nine_there = MORNING + timedelta(hours=1)
        assert (abroad["state"], abroad["due_at"]) == ("scheduled", nine_there)
        [wave] = await house.waves.list()
        assert (wave.survey, wave.plan, wave.key) == ("support", "round", "2026-11-23T10:05")
    finally:
        await phone.socket.close()
        await served.close()


async def invitations(house: WaveHouse) -> list[dict[str, Any]]:
    """Those of waves."""
    return [row for row in await house.rows_of("survey_invitation") if row["wave"]]


async def _until_shown(phone: Phone, clock: VirtualClock, words: str) -> None:
    while not any(each.get("text", {}).get("text") == words for each in phone.messages):
        await clock.advance(5)
        await phone.send(texts=ANI)
        await phone.until("texts")


async def _answered(house: WaveHouse) -> list[dict[str, Any]]:
    while not (rows := await house.rows_of("survey_answer")):
        await house.clock.advance(0.25)
    return rows
