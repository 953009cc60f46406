"""The trunk as the switch sees it, and calls that fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.conversation import VOICE
from ivr.runtime.replies import ReplyKey
from tests.fakes.twilio_floor import AYSE

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open
    from tests.fakes.twilio_rig import Rig


async def test_the_same_state_is_rendered_to_the_same_bytes(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    live = next(iter(rig.switch.calls.values()))
    first = rig.trunk.render(live, live.known, VOICE)
    other = rig.trunk.render(live, live.known, ReplyKey(VOICE.leg, 7, 1))
    assert first is not None
    assert other is not None
    assert first.body == other.body == call.documents[0]
    assert (other.leg, other.turn, other.part, other.status) == (1, 7, 1, 200)


async def test_a_filler_leads_to_the_part_after_it(rig: Rig) -> None:
    await rig.provider.call().ring()
    live = next(iter(rig.switch.calls.values()))
    reply = rig.trunk.filler(live, live.known, ReplyKey(VOICE.leg, 7, 1))
    assert b"t=7&amp;p=2#" in reply.body
    assert (reply.turn, reply.part) == (7, 1)


async def test_a_silent_call_is_lost_after_its_document_and_a_minute(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    (live,) = rig.switch.calls.values()
    document = rig.trunk.documents.of(live.known)
    assert document is not None
    await rig.clock.advance(document.longest_s + 50)
    assert rig.switch.calls
    await rig.clock.advance(25)
    assert not rig.switch.calls
    (row,) = await rig.rows()
    assert (row.outcome, row.ended_by, row.cause) == ("system_lost", "lost", "system_lost")


async def test_each_request_keeps_the_call_alive(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    url, form = call.requests[0]
    for _minute in range(5):
        await rig.clock.advance(60)
        await rig.provider.send(url, form)
    assert rig.switch.calls


async def test_after_a_restart_a_call_has_ten_minutes_to_ask(rig: Rig) -> None:
    await rig.provider.call().ring()
    await rig.restart()
    await rig.clock.advance(590)
    assert rig.switch.calls
    await rig.clock.advance(30)
    assert not rig.switch.calls


async def test_a_call_that_lasts_too_long_is_hung_up_at_its_next_request(rig: Rig) -> None:
    call = rig.provider.call()
    await call.ring()
    url, form = call.requests[0]
    for _minute in range(120):
        await rig.clock.advance(60)
        await rig.provider.send(url, form)
    (row,) = await rig.rows()
    assert (row.ended_by, row.cause) == ("hangup", "time_limit")
    await call.wait(30)
    assert call.ended == "hangup"


async def test_a_long_talk_is_looked_up_before_it_is_given_up(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.ring()
    await centre.until_talking()
    for _minute in range(25):
        await centre.clock.advance(60)
    assert centre.server.switch.calls
    assert [kind for kind, *_rest in centre.rest.asked].count("fetch") >= 2
    for leg in centre.exchange.legs.values():
        leg.status = "completed"  # and nobody tells us
    for _minute in range(12):
        await centre.clock.advance(60)
    assert not centre.server.switch.calls


async def test_a_caller_in_a_room_is_hung_up_when_the_call_has_lasted_too_long(
    opened: Open,
) -> None:
    centre = await opened("ayse", changes={"media:": "limits: {call: 10m}\nmedia:"})
    caller = await centre.ring()
    await centre.until_talking()
    await centre.run(600)
    assert caller.is_over
    assert centre.exchange.agent(AYSE).is_over
    assert not centre.server.switch.calls


async def test_nobody_can_be_handed_over_outside_yet(opened: Open) -> None:
    centre = await opened("ayse", changes={"      ring: 10s\n": "      kind: blind\n"})
    await centre.at_lunch("ayse")
    caller = await centre.ring()
    await centre.run(7)
    await caller.press("8")
    await centre.run(3)
    assert "Sorry." in caller.words


async def test_which_telephones_can_be_rung_up(opened: Open) -> None:
    trunk = (await opened()).trunk
    assert trunk.reachable("+905551000001")
    assert trunk.reachable("client:ayse")
    assert not trunk.reachable("sim:ayse")
