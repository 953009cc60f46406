"""Text messages end to end: a flow sends one, the simulated phone shows it, its answer is work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app import Parts
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.compliance import SMS
from ivr.runtime.ports.intake import Conversion, ItemFilter
from ivr.runtime.ports.texts import TextNew, TextRow
from ivr.runtime.ports.ticket_rows import AGENT, REPLY, Act, NewArticle
from tests.fakes.served import BANK, Phone, Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from ivr.runtime.ports.intake import ItemRow
    from ivr.runtime.texts.house import TextHouse

CARD = "4532015112830366"
CALLER = "+905321112233"
OTHER = "+905337654321"
MORNING = datetime(2026, 11, 23, 5, tzinfo=UTC)
"""08:00 in Istanbul: until then texts of service wait."""


@dataclass
class Texting:
    """A server on virtual time with SQLite, and phones whose texts are looked at."""

    served: Served
    clock: VirtualClock
    phones: dict[str, Phone] = field(default_factory=dict)

    @property
    def house(self) -> TextHouse:
        assert self.served.server.texts is not None
        return self.served.server.texts

    async def phone(self, number: str = CALLER) -> Phone:
        phone = self.phones[number] = Phone(await self.served.web.talk(), self.clock)
        await phone.send(texts=number)
        await phone.until("texts")
        return phone

    async def until(self, what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """What it gives, once it gives something."""
        async with asyncio.timeout(60):
            while not (found := await what()):
                await self.clock.advance(0.25)
            return found

    async def items(self) -> list[ItemRow]:
        tickets = self.served.server.house
        assert tickets is not None
        return list((await tickets.intake.list(ItemFilter(media=("sms",)))).rows)

    async def state(self, key: str, state: str) -> TextRow:
        """The text of a key, once it has come so far."""

        async def there() -> TextRow | None:
            row = await self.house.texts.known(key)
            return row if row is not None and row.state == state else None

        found: TextRow = await self.until(there)
        return found

    def new(self, body: str, key: str, **more: Any) -> TextNew:  # noqa: ANN401 - fields of it
        return TextNew(more.pop("to", CALLER), body, key, self.clock.now(), **more)

    def act(self) -> Act:
        return Act("ayse", self.clock.now())


@pytest.fixture
async def texting(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Texting]:
    clock = VirtualClock(getattr(request, "param", START))
    made = Texting(await Served.start(folder / "config.yaml", Parts(clock=clock)), clock)
    yield made
    for phone in made.phones.values():
        await phone.socket.close()
    await made.served.close()


async def test_a_flow_texts_and_the_answer_becomes_work_for_people(texting: Texting) -> None:
    texts = await texting.phone()
    call = Phone(await texting.served.web.talk(), texting.clock)
    await call.send(dial=BANK, **{"from": CALLER})
    for keys in ("2", CARD):
        await call.until("listens")
        for key in keys:
            await call.send(press=key)
    shown = (await texts.until("text"))["text"]
    assert (shown["from"], shown["to"]) == (BANK, CALLER)
    assert shown["text"].startswith("Kartınız kapatıldı")
    await call.socket.close()

    await texts.send(text="Ben bir şey yapmadım ki?")
    mine = (await texts.until("text"))["text"]
    assert (mine["from"], mine["text"]) == (CALLER, "Ben bir şey yapmadım ki?")
    [item] = await texting.until(texting.items)
    assert (item.medium, item.body, item.sender_norm) == ("sms", mine["text"], CALLER)


async def test_what_an_agent_answers_goes_out_as_a_text(texting: Texting) -> None:
    phone, tickets = await texting.phone(), texting.served.server.house
    assert tickets is not None
    await phone.send(text="Faturam yanlış")
    await phone.until("text")
    [item] = await texting.until(texting.items)
    await tickets.intake.claim(item.id, texting.act())
    made = await tickets.intake.convert(item.id, Conversion(subject="Fatura"), texting.act())
    said = NewArticle(REPLY, AGENT, "ayse", "Düzelttik.", texting.clock.now())
    await tickets.tickets.append(made.ticket.number, said, texting.act())

    async def got() -> bool:
        message = await phone.until("text")
        return bool(message["text"]["text"] == "Düzelttik.")

    assert await texting.until(got)


async def test_a_refusal_is_kept_and_confirmed_once(texting: Texting) -> None:
    phone = await texting.phone()
    for word in ("İptal", "STOP"):
        await phone.send(text=word)
        await phone.until("text")
    confirmed = (await phone.until("text"))["text"]
    assert confirmed["text"].startswith("Anket ve tanitim mesaji almayacaksiniz")

    async def said_twice() -> bool:
        said = await texting.house.consents.of(CALLER, SMS)
        return [(row.purpose, row.status) for row in said] == [
            ("marketing", "opt_out"),
            ("survey", "opt_out"),
        ] * 2

    assert await texting.until(said_twice)
    await texting.house.send(texting.new("Bizi puanlayın", "survey:1", purpose="survey"))
    refused = await texting.state("survey:1", "failed")
    assert refused.reason == "opted_out"
    await texting.house.send(texting.new("Talebiniz alındı", "event:1"))
    await texting.state("event:1", "delivered")
    assert (await texting.house.texts.thread("browser", CALLER))[-1].body == "Talebiniz alındı"
    bodies = [row.body for row in await texting.house.texts.thread("browser", CALLER)]
    assert bodies.count(confirmed["text"]) == 1
    assert await texting.items() == []


async def test_a_phone_that_comes_back_is_shown_what_was_written(texting: Texting) -> None:
    first = await texting.phone()
    await texting.house.send(texting.new("Merhaba", "a"))
    seen = (await first.until("text"))["text"]
    await first.send(text="Selam")
    await first.until("text")
    again = await texting.phone()
    history = [(await again.until("text"))["text"] for _ in range(2)]
    assert history[0] == seen
    assert [one["text"] for one in history] == ["Merhaba", "Selam"]
    stranger = await texting.phone(OTHER)
    await texting.house.send(texting.new("Sana", "b", to=OTHER))
    assert (await stranger.until("text"))["text"]["text"] == "Sana"


@pytest.mark.parametrize("texting", [MORNING - timedelta(minutes=2)], indirect=True)
async def test_at_night_a_text_waits_for_the_morning(texting: Texting) -> None:
    phone = await texting.phone()
    await texting.house.send(texting.new("Gece", "night"))
    await texting.house.send(texting.new("Cevap", "answer", in_contact=True))
    await texting.state("answer", "delivered")
    assert (await texting.house.texts.known("night")).state == "queued"  # type: ignore[union-attr]
    waited = await texting.state("night", "delivered")
    assert waited.sent_at is not None
    assert waited.sent_at >= MORNING
    assert [(await phone.until("text"))["text"]["text"] for _ in range(2)] == ["Cevap", "Gece"]
