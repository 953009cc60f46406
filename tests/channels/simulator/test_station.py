"""The WebSocket of an agent's telephone, over a real connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import WSServerHandshakeError

from ivr.domain.call import LegId
from ivr.runtime.memory.clock import settle
from tests.fakes.served import Phone
from tests.fakes.simulated import offer

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.domain.events import Event
    from tests.channels.simulator.conftest import Exchange


async def station(exchange: Exchange, name: str = "ann") -> Phone:
    """A connected telephone."""
    socket = await exchange.client.ws_connect("/simulator/agent/ws", params={"name": name})
    phone = Phone(socket, exchange.house.clock)
    exchange.phones.append(phone)
    assert await phone.until("phone") == {"phone": name}
    return phone


async def deaf(_call: CallId, _event: Event) -> None:
    """Stands for an engine that knows of these legs."""


async def rung(exchange: Exchange) -> tuple[Phone, Phone]:
    """A caller, and an agent whose telephone rings."""
    agent, caller = await station(exchange), await exchange.ringing()
    live = next(iter(exchange.house.switch.calls.values()))
    exchange.house.switch.carrier.deliver_surely = deaf  # type: ignore[method-assign, assignment]
    await exchange.trunk.execute(live, [offer("ann", ring_s=600.0)])
    await agent.until("rings")
    return agent, caller


async def test_a_telephone_rings_is_answered_and_put_down(exchange: Exchange) -> None:
    agent, caller = await rung(exchange)
    await agent.send(answer=True)
    assert await agent.until("answered") == {"answered": caller.call}
    await agent.send(hang_up=True)
    assert await agent.until("ended") == {"ended": "normal"}


async def test_a_call_can_be_declined(exchange: Exchange) -> None:
    agent, _caller = await rung(exchange)
    await agent.send(decline=True)
    assert await agent.until("ended") == {"ended": "rejected"}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"answer": True}, "nothing rings"),
        ({"decline": True}, "nothing rings"),
        ({"hang_up": True}, "this phone is in no call"),
        ({"say": "hello"}, "this phone is in no call"),
        ({"answer": 1}, "this phone is in no call"),
    ],
)
async def test_what_cannot_be_done_is_told(
    exchange: Exchange, message: dict[str, bool], problem: str
) -> None:
    agent = await station(exchange)
    await agent.send(**message)
    assert await agent.until("problem") == {"problem": problem}


async def test_what_is_no_act_is_told_during_a_call(exchange: Exchange) -> None:
    agent, _caller = await rung(exchange)
    await agent.send(say="too early")
    assert (await agent.until("problem"))["problem"] == "this phone is in no call"
    await agent.send(answer=True)
    await agent.until("answered")
    for text in ("[]", "x", '{"press": "12"}', '{"say": ""}'):
        await agent.socket.send_str(text)
        told = await agent.until("problem")
        assert told == {"problem": "answer, decline, say, press or hang_up is wanted"}


async def test_a_connection_that_is_lost_ends_the_call_on_it(exchange: Exchange) -> None:
    agent, _caller = await rung(exchange)
    talk = next(iter(exchange.trunk._talks.values()))
    await agent.socket.close()
    async with asyncio.timeout(5):
        while LegId(2) in talk.legs:
            await settle()
    assert not exchange.trunk.reachable("sim:ann")


async def test_the_older_of_two_connections_can_do_nothing_any_more(exchange: Exchange) -> None:
    first, _caller = await rung(exchange)
    second = await station(exchange)
    await second.until("rings")
    assert (await first.until("problem"))["problem"] == "this phone was taken up elsewhere"
    await first.send(answer=True)
    await first.socket.close()
    await second.send(answer=True)
    await second.until("answered")
    assert exchange.trunk.reachable("sim:ann")


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a\x07"])
async def test_a_telephone_needs_a_name(exchange: Exchange, name: str) -> None:
    with pytest.raises(WSServerHandshakeError) as told:
        await station(exchange, name)
    assert told.value.status == 400


async def test_a_page_of_somebody_else_is_refused(exchange: Exchange) -> None:
    headers = {"Origin": "https://evil.example"}
    with pytest.raises(WSServerHandshakeError) as told:
        await exchange.client.ws_connect("/simulator/agent/ws?name=ann", headers=headers)
    assert told.value.status == 403
