"""Callers and agents at SIP telephones: offered, answered, held, handed over, and every mishap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_agents import (
    ALL_AT_ONCE,
    SipDesk,
    answers,
    invites,
    is_over,
    rings,
    says,
    side_of,
    takes,
)
from tests.fakes.sip_served import PASSWORD

if TYPE_CHECKING:
    from tests.fakes.sip_phone import Message, SipPhone

TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))
SILENCE = b"\xd5" * 160


def cancels(phone: SipPhone) -> list[Message]:
    return [m for m in phone.heard if m.method == "CANCEL" and not m.status]


async def gives_up(phone: SipPhone, invite: Message, number: int = 0) -> Message:
    """The server stops the ringing; the telephone says so, as it must."""
    await phone.until(lambda: bool(cancels(phone)))
    cancel = cancels(phone)[0]
    phone.reply(cancel, 200, tag=f"{phone.user}{number}")
    phone.reply(invite, 487, "Request Terminated", tag=f"{phone.user}{number}")
    return cancel


async def test_the_whole_talk_from_ring_to_wrap_up(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        assert invites(can) == []
        await says(caller, line, ayse, TONE)
        await says(ayse, leg, caller, OTHER)
        await desk.asks("ayse", "hold")
        await desk.until("ayse", "holding")
        await caller.until(lambda: caller.rtp[-1].payload not in {TONE, OTHER, SILENCE})
        await desk.asks("ayse", "resume")
        await desk.until("ayse", "talking")
        await says(caller, line, ayse, TONE)
        await desk.asks("ayse", "consult", to="agent:can")
        asked = await answers(can)
        await desk.until("ayse", "consulting")
        await says(ayse, leg, can, OTHER)
        await desk.asks("ayse", "consult-complete")
        await is_over(ayse, leg)
        await says(caller, line, can, TONE)
        await desk.until("ayse", "wrapup")
        await desk.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
        await can.bye(asked)
        await is_over(caller, line)
    record = await desk.sip.ended()
    kinds = {(one.kind, one.detail) for one in record.segments}
    assert record.outcome == "handled"
    assert {("queue", "general answered"), ("offer", "ayse"), ("talk", "ayse")} <= kinds
    assert all(one.started_at < one.ended_at for one in record.segments)


async def test_a_busy_telephone_gives_the_caller_to_the_next_agent(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        invite = await rings(ayse)
        ayse.reply(invite, 486, "Busy Here", tag="ayse0")
        leg = await answers(can)
        await desk.until("can", "talking")
        await says(caller, line, can, TONE)
        assert len(invites(ayse)) == 1
        assert desk.state("ayse") != "talking"
        await can.bye(leg)
        await desk.until("can", "wrapup")


async def test_a_caller_who_leaves_stops_the_ringing(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        invite = await rings(ayse)
        await desk.until("ayse", "ringing")
        await caller.bye(line)
        await gives_up(ayse, invite)
        await desk.until("ayse", "available")
    assert (await desk.sip.ended()).outcome == "abandoned"


async def test_a_telephone_that_unregisters_while_it_rings_does_not_respond(
    desk: SipDesk,
) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        await rings(ayse)
        await desk.until("ayse", "ringing")
        await desk.leaves(ayse)
        leg = await answers(can)
        await desk.until("can", "talking")
        await desk.until("ayse", "not_responding")
        await says(caller, line, can, TONE)
        await can.bye(leg)


async def test_an_agent_whose_telephone_is_gone_gets_no_calls_until_it_is_back(
    desk: SipDesk,
) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        await desk.leaves(ayse)
        await desk.until("ayse", "not_responding")
        await caller.call("line")
        leg = await answers(can)
        await desk.until("can", "talking")
        assert invites(ayse) == []
        assert (await ayse.register(PASSWORD)).status == 200
        await desk.until("ayse", "available")
        await can.bye(leg)


@pytest.mark.parametrize("options", [ALL_AT_ONCE])
async def test_two_who_answer_at_once_make_one_bridge(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        rung = {phone: await rings(phone) for phone in (ayse, can)}
        for phone, invite in rung.items():
            takes(phone, invite)
        await desk.soon(lambda: "talking" in {desk.state("ayse"), desk.state("can")})
        winner, loser = (ayse, can) if desk.state("ayse") == "talking" else (can, ayse)
        await loser.until(lambda: any(m.method in {"BYE", "CANCEL"} for m in loser.heard))
        told = next(m for m in loser.heard if m.method in {"BYE", "CANCEL"})
        assert "completed elsewhere" in told["reason"].lower()
        if told.method == "BYE":
            loser.reply(told, 200)
        await says(caller, line, winner, TONE)
        await says(winner, side_of(winner, rung[winner]), caller, OTHER)
        await desk.until(loser.user, "available")
        assert (desk.state(winner.user), desk.floor.call(loser.user)) == ("talking", None)
        await winner.bye(side_of(winner, rung[winner]))
        await desk.until(winner.user, "wrapup")


@pytest.mark.parametrize("options", [ALL_AT_ONCE])
async def test_who_is_too_slow_hears_that_another_has_answered(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        slow = await rings(ayse)
        leg = await answers(can)
        cancel = await gives_up(ayse, slow)
        assert "cause=200" in cancel["reason"]
        await desk.until("ayse", "available")
        await says(caller, line, can, TONE)
        row = desk.floor.agent("ayse")
        assert row is not None
        assert row["misses"] == 0
        await can.bye(leg)
