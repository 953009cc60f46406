"""Callers at SIP telephones whom a queue sends on by its ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_agents import answers, is_over, rings, says
from tests.fakes.sip_served import PASSWORD

if TYPE_CHECKING:
    from tests.fakes.sip_agents import SipDesk

TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))
SILENCE = b"\xd5" * 160
TITLE = "    title: {tr: Genel, en: General}\n"
WAYS = """\
    nobody: {join: [], leave: []}
    overflow:
      - {when: {waited: 300ms}, to: {number: boss}}
      - {when: {waited: 300ms}, to: {number: guard}}
"""
PLACES = """\
places:
  boss: {sip: "sip:boss@phones"}
  guard: {sip: "sip:guard@phones"}
"""


@pytest.fixture
def options() -> dict[str, str]:
    """Who has waited a moment is sent to the boss, then to the guard."""
    return {TITLE: f"{TITLE}{WAYS}", "places:\n": PLACES}


@pytest.fixture
def users() -> tuple[str, ...]:
    return "boss", "guard"


async def test_a_place_is_rung_up_with_music_and_talks_to_the_caller(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("boss") as boss:
        await boss.register(PASSWORD)
        line = await caller.call("line")
        invite = await rings(boss)
        heard = len(caller.rtp)
        await caller.until(
            lambda: any(one.payload != SILENCE for one in caller.rtp[heard:]),
        )
        leg = await answers(boss, rung=invite)
        await says(caller, line, boss, TONE)
        await says(boss, leg, caller, OTHER)
        await boss.bye(leg)
        await is_over(caller, line)
    record = await desk.sip.ended()
    kinds = {(one.kind, one.detail) for one in record.segments}
    assert {("queue", "general overflow number:boss"), ("external", "boss")} <= kinds
    assert record.outcome == "transferred"


async def test_a_place_that_is_busy_hands_the_caller_to_the_next(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("boss") as boss,
        desk.sip.phone("guard") as guard,
    ):
        await boss.register(PASSWORD)
        await guard.register(PASSWORD)
        line = await caller.call("line")
        invite = await rings(boss)
        boss.reply(invite, 486, "Busy Here", tag="boss0")
        leg = await answers(guard)
        await says(caller, line, guard, TONE)
        await guard.bye(leg)
        await is_over(caller, line)
    assert (await desk.sip.ended()).outcome == "transferred"


async def test_where_no_place_answers_the_caller_takes_the_steps_exit(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller:
        line = await caller.call("line")
        await is_over(caller, line)
    record = await desk.sip.ended()
    assert (record.outcome, record.ended_by) == ("overflowed", "hangup")
