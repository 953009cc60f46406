"""SIP over WebSocket on a real aiohttp server: who gets in, frames, pings, the end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from ivr.channels import Guest, Pages
from ivr.channels.sip.endpoint import webphone, websocket
from ivr.channels.sip.endpoint.door import MESSAGE_BYTES, Limits
from tests.fakes.sip_core import OPTIONS, PATIENCE_S, FakeCore, rigged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.client_ws import ClientWebSocketResponse

    from tests.fakes.sip_core import Rig

DESK = "https://desk.example"


@dataclass
class Site:
    """A web server with the route, and a client of it."""

    rig: Rig
    client: aiohttp.ClientSession
    url: str
    tickets: set[str]
    over: set[str] = field(default_factory=set)

    async def phone(
        self, ticket: str = "good", origin: str = DESK, protocol: str = "sip"
    ) -> ClientWebSocketResponse:
        """A browser's connection."""
        return await self.client.ws_connect(
            f"{self.url}?ticket={ticket}", origin=origin, protocols=(protocol,)
        )

    async def refusal(self, ticket: str = "good", origin: str = DESK, protocol: str = "sip") -> int:
        """The status with which such a connection is refused."""
        with pytest.raises(aiohttp.WSServerHandshakeError) as found:
            await self.phone(ticket, origin, protocol)
        return found.value.status


def pages_of(tickets: set[str], over: set[str]) -> Pages:
    """Who may connect: pages of the desk with one of these tickets, until it is in `over`."""

    async def take(ticket: str) -> Guest | None:
        if ticket not in tickets:
            return None
        tickets.remove(ticket)

        async def lives() -> bool:
            return ticket not in over

        return Guest("ayse", lives)

    return Pages(
        lambda request: request.headers.get("Origin") == DESK, take, lambda _request: "192.0.2.9"
    )


@asynccontextmanager
async def site(core: FakeCore | None = None, limits: Limits | None = None) -> AsyncIterator[Site]:
    tickets, over = {"good", "better"}, set[str]()
    async with rigged(core, limits=limits) as rig:
        app = web.Application()
        handler = rig.endpoint.websocket(pages_of(tickets, over), ("192.0.2.1", 5060))
        app.router.add_get("/sip", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as client:
            yield Site(rig, client, f"http://127.0.0.1:{port}/sip", tickets, over)
        await runner.cleanup()


async def test_a_message_is_a_frame_each_way() -> None:
    async with site() as here:
        phone = await here.phone()
        assert phone.protocol == "sip"
        await phone.send_str(OPTIONS.decode())
        assert (await phone.receive(PATIENCE_S)).data == OPTIONS.decode()
        await phone.send_bytes(OPTIONS)
        assert (await phone.receive(PATIENCE_S)).data == OPTIONS.decode()
        (_, flow), (_, again) = here.rig.core.received
        assert flow is again
        assert (flow.transport, flow.local) == ("ws", ("192.0.2.1", 5060))
        assert flow.remote[0] == "192.0.2.9"
        assert flow.connection > 0


async def test_octets_that_are_no_text_go_as_octets() -> None:
    async with site() as here:
        phone = await here.phone()
        await phone.send_bytes(b"\xff\xfe")
        reply = await phone.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.BINARY, b"\xff\xfe")


async def test_a_ping_between_messages_gets_a_pong() -> None:
    async with site() as here:
        phone = await here.phone()
        await phone.send_str("\r\n\r\n")
        assert (await phone.receive(PATIENCE_S)).data == "\r\n"
        assert here.rig.core.received == []


async def test_a_page_from_elsewhere_does_not_get_in_and_spends_no_ticket() -> None:
    async with site() as here:
        assert await here.refusal(origin="https://evil.example") == 403
        assert here.rig.away == {"origin": 1}
        assert here.tickets == {"good", "better"}


async def test_a_ticket_is_good_for_once() -> None:
    async with site() as here:
        await here.phone()
        assert await here.refusal() == 403
        assert await here.refusal(ticket="") == 403
        assert here.rig.away == {"ticket": 2}


async def test_who_does_not_speak_sip_is_refused_and_spends_no_ticket() -> None:
    async with site() as here:
        assert await here.refusal(protocol="chat") == 400
        assert here.tickets == {"good", "better"}


async def test_the_total_of_connections_holds_here_too() -> None:
    async with site(limits=Limits(total=1)) as here:
        phone = await here.phone()
        assert await here.refusal(ticket="better") == 503
        await phone.close()
        await here.rig.core.until(lambda: here.rig.core.gone)


