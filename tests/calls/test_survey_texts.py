"""Surveys by text in a whole server: the simulated phone is asked, its answers lead to a ticket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.tickets import TicketFilter
from ivr.store.opening import SqlStore
from tests.fakes.served import Phone, Served
from tests.fakes.survey_house import ANI, MORNING, SurveyHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

FIRST = "Puan? 1 kötü 5 iyi IPTAL"


class Asked:
    """A server whose caller has left before he could be asked, and his telephone."""

    def __init__(self, served: Served, phone: Phone, clock: VirtualClock) -> None:
        self.served, self.phone, self.clock = served, phone, clock
        store = served.server.switch.store
        assert isinstance(store, SqlStore)
        self.house = SurveyHouse(store, clock)

    async def until(self, what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """What it gives, once it gives something."""
        async with asyncio.timeout(20):
            while not (found := await what()):
                await self.clock.advance(0.25)
            return found

    async def reads(self, words: str) -> None:
        """The phone shows this text."""

        async def shown() -> bool:
            return any(each.get("text", {}).get("text") == words for each in self.phone.messages)

        await self.phone.send(texts=ANI)
        await self.until(lambda: self._heard(shown))

    async def _heard(self, shown: Callable[[], Awaitable[bool]]) -> bool:
        if await shown():
            return True
        await self.phone.until("text")
        return await shown()


@pytest.fixture
async def asked(folder: Path) -> AsyncIterator[Asked]:
    clock = VirtualClock(MORNING)
    served = await Served.start(folder / "config.yaml", Parts(clock=clock))
    phone = Phone(await served.web.talk(), clock)
    await phone.send(texts=ANI)
    await phone.until("texts")
    made = Asked(served, phone, clock)
    await made.house.agreed()
    await made.house.missed(await made.house.plan(delay="1s"))
    yield made
    await phone.socket.close()
    await served.close()


async def test_a_low_score_by_text_becomes_a_ticket(asked: Asked) -> None:
    for shown, written in ((FIRST, "1"), ("Neden?", "Çok bekledim")):
        await asked.reads(shown)
        await asked.phone.send(text=written)
    await asked.reads("Teşekkürler.")
    house = asked.served.server.house
    assert house is not None

    async def follow_up() -> Any:  # noqa: ANN401
        found = (await house.tickets.list(TicketFilter(kinds=("complaint",)))).rows
        return next(iter(found), None)

    ticket = await asked.until(follow_up)
    assert ticket.origin_key.startswith("survey:")
    assert "Çok bekledim" in ticket.description


async def test_whoever_refuses_in_a_survey_is_told_so_once(asked: Asked) -> None:
    await asked.reads(FIRST)
    await asked.phone.send(text="iptal")

    async def is_out() -> bool:
        rows = await asked.house.rows_of("survey_invitation")
        return bool(rows[0]["state"] == "opted_out")

    async def confirmed() -> list[str]:
        sent = await asked.house.rows_of("text_message")
        return [row["body"] for row in sent if row["origin_key"].startswith("confirm:")]

    await asked.until(is_out)
    [words] = await asked.until(confirmed)
    assert words == "Anket mesaji almayacaksiniz. Yeniden baslamak icin BASLAT yazin."
    await asked.clock.advance(2)
    assert len(await confirmed()) == 1
