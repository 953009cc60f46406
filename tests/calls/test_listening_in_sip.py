"""Supervisors at SIP telephones: what caller and agent hear before somebody listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_agents import answers, is_over, says

if TYPE_CHECKING:
    from tests.fakes.sip_agents import SipDesk
    from tests.fakes.sip_phone import SipPhone

TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))
SILENCE = b"\xd5" * 160
TITLE = "    title: {tr: Genel, en: General}\n"


@pytest.fixture
def options() -> dict[str, str]:
    """Words of ours are said: the flow has no such prompt, another one has."""
    return {TITLE: f"{TITLE}    monitor: {{notice: welcome}}\n"}


async def hears_words(phone: SipPhone) -> None:
    """Something that nobody on the line says."""
    heard = len(phone.rtp)
    known = {TONE, OTHER, SILENCE}
    await phone.until(lambda: any(one.payload not in known for one in phone.rtp[heard:]))


async def test_both_are_told_and_talk_on_and_the_supervisor_hears_them(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        await says(caller, line, ayse, TONE)
        call = await desk.call_of("ayse")
        await desk.floor.control(call, "monitor", {"mode": "listen"}, "can")
        await answers(can)
        await hears_words(caller)
        await hears_words(ayse)
        await says(caller, line, ayse, TONE)
        await says(ayse, leg, caller, OTHER)
        await says(caller, line, can, TONE)
        await caller.bye(line)
        await is_over(ayse, leg)
