"""Texts on simulated phones: told to whoever looks, written by whoever says whose phone it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.channels.simulator.page import SimulatorPages
from ivr.channels.simulator.texts import SimulatorTexts
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.texts import Handed, Report, TextIn, TextRow
from tests.fakes.house import House
from tests.fakes.served import Phone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

HIM, US = "+905321112233", "+908502220000"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(text: str, direction: str = "out", body: str = "Merhaba") -> TextRow:
    ends = (US, HIM) if direction == "out" else (HIM, US)
    state = "sent" if direction == "out" else "taken"
    return TextRow(
        text, 1, direction, "browser", *ends, body, "service", text, state, "", NOON, NOON, "ref"
    )


@dataclass
class Rows:
    """A thread that was written before, and what comes in now."""

    before: list[TextRow] = field(default_factory=list)
    came: list[TextIn] = field(default_factory=list)

    async def thread(self, trunk: str, number: str, limit: int = 50) -> Sequence[TextRow]:
        """As the port says."""
        assert (trunk, limit) == ("browser", 200)
        return self.before if number == HIM else []

    async def received(self, text: TextIn) -> None:
        """As the port says."""
        self.came.append(text)

    async def reported(self, report: Report) -> None:
        """Nothing reports here."""
        raise AssertionError(report)


@dataclass
class Stand:
    """A page with texts."""

    texts: SimulatorTexts
    rows: Rows
    client: Any
    phones: list[Phone] = field(default_factory=list)

    async def phone(self, number: str = "") -> Phone:
        self.phones.append(Phone(await self.client.ws_connect("/simulator/ws")))
        if number:
            await self.phones[-1].send(texts=number)
            await self.phones[-1].until("texts")
        return self.phones[-1]


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    house, rows, numbers = House(), Rows(), count(1)
    await house.open()
    trunk = SimulatorTrunk("browser", house.switch, house.tasks)
    texts = SimulatorTexts("browser", US, "TR", lambda: f"ref{next(numbers)}")
    texts.open(rows, rows, VirtualClock())  # type: ignore[arg-type]
    app = web.Application()
    app.add_routes(SimulatorPages(trunk, {}, "TR", str, texts).routes())
    client: Any = TestClient(TestServer(app))
    await client.start_server()
    made = Stand(texts, rows, client)
    yield made
    for phone in made.phones:
        await phone.socket.close()
    await client.close()
    await house.close()


async def test_a_text_is_shown_to_every_window_of_its_phone_and_to_no_other(stand: Stand) -> None:
    first, second = await stand.phone("0532 111 22 33"), await stand.phone(HIM)
    other = await stand.phone("+905337654321")
    assert await stand.texts.send(row("T1")) == Handed("T1", "delivered")
    for phone in (first, second):
        assert (await phone.until("text"))["text"] == {
            "id": "T1",
            "from": US,
            "to": HIM,
            "text": "Merhaba",
            "at": NOON.isoformat(),
        }
    await other.send(texts="+905337654321")
    await other.until("texts")
    assert not any("text" in message for message in other.messages)


async def test_texts_of_before_come_first_those_of_his_own_by_their_own_name(stand: Stand) -> None:
    stand.rows.before = [row("T1"), row("T2", "in", "Selam")]
    phone = await stand.phone(HIM)
    shown = [(await phone.until("text"))["text"] for _ in range(2)]
    assert [(one["id"], one["text"]) for one in shown] == [("T1", "Merhaba"), ("ref", "Selam")]


async def test_what_is_written_comes_in_and_is_shown(stand: Stand) -> None:
    phone = await stand.phone(HIM)
    await phone.send(text="IPTAL")
    shown = (await phone.until("text"))["text"]
    await phone.send(text="5", to="+908502220001")
    await phone.until("text")
    assert [(one.from_, one.to, one.body) for one in stand.rows.came] == [
        (HIM, US, "IPTAL"),
        (HIM, "+908502220001", "5"),
    ]
    assert (shown["id"], shown["from"]) == (stand.rows.came[0].provider_id, HIM)


@pytest.mark.parametrize(
    ("number", "message", "problem"),
    [
        ("", {"text": "5"}, "say whose phone it is first"),
        (HIM, {"text": "  "}, "there is nothing to send"),
        (HIM, {"text": "x" * 2001}, "a text has at most 2000 letters"),
        (HIM, {"texts": "nobody"}, "this is no telephone number"),
    ],
)
async def test_what_cannot_be_sent_is_told(
    stand: Stand, number: str, message: dict[str, str], problem: str
) -> None:
    phone = await stand.phone(number)
    await phone.send(**message)
    assert (await phone.until("problem"))["problem"] == problem
    assert stand.rows.came == []


async def test_who_leaves_is_told_no_more(stand: Stand) -> None:
    phone = await stand.phone(HIM)
    await phone.send(texts="+905337654321")
    await phone.until("texts")
    await stand.texts.send(row("T1"))
    stand.texts.leave(HIM, print)
    assert not any("text" in message for message in phone.messages)


async def test_a_trunk_without_texts_says_so(stand: Stand) -> None:
    closed = SimulatorTexts("browser", US, "TR", str)
    assert await closed.write(HIM, {"text": "x"}) == "there is nothing to send"
    with pytest.raises(NotImplementedError):
        await closed.look(row("T1"))
    stand.texts.open(stand.rows, stand.rows, VirtualClock())  # type: ignore[arg-type]