async def test_a_browser_that_leaves_is_a_lost_flow() -> None:
    async with site(FakeCore(echo=False)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        await phone.close()
        core = here.rig.core
        await core.until(lambda: core.gone)
        assert core.gone == [core.received[0][1]]
        here.rig.send(core.gone[0], OPTIONS)
        await core.until(lambda: len(core.gone) == 2)
        assert here.rig.endpoint._ways.door.open == 0


async def test_who_never_says_anything_is_cut() -> None:
    async with site(limits=Limits(message_s=0.05)) as here:
        phone = await here.phone()
        assert (await phone.receive(PATIENCE_S)).type is WSMsgType.CLOSE
        assert here.rig.away == {"slow": 1}


async def test_a_browser_whose_time_is_up_to_the_instant_is_not_waited_for_for_ever() -> None:
    async with site(limits=Limits(message_s=0.0)) as here:
        phone = await here.phone()
        assert (await phone.receive(PATIENCE_S)).type is WSMsgType.CLOSE
        assert here.rig.away == {"slow": 1}


async def test_who_has_said_something_may_be_silent() -> None:
    async with site(limits=Limits(message_s=0.05)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        await phone.receive(PATIENCE_S)
        with pytest.raises(TimeoutError):
            await phone.receive(0.2)
        assert here.rig.away == {}


async def test_a_frame_that_is_too_long_ends_the_connection() -> None:
    async with site() as here:
        phone = await here.phone()
        await phone.send_bytes(b"x" * (MESSAGE_BYTES + 1))
        reply = await phone.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, 1009)
        assert here.rig.core.received == []


async def test_a_browser_that_takes_nothing_is_cut() -> None:
    async with site(FakeCore(echo=False)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        core = here.rig.core
        await core.until(lambda: core.received)
        for _ in range(webphone.OUTBOX_MESSAGES + 1):
            here.rig.send(core.received[0][1], OPTIONS)
        await core.until(lambda: core.gone)
        assert here.rig.away["unsent"] == 1


async def test_more_than_twenty_frames_in_a_second_end_the_connection() -> None:
    async with site() as here:
        phone = await here.phone()
        for _ in range(21):
            await phone.send_str("\r\n\r\n")
        pongs = 0
        while (reply := await phone.receive(PATIENCE_S)).type is WSMsgType.TEXT:
            pongs += 1
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, websocket.FLOOD)
        assert pongs <= 20
        assert here.rig.away == {"flood": 1}


async def test_pings_of_the_browser_are_answered_and_count_as_frames() -> None:
    async with site(limits=Limits(frames_per_s=2)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        assert (await phone.receive(PATIENCE_S)).data == OPTIONS.decode()
        await phone.ping(b"there?")
        await phone.ping(b"there?")
        reply = await phone.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, websocket.FLOOD)


async def test_a_browser_that_answers_pings_lives_and_one_that_does_not_is_dead() -> None:
    async with site(limits=Limits(ping_s=0.05, dead_s=0.5, frames_per_s=100)) as here:
        phone = await here.client.ws_connect(
            f"{here.url}?ticket=good", origin=DESK, protocols=("sip",), autoping=False
        )
        await phone.send_bytes(OPTIONS)
        assert (await phone.receive(PATIENCE_S)).type is WSMsgType.TEXT
        for _ in range(15):
            ping = await phone.receive(PATIENCE_S)
            assert ping.type is WSMsgType.PING
            await phone.pong(ping.data)
        assert here.rig.away == {}
        core = here.rig.core
        await core.until(lambda: core.gone)
        assert here.rig.away == {"dead": 1}


async def test_a_person_has_five_connections_and_the_oldest_one_goes() -> None:
    async with site() as here:
        here.tickets |= {f"t{number}" for number in range(6)}
        first, *others = [await here.phone(f"t{number}") for number in range(6)]
        reply = await first.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, websocket.CROWDED)
        for phone in others:
            await phone.send_bytes(OPTIONS)
            assert (await phone.receive(PATIENCE_S)).data == OPTIONS.decode()
        assert here.rig.away == {"person": 1}


async def test_the_end_of_the_session_ends_the_connection_and_says_so() -> None:
    async with site(limits=Limits(ping_s=0.03)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        await phone.receive(PATIENCE_S)
        here.over.add("good")
        reply = await phone.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, websocket.SIGNED_OUT)
        assert here.rig.away == {"signed_out": 1}


async def test_the_end_says_goodbye_and_lets_nobody_in() -> None:
    async with site() as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        await phone.receive(PATIENCE_S)
        ending = asyncio.create_task(here.rig.endpoint.close())  # noqa: TID251 - both ends at once
        reply = await phone.receive(PATIENCE_S)
        assert (reply.type, reply.data) == (WSMsgType.CLOSE, websocket.COME_BACK)
        await ending
        assert await here.refusal(ticket="better") == 503


async def test_a_browser_that_takes_no_goodbye_does_not_hold_up_the_end() -> None:
    async with site(FakeCore(echo=False), Limits(flush_s=0.05)) as here:
        phone = await here.phone()
        await phone.send_bytes(OPTIONS)
        core = here.rig.core
        await core.until(lambda: core.received)
        connection = phone._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.pause_reading()
        for _ in range(40):
            here.rig.send(core.received[0][1], b"x" * 500_000)
        async with asyncio.timeout(1.0):
            await here.rig.endpoint.close()
        assert here.rig.away == {}


def test_a_proxy_on_a_unix_socket_has_no_port() -> None:
    assert websocket._place("/run/ivr.sock") == ("", 0)
    assert websocket._place(None) == ("", 0)
