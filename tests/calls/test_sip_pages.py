"""Phones in browser pages: SIP over WebSocket (RFC 7118) through the whole server.

Sound is plain RTP, as a test can send it; what a browser would offer (DTLS-SRTP) is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.fakes.sip_agents import SipDesk, answers, invites, is_over, rings, says
from tests.fakes.sip_page import Pages
from tests.fakes.sip_served import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.sip_page import PagePhone

TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))
BANK = "+908502220000"


@pytest.fixture
def users() -> tuple[str, ...]:
    """Whose phones may register beside the agents'."""
    return ("zeynep",)


@pytest.fixture
async def pages(desk: SipDesk) -> AsyncIterator[Pages]:
    """Pages of people who are signed in."""
    made = Pages(desk.sip.served.web.url, desk.sip.server, desk.sip.served)
    yield made
    await made.close()


async def refusal(pages: Pages, ticket: str, **more: str) -> int:
    """The status with which a page is refused."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as found:
        await pages.open(ticket, **more)
    return found.value.status


async def registered(phone: PagePhone) -> None:
    answer = await phone.register(PASSWORD)
    assert answer.status == 200, answer.start
    assert phone.contact in answer["contact"]


async def test_a_phone_in_a_page_registers_and_calls_the_bank(desk: SipDesk, pages: Pages) -> None:
    async with await pages.phone("zeynep") as phone:
        await registered(phone)
        line = await phone.call(BANK)
        assert ";transport=ws" in line.target
        await phone.until(lambda: len(phone.rtp) > 20)
        heard = len(phone.rtp)
        phone.press(line, "1")
        await phone.until(lambda: len(phone.rtp) > heard + 20)
        assert (await phone.bye(line)).status == 200
    assert (await desk.sip.ended()).trunk == "phones"


async def test_without_a_password_it_neither_registers_nor_calls(pages: Pages) -> None:
    async with await pages.phone("zeynep") as phone:
        assert (await phone.register("wrong-password-12")).status == 401
        phone.invite("line")
        assert (await phone.response("INVITE")).status == 407


async def test_an_agent_in_a_page_is_rung_up_talks_holds_and_hangs_up(
    desk: SipDesk, pages: Pages
) -> None:
    async with desk.sip.phone() as caller, await pages.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        invite = await rings(ayse)
        assert invite["via"].startswith("SIP/2.0/WS ")
        assert invite.start.startswith(f"INVITE {ayse.contact} ")
        leg = await answers(ayse, rung=invite)
        await desk.until("ayse", "talking")
        await says(caller, line, ayse, TONE)
        await says(ayse, leg, caller, OTHER)
        await desk.asks("ayse", "hold")
        await desk.until("ayse", "holding")
        await desk.asks("ayse", "resume")
        await desk.until("ayse", "talking")
        await ayse.bye(leg)
        await is_over(caller, line)
        await desk.until("ayse", "wrapup")
    assert (await desk.sip.ended()).outcome == "handled"


async def test_a_caller_who_leaves_ends_the_call_of_the_page(desk: SipDesk, pages: Pages) -> None:
    async with desk.sip.phone() as caller, await pages.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        await caller.bye(line)
        await is_over(ayse, leg)


async def test_a_page_that_is_closed_while_it_rings_loses_the_call_to_the_next_agent(
    desk: SipDesk, pages: Pages
) -> None:
    async with (
        desk.sip.phone() as caller,
        await pages.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        await caller.call("line")
        await rings(ayse)
        await desk.soon(lambda: desk.there.get("ayse"))
        assert ayse.line is not None
        ayse.line.close()
        await answers(can)
        await desk.until("can", "talking")
        await desk.soon(lambda: desk.there["ayse"] is False)


@pytest.mark.parametrize(
    "options", [{"registrar: true": "registrar: true\n    limits: {away: 1s}"}]
)
async def test_a_page_whose_connection_dies_ends_its_call_within_the_time_configured(
    desk: SipDesk, pages: Pages
) -> None:
    async with desk.sip.phone() as caller, await pages.phone("ayse") as ayse:
        await desk.works(ayse)
        await caller.call("line")
        await answers(ayse)
        await desk.until("ayse", "talking")
        assert ayse.line is not None
        ayse.line.cut()
        await desk.until("ayse", "wrapup")


async def test_a_page_that_comes_back_in_time_goes_on_with_its_call(
    desk: SipDesk, pages: Pages
) -> None:
    async with desk.sip.phone() as caller, await pages.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        assert ayse.line is not None
        ayse.line.cut()
        async with await pages.phone("ayse") as again:
            await registered(again)
            await says(caller, line, ayse, TONE)
            await caller.bye(line)
            await is_over(again, leg)


@pytest.mark.parametrize("kind", ["UDP/TLS/RTP/SAVPF", "RTP/SAVPF"])
async def test_sound_of_browsers_themselves_is_refused_with_488(pages: Pages, kind: str) -> None:
    async with await pages.phone("zeynep") as phone:
        await registered(phone)
        phone.invite("line", body=phone.sdp().replace("RTP/AVP", kind))
        assert (await phone.response("INVITE", cseq=1)).status == 488


async def test_who_gets_in(desk: SipDesk, pages: Pages) -> None:
    ticket = await pages.ticket("ayse")
    assert await refusal(pages, ticket, origin="https://evil.example") == 403
    assert await refusal(pages, ticket, origin="http://[") == 403
    assert await refusal(pages, ticket, protocol="") == 400
    assert await refusal(pages, ticket, protocol="chat") == 400
    socket = await pages.open(ticket)
    assert socket.protocol == "sip"
    assert await refusal(pages, ticket) == 403
    assert await refusal(pages, "made-up") == 403
    assert await refusal(pages, await pages.ticket("ayse"), trunk="main") == 404
    assert (await pages.open(await pages.ticket("ayse"), trunk="phones")).protocol == "sip"


async def test_a_ticket_of_a_session_that_is_over_opens_nothing(pages: Pages) -> None:
    ticket = await pages.ticket("ayse")
    await pages.sign_out("ayse")
    assert await refusal(pages, ticket) == 403


async def test_a_network_that_is_a_trunk_is_none_for_a_page(pages: Pages) -> None:
    """The trunk takes calls of this machine without a password; not those of a page on it."""
    async with await pages.phone("zeynep") as phone:
        phone.invite("line")
        assert (await phone.response("INVITE")).status == 407


async def test_a_flood_of_frames_ends_the_connection_and_the_registration(
    desk: SipDesk, pages: Pages
) -> None:
    async with await pages.phone("ayse") as ayse:
        await registered(ayse)
        await desk.soon(lambda: desk.there.get("ayse"))
        assert ayse.line is not None
        for _ in range(30):
            ayse.line.send(b"\r\n\r\n")
        await ayse.line.closed.wait()
        assert ayse.line.code == 4400
        await desk.soon(lambda: desk.there["ayse"] is False)


async def test_a_frame_that_is_too_long_ends_the_connection(pages: Pages) -> None:
    async with await pages.phone("ayse") as ayse:
        assert ayse.line is not None
        ayse.line.send(b"x" * 65_537)
        await ayse.line.closed.wait()
        assert ayse.line.code == 1009


async def test_a_server_that_stops_says_goodbye_to_calls_of_pages_first(
    desk: SipDesk, pages: Pages
) -> None:
    async with await pages.phone("zeynep") as phone:
        await registered(phone)
        await phone.call(BANK)
        await phone.until(lambda: len(phone.rtp) > 20)
        await desk.sip.served.server.close()
        assert phone.line is not None
        await phone.line.closed.wait()
        assert phone.line.code == 1012
        assert [m.method for m in phone.heard if not m.status and m.method == "BYE"]
    assert not invites(phone)
