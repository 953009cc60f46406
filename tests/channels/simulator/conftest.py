"""A simulated phone's far side: a real server on loopback around a switch in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.channels.simulator.page import SimulatorPages
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.runtime.memory.clock import settle
from tests.fakes.house import FLOW, NUMBER, House, desk_book
from tests.fakes.served import Phone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

NOTICE = FLOW.replace(
    "    - menu: main_menu", "    - say: one_moment\n      barge_in: false\n    - menu: main_menu"
)


@dataclass(slots=True)
class Exchange:
    """House, trunk, pages and their server."""

    house: House
    trunk: SimulatorTrunk
    pages: SimulatorPages
    client: TestClient[Any, Any]
    phones: list[Phone] = field(default_factory=list)

    async def phone(self, headers: Mapping[str, str] | None = None) -> Phone:
        """A connected phone that has not dialled."""
        socket = await self.client.ws_connect("/simulator/ws", headers=headers)
        self.phones.append(Phone(socket, self.house.clock))
        return self.phones[-1]

    async def ringing(self) -> Phone:
        """A phone in a call whose menu is open."""
        phone = await self.phone()
        await phone.send(dial=NUMBER)
        await phone.until("listens")
        return phone

    async def outcome(self, phone: Phone) -> str:
        """How the call of a phone stands in the store."""
        return (await self.house.row(phone.call)).outcome  # type: ignore[arg-type]


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """A running server with one simulator trunk."""
    house = House(book=desk_book(NOTICE))
    await house.open()
    trunk = SimulatorTrunk("browser", house.switch, house.tasks)
    house.switch.trunks["browser"] = trunk
    numbers = count(1)
    pages = SimulatorPages(trunk, {NUMBER: "desk"}, "TR", lambda: f"ref-{next(numbers)}")
    app = web.Application()
    app.add_routes(pages.routes())
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    made = Exchange(house, trunk, pages, client)
    yield made
    for phone in made.phones:
        await phone.socket.close()
    await client.close()
    await settle()
    await house.close()
